import { answerActed } from "@/lib/http/answer-proposal"
import { handle } from "@/lib/http/handle"
import { seenVersion } from "@/lib/http/if-match"
import { problem } from "@/lib/http/problem"
import { ActOnEventRequest } from "@/lib/http/schemas/event"
import { actOnEvent } from "@/lib/server/act-on-event"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/events/act", ActOnEventRequest, async ({ input, person, request }) => {
  const version = seenVersion(request)
  if (!version) return problem("precondition-required", "send the version on screen as If-Match")
  const { seen, change, tellGuests } = input
  const acted = await actOnEvent(wired, person, { value: seen, version }, change, tellGuests)
  return answerActed(wired.store, person, request, acted)
})
