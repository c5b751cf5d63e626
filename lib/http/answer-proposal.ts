import type { Outcome } from "../domain/outcome"
import { STATUS } from "../domain/outcome"
import type { Person } from "../domain/person"
import { sayRefusal } from "../domain/wording-answers"
import { sayRefused } from "../domain/wording-outcome"
import type { AssistantStore } from "../ports/assistant-store"
import type { Refused } from "../ports/guarded-store"
import type { Applied } from "../server/apply-proposal"
import type { Continued } from "../server/continue-proposal"
import type { Edited } from "../server/edit-event"
import type { Resolved } from "../server/resolve-conflict"
import { outcomeResponse } from "./outcome-response"
import { problem } from "./problem"
import type { ProposalAnswer } from "./schemas/proposal"
import type { Problem } from "./schemas/workspace"
import { showOwnProposal } from "./show/proposal"

/** What came of an apply, a drag, an undo: the proposal as it stands now, under the status of its last outcome. */
export async function answerApplied(
  store: AssistantStore,
  person: Person,
  request: Request,
  proposalId: string,
  applied: Applied,
): Promise<Response> {
  switch (applied.kind) {
    case "notFound":
      return problem("not-found")
    case "carriedOut":
      return answerProposal(store, person, request, proposalId, applied.last)
    default:
      return refusedResponse(applied)
  }
}

/** What came of something that a person did to an event on the grid. */
export async function answerActed(
  store: AssistantStore,
  person: Person,
  request: Request,
  acted: Edited,
): Promise<Response> {
  if (!("kind" in acted))
    return acted.applied
      ? answerApplied(store, person, request, acted.proposalId, acted.applied)
      : answerProposal(store, person, request, acted.proposalId, null)
  if (acted.kind === "forbidden") return refusedResponse(acted)
  return unproposedResponse(sayRefusal(acted.reason), acted.reason)
}

export async function answerProposal(
  store: AssistantStore,
  person: Person,
  request: Request,
  proposalId: string,
  outcome: Outcome | null,
  turnId: string | null = null,
): Promise<Response> {
  const proposal = await showOwnProposal(store, person, proposalId)
  if (!proposal) return problem("not-found")
  const body: ProposalAnswer = { proposal, turnId }
  return outcome ? outcomeResponse(outcome, request, body) : Response.json(body)
}

/** What came of a conflict's answer. */
export async function answerResolved(
  store: AssistantStore,
  person: Person,
  request: Request,
  resolved: Resolved,
): Promise<Response> {
  switch (resolved.kind) {
    case "notFound":
      return problem("not-found")
    case "kept":
      return answerProposal(store, person, request, resolved.proposalId, null)
    case "offered":
      return answerProposal(store, person, request, resolved.proposalId, null, resolved.turnId)
    case "carriedOut":
      return answerProposal(store, person, request, resolved.proposalId, resolved.last)
    default:
      return refusedResponse(resolved)
  }
}

/** What came of "Do the rest": the plan for it, still to be said yes to, or why there is none. */
export async function answerContinued(
  store: AssistantStore,
  person: Person,
  request: Request,
  continued: Continued,
): Promise<Response> {
  switch (continued.kind) {
    case "proposed":
      return answerProposal(store, person, request, continued.proposalId, null)
    case "notFound":
      return problem("not-found")
    case "superseded":
      return refusedResponse({ kind: "superseded" })
    case "unreadable":
      return unproposedResponse(sayRefusal("unreadable"), "unreadable")
    case "nothing":
      return unproposedResponse(continued.why.join(" "), "nothing-left")
    default:
      return continued satisfies never
  }
}

/** Refused before anything was tried: a replay, another's, a changed plan, an expired one. `not-yours` is not found: that it exists is nobody's business. */
export function refusedResponse(refused: Refused): Response {
  if (refused.kind === "forbidden" && refused.reason === "not-yours") return problem("not-found")
  const code = refused.kind === "forbidden" ? refused.reason : refused.kind
  const body: Problem = { type: "about:blank", title: sayRefused(refused), status: STATUS[refused.kind], code }
  return problemResponse(body)
}

const unproposedResponse = (title: string, code: string): Response =>
  problemResponse({ type: "about:blank", title, status: 409, code })

const problemResponse = (body: Problem): Response =>
  new Response(JSON.stringify(body), {
    status: body.status,
    headers: { "content-type": "application/problem+json" },
  })
