import "server-only"
import { type EventRef, eventKey } from "../../domain/event"
import type { ForbiddenReason } from "../../domain/outcome"
import { type ProviderFailure, retryAfterMs, transportFailure } from "../../domain/transport"
import type { Found, ReadOutcome, WriteOutcome } from "../../ports/calendar-provider"

/** Google names no wait with its rate limits. */
const DEFAULT_WAIT_MS = 5_000

const RATE_LIMITS = ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"]
/** The grant lacks a scope: consent is granular, only signing in again helps. */
const SCOPE_REASONS = ["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"]
const FORBIDDEN: Readonly<Record<string, ForbiddenReason>> = {
  forbiddenForNonOrganizer: "not-organizer",
  requiredAccessLevel: "read-only-calendar",
  forbidden: "read-only-calendar",
}

/**
 * Reads what the SDK threw. Errors that are not the SDK's are bugs.
 * @throws the error itself when it did not come out of a request.
 */
export function failureOf(error: unknown, nowMs: number): ProviderFailure {
  if (!(error instanceof Error) || !("config" in error)) throw error
  const response: unknown = "response" in error ? error.response : undefined
  const status = at(response, "status")
  // A 2xx that still failed is an answer cut short: the status says it was carried out, the rest is lost.
  if (typeof status !== "number" || status < 400) return { kind: "transport", transport: transportFailure(error) }
  const headers = at(response, "headers")
  const reason = at(response, "data", "error", "errors", 0, "reason")
  return {
    kind: "answer",
    status,
    reason: typeof reason === "string" ? reason : "",
    retryAfterMs: headers instanceof Headers ? retryAfterMs(headers.get("retry-after"), nowMs) : null,
  }
}

function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )
}

export type Refusal = Exclude<WriteOutcome, { kind: "applied" | "deleted" | "done" }>

/**
 * What a failed write means (table in providers.md section 1). Google's reason decides before the status: 403 is a rate limit, a missing
 * right or a guest. Everything that may have been carried out is `unknown`.
 */
export function writeRefusal(failure: ProviderFailure, ref: EventRef): Refusal {
  switch (failure.kind) {
    case "reconnect":
      return { kind: "reconnect", connectionId: ref.connectionId }
    case "transport":
      return failure.transport === "neverSent"
        ? { kind: "notApplied", reason: "no-connection" }
        : { kind: "unknown", cause: failure.transport }
    case "answer":
      return answered(failure, ref)
  }
}

function answered(
  { status, reason, retryAfterMs }: Extract<ProviderFailure, { kind: "answer" }>,
  ref: EventRef,
): Refusal {
  if (status === 429 || RATE_LIMITS.includes(reason))
    return { kind: "throttled", retryAfterMs: retryAfterMs ?? DEFAULT_WAIT_MS }
  if (status === 401 || SCOPE_REASONS.includes(reason)) return { kind: "reconnect", connectionId: ref.connectionId }
  if (status === 412 || status === 409) return { kind: "conflict" }
  if (status === 410) return { kind: "gone", key: eventKey(ref), how: "deleted" }
  if (status === 404) return { kind: "gone", key: eventKey(ref), how: "not-found" }
  if (status === 408 || status >= 500) return { kind: "unknown", cause: `HTTP ${status}` }
  return { kind: "forbidden", reason: FORBIDDEN[reason] ?? "provider-refused" }
}

/** What a failed read means: nothing was at stake, so whatever left no answer is `unreachable`. */
export function readRefusal(failure: ProviderFailure, ref: EventRef): Exclude<ReadOutcome, Found> {
  const refusal = writeRefusal(failure, ref)
  switch (refusal.kind) {
    case "unknown":
      return { kind: "unreachable", cause: refusal.cause }
    case "notApplied":
      return { kind: "unreachable", cause: refusal.reason }
    case "conflict":
      return { kind: "unreachable", cause: "a read was answered with a conflict" }
    default:
      return refusal
  }
}
