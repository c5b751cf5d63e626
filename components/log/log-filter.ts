import { parseAsString } from "nuqs"
import { readDate } from "@/lib/domain/date-text"
import { STATUS } from "@/lib/domain/outcome"
import { addDays, startOfDay } from "@/lib/domain/zoned-time"

/** The filter lives in the address, so that a finding can be sent on as a link. Days are in the reader's zone. */
export const FILTER_PARSERS = {
  person: parseAsString.withDefault(""),
  agent: parseAsString.withDefault(""),
  event: parseAsString.withDefault(""),
  kind: parseAsString.withDefault(""),
  outcome: parseAsString.withDefault(""),
  from: parseAsString.withDefault(""),
  to: parseAsString.withDefault(""),
}
export type LogFilterState = { readonly [Name in keyof typeof FILTER_PARSERS]: string }

export const NO_FILTER: LogFilterState = { person: "", agent: "", event: "", kind: "", outcome: "", from: "", to: "" }

export const KINDS = [
  "read",
  "model-asked",
  "proposal",
  "approval",
  "attempt",
  "outcome",
  "conflict",
  "choice",
  "correction",
  "stale",
  "dropped",
  "signed-in",
  "connected",
  "disconnected",
  "settings",
  "invited",
  "joined",
  "role-changed",
  "model-changed",
  "log-viewed",
  "log-verified",
  "calendar-opened",
  "agent-added",
  "agent-revoked",
  "agents-ranked",
  "agent-key-issued",
  "agent-key-revoked",
  "availability-changed",
  "webhook-added",
  "webhook-changed",
  "webhook-removed",
  "webhook-rotated",
  "webhook-redelivered",
  "webhook-gone",
  "booking.committed",
  "booking.outranked",
  "booking.refused",
  "booking.cancelled",
  "booking.evicted",
  "booking.moved",
  "booking.asked",
  "hold.created",
  "hold.refused",
  "hold.released",
  "hold.expired",
  "hold.invalidated",
  "calendar.blocked",
] as const

export const OUTCOMES = Object.keys(STATUS)

/** As GET /api/log takes it: whole days become `[from, to)` instants; what is no date does not filter. */
export function logParams({ from, to, ...rest }: LogFilterState, timeZone: string): Record<string, string> {
  const [first, last] = [readDate(from), readDate(to)]
  return {
    ...rest,
    from: first ? startOfDay(first, timeZone) : "",
    to: last ? startOfDay(addDays(last, 1), timeZone) : "",
  }
}
