import { randomUUID } from "node:crypto"
import { Refusal, type RefusalKind } from "../refusal"

interface Words {
  readonly status: number
  readonly code: string
  readonly message: string
}

const DENIED: Words = {
  status: 403,
  code: "ErrorAccessDenied",
  message: "Access is denied. Check credentials and try again.",
}
const NOT_FOUND: Words = {
  status: 404,
  code: "ErrorItemNotFound",
  message: "The specified object was not found in the store.",
}

/** How Graph says each refusal (providers.md section 2). */
const WORDS: Record<RefusalKind, Words> = {
  unauthorized: { status: 401, code: "InvalidAuthenticationToken", message: "Access token validation failure." },
  "insufficient-scope": DENIED,
  "read-only-calendar": DENIED,
  "not-organizer": DENIED,
  "not-found": NOT_FOUND,
  "already-deleted": NOT_FOUND,
  stale: {
    status: 412,
    code: "ErrorIrresolvableConflict",
    message:
      "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.",
  },
  "duplicate-id": { status: 409, code: "ErrorDuplicateTransactionId", message: "Your request can't be completed." },
  "empty-time-range": {
    status: 400,
    code: "ErrorPropertyValidationFailure",
    message: "At least one property failed validation.",
  },
  "crosses-neighbour": {
    status: 400,
    code: "ErrorOccurrenceCrossingBoundary",
    message: "Modified occurrence is crossing or overlapping adjacent occurrence.",
  },
  invalid: { status: 400, code: "ErrorInvalidRequest", message: "Your request can't be completed." },
  required: { status: 400, code: "ErrorInvalidParameter", message: "A required parameter is missing." },
  "sync-token-expired": { status: 410, code: "SyncStateNotFound", message: "The sync state generation is not found." },
  throttled: {
    status: 429,
    code: "ApplicationThrottled",
    message: "Application is over its MailboxConcurrency limit.",
  },
}

/** Graph's error body: `{error: {code, message, innerError: {date, request-id, client-request-id}}}`. */
export function graphError(error: unknown): Response {
  if (error instanceof Refusal)
    return say(error.detail === "" ? WORDS[error.kind] : { ...WORDS[error.kind], message: error.detail })
  console.error("sandbox: graph:", error)
  return say({ status: 500, code: "ErrorInternalServerError", message: "An internal server error occurred." })
}

export const graphRefusal = (kind: RefusalKind): Response => say(WORDS[kind])

/** A server that gave up halfway: whether the write happened, it does not say. */
export const graphUnavailable = (): Response =>
  say({ status: 503, code: "ErrorServerBusy", message: "The server is busy. Please try again later." })

function say({ status, code, message }: Words): Response {
  const requestId = randomUUID()
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    "request-id": requestId,
    "client-request-id": requestId,
  }
  return Response.json({ error: { code, message, innerError } }, { status, headers: { "request-id": requestId } })
}
