import "server-only"
import { GraphError } from "@microsoft/microsoft-graph-client"
import { type EventRef, eventKey } from "../../domain/event"
import type { ForbiddenReason } from "../../domain/outcome"
import { type ProviderFailure, retryAfterMs, type TransportFailure } from "../../domain/transport"
import type { Found, ReadOutcome, WriteOutcome } from "../../ports/calendar-provider"

const DEFAULT_WAIT_MS = 10_000

const FORBIDDEN: Readonly<Record<string, ForbiddenReason>> = {
  // What a guest gets for changing the meeting in their own copy.
  ErrorAccessDenied: "not-organizer",
  ErrorOccurrenceCrossingBoundary: "crosses-neighbour",
}

const TRANSPORT: Readonly<Record<string, TransportFailure>> = {
  neverSent: "neverSent",
  timedOut: "timedOut",
  TimeoutError: "timedOut",
  AbortError: "timedOut",
}

/**
 * Reads what the SDK threw. Errors that are not the SDK's are bugs.
 * @throws the error itself when it is not a GraphError.
 */
export function failureOf(error: unknown, nowMs: number): ProviderFailure {
  if (!(error instanceof GraphError)) throw error
  const reason = error.code ?? ""
  // Below 400: no answer at all (-1), or a 2xx cut short, which was carried out.
  if (error.statusCode < 400) return { kind: "transport", transport: TRANSPORT[reason] ?? "lost" }
  const wait = retryAfterMs(error.headers?.get("retry-after"), nowMs)
  return { kind: "answer", status: error.statusCode, reason, retryAfterMs: wait }
}

export type Refusal = Exclude<WriteOutcome, { kind: "applied" | "deleted" | "done" }>

/**
 * What a failed write means (providers.md section 2). A 503 is `unknown` although it names no event: ConcurrentItemSave is answered for writes
 * that happened.
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
  if (status === 429) return { kind: "throttled", retryAfterMs: retryAfterMs ?? DEFAULT_WAIT_MS }
  if (status === 401) return { kind: "reconnect", connectionId: ref.connectionId }
  if (status === 412 || status === 409) return { kind: "conflict" }
  if (status === 404 || status === 410) return { kind: "gone", key: eventKey(ref), how: "not-found" }
  if (status === 423) return { kind: "notApplied", reason: "mailbox-locked" }
  if (status === 408 || status >= 500) return { kind: "unknown", cause: `HTTP ${status} ${reason}`.trim() }
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
    case "forbidden":
      return { kind: "forbidden", reason: "provider-refused" }
    default:
      return refusal
  }
}
