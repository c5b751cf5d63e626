import "server-only"
import { type EventRef, eventKey } from "../../domain/event"
import type { ForbiddenReason } from "../../domain/outcome"
import { type ProviderFailure, retryAfterMs, transportFailure } from "../../domain/transport"
import {
  type Found,
  type ReadOutcome,
  ReconnectNeeded,
  TokenUnavailable,
  type WriteOutcome,
} from "../../ports/calendar-provider"
import { type Answer, AnswerTooLarge, HostRefused } from "../outside-request"

const DEFAULT_WAIT_MS = 5_000

export type Refusal = Exclude<WriteOutcome, { kind: "applied" | "deleted" | "done" }>

/** Stands for an answer that is not what was asked for. */
export const UNREADABLE_STATUS = 599

const TOO_LARGE: ProviderFailure = { kind: "answer", status: UNREADABLE_STATUS, reason: "too-large", retryAfterMs: 0 }

/** What became of a request that threw. What never left is told from what may have arrived. */
export function thrownFailure(error: unknown): ProviderFailure {
  if (error instanceof ReconnectNeeded) return { kind: "reconnect" }
  if (error instanceof TokenUnavailable || causedBy(error, HostRefused))
    return { kind: "transport", transport: "neverSent" }
  // asked again it would be as large; of a write nobody knows what it said
  if (error instanceof AnswerTooLarge) return TOO_LARGE
  if (!(error instanceof Error) || error instanceof RangeError || error instanceof TypeError) throw error
  return { kind: "transport", transport: transportFailure(error) }
}

const causedBy = (error: unknown, kind: new (...args: never[]) => Error): boolean =>
  error instanceof kind || (error instanceof Error && error.cause !== undefined && causedBy(error.cause, kind))

/** The server's own name for its refusal: the element within DAV:error (RFC 4918 16), or "". */
export function reasonOf(text: string): string {
  const inner = /<(?:[\w-]+:)?error\b[^>]*>\s*<(?:[\w-]+:)?([\w-]+)/i.exec(text.slice(0, 4_000))
  return inner?.[1] ?? ""
}

export const answerFailure = ({ status, headers, text }: Answer, nowMs: number): ProviderFailure => ({
  kind: "answer",
  status,
  reason: reasonOf(text),
  retryAfterMs: retryAfterMs(headers.get("retry-after"), nowMs),
})

const FORBIDDEN: Readonly<Record<string, ForbiddenReason>> = {
  "need-privileges": "read-only-calendar",
  "allowed-organizer-scheduling-object-change": "not-organizer",
  "allowed-attendee-scheduling-object-change": "not-organizer",
  "same-organizer-in-all-components": "not-organizer",
}

/** What a failed write means. A redirect was not carried out here and is not followed; whatever may have been carried out is `unknown`. */
export function writeRefusal(failure: ProviderFailure, ref: EventRef): Refusal {
  if (failure.kind === "reconnect") return { kind: "reconnect", connectionId: ref.connectionId }
  if (failure.kind === "transport")
    return failure.transport === "neverSent"
      ? { kind: "notApplied", reason: "no-connection" }
      : { kind: "unknown", cause: failure.transport }
  const { status, reason } = failure
  if (status === 429) return { kind: "throttled", retryAfterMs: failure.retryAfterMs ?? DEFAULT_WAIT_MS }
  if (status === 401) return { kind: "reconnect", connectionId: ref.connectionId }
  if (status === 412 || status === 409 || status === 423) return { kind: "conflict" }
  if (status === 410) return { kind: "gone", key: eventKey(ref), how: "deleted" }
  if (status === 404) return { kind: "gone", key: eventKey(ref), how: "not-found" }
  if (status >= 300 && status < 400) return { kind: "notApplied", reason: "sent-elsewhere" }
  if (status === 408 || status >= 500 || status < 300) return { kind: "unknown", cause: `HTTP ${status}` }
  return { kind: "forbidden", reason: FORBIDDEN[reason] ?? "provider-refused" }
}

/** What a failed read means. A 503 that names a wait is a rate limit (RFC 9110 15.6.4). */
export function readRefusal(failure: ProviderFailure, ref: EventRef): Exclude<ReadOutcome, Found> {
  if (failure.kind === "answer" && failure.status === 503 && failure.retryAfterMs !== null)
    return { kind: "throttled", retryAfterMs: failure.retryAfterMs }
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

/** It was understood and will not be told: unlike a lost answer, a throttle or a refused password. */
export const isRefusal = (failure: ProviderFailure): boolean =>
  failure.kind === "answer" &&
  (failure.status < 500 || failure.status === 501) &&
  ![401, 408, 429].includes(failure.status)
