import { answerApplied, refusedResponse } from "@/lib/http/answer-proposal"
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
  const edited = await editEvent(wired, person, { value: input.seen, version }, input.patch)
  if ("kind" in edited) return refusedResponse(edited)
  return answerApplied(wired.store, person, request, edited.proposalId, edited.applied)
})

export const POST = handle("POST /api/events", CreateEventRequest, async ({ input, person, request }) => {
  const { draft, ...where } = input
  const made = await createEvent(wired, person, where, draft)
  if ("kind" in made) return refusedResponse(made)
  return answerApplied(wired.store, person, request, made.proposalId, made.applied)
})
