import { type OutcomeKind, STATUS } from "../domain/outcome"

/** What of an outcome decides about the answer's head. */
interface Answered {
  readonly kind: OutcomeKind
  readonly retryAfterMs?: number
}

/** Every status is the table's, but a conflict is 412 where the request said which version it had seen (RFC 9110 section 15.5.13). */
export const outcomeStatus = (kind: OutcomeKind, request: Request): number =>
  kind === "conflict" && request.headers.has("if-match") ? 412 : STATUS[kind]

/**
 * An outcome as a response.
 * @param body what to send, where that is not the outcome itself
 */
export function outcomeResponse(outcome: Answered, request: Request, body: unknown = outcome): Response {
  const headers =
    outcome.kind === "throttled" ? { "retry-after": String(Math.ceil((outcome.retryAfterMs ?? 0) / 1_000)) } : undefined
  return Response.json(body, { status: outcomeStatus(outcome.kind, request), headers })
}
