import { Refusal, type RefusalKind } from "../refusal"

interface Words {
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 412 | 429 | 500 | 503
  readonly domain: string
  readonly reason: string
  readonly message: string
  readonly locationType?: string
  readonly location?: string
}

/** How Google says each refusal (providers.md section 1). */
const WORDS: Record<RefusalKind, Words> = {
  unauthorized: {
    status: 401,
    domain: "global",
    reason: "authError",
    message: "Invalid Credentials",
    locationType: "header",
    location: "Authorization",
  },
  "insufficient-scope": {
    status: 403,
    domain: "global",
    reason: "insufficientPermissions",
    message: "Insufficient Permission",
  },
  "read-only-calendar": {
    status: 403,
    domain: "calendar",
    reason: "requiredAccessLevel",
    message: "You need to have writer access to this calendar.",
  },
  "not-found": { status: 404, domain: "global", reason: "notFound", message: "Not Found" },
  "already-deleted": { status: 410, domain: "global", reason: "deleted", message: "Resource has been deleted" },
  stale: {
    status: 412,
    domain: "global",
    reason: "conditionNotMet",
    message: "Precondition Failed",
    locationType: "header",
    location: "If-Match",
  },
  "duplicate-id": {
    status: 409,
    domain: "global",
    reason: "duplicate",
    message: "The requested identifier already exists.",
  },
  "not-organizer": {
    status: 403,
    domain: "calendar",
    reason: "forbiddenForNonOrganizer",
    message: "Shared properties can only be changed by the organizer of the event.",
  },
  "empty-time-range": {
    status: 400,
    domain: "calendar",
    reason: "timeRangeEmpty",
    message: "The specified time range is empty.",
  },
  "crosses-neighbour": { status: 400, domain: "global", reason: "invalid", message: "Invalid Value" },
  invalid: { status: 400, domain: "global", reason: "invalid", message: "Invalid Value" },
  required: { status: 400, domain: "global", reason: "required", message: "Required" },
  "sync-token-expired": {
    status: 410,
    domain: "calendar",
    reason: "fullSyncRequired",
    message: "Sync token is no longer valid, a full sync is required.",
    locationType: "parameter",
    location: "syncToken",
  },
  throttled: { status: 429, domain: "usageLimits", reason: "rateLimitExceeded", message: "Rate Limit Exceeded" },
}

const BACKEND: Words = { status: 500, domain: "global", reason: "backendError", message: "Backend Error" }

/** Google's error body: `{error: {errors: [{domain, reason, message, locationType?, location?}], code, message}}`. */
export function googleError(error: unknown): Response {
  if (!(error instanceof Refusal)) {
    console.error("sandbox: google:", error)
    return say(BACKEND)
  }
  const words = WORDS[error.kind]
  return say(error.kind === "required" && error.detail ? { ...words, message: error.detail } : words)
}

/** What the front of a data centre says when nobody behind it answers. */
export const googleUnavailable = (): Response => say({ ...BACKEND, status: 503 })

export const googleRefusal = (kind: RefusalKind): Response => googleError(new Refusal(kind))

function say({ status, ...error }: Words): Response {
  return Response.json({ error: { errors: [error], code: status, message: error.message } }, { status })
}
