import { answerActed } from "@/lib/http/answer-proposal"
import { handle } from "@/lib/http/handle"
import { seenVersion } from "@/lib/http/if-match"
import { problem } from "@/lib/http/problem"
import { CreateEventRequest, EditEventRequest } from "@/lib/http/schemas/event"
import { createEvent } from "@/lib/server/act-on-event"
import { editEvent } from "@/lib/server/edit-event"
import { wired } from "@/lib/server/wiring"

export const PATCH = handle("PATCH /api/events", EditEventRequest, async ({ input, person, request }) => {
  const version = seenVersion(request)
  if (!version) return problem("precondition-required", "send the version on screen as If-Match")
  const { seen, patch, scope, tellGuests } = input
  const edited = await editEvent(wired, person, { value: seen, version }, patch, scope, tellGuests)
  return answerActed(wired.store, person, request, edited)
})

export const POST = handle("POST /api/events", CreateEventRequest, async ({ input, person, request }) => {
  const { id, draft, ...where } = input
  return answerActed(wired.store, person, request, await createEvent(wired, person, where, draft, id))
})
