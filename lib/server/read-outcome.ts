import "server-only"
import type { CalendarEvent, EventKey } from "../domain/event"
import type { NotAppliedReason, Outcome } from "../domain/outcome"
import type { Seen } from "../domain/version"
import type { ReadOutcome } from "../ports/calendar-provider"

/** The event a read found; a cancelled one is no longer there for anybody. */
export const found = (read: ReadOutcome): Seen<CalendarEvent> | null =>
  read.kind === "found" && read.event.value.status !== "cancelled" ? read.event : null

/** What a read that found no event means for the write that was to follow. Nothing was sent. */
export function lostRead(read: ReadOutcome, key: EventKey, whenUnreachable: NotAppliedReason): Outcome {
  switch (read.kind) {
    case "found":
      return { kind: "gone", key, how: "deleted" }
    case "unreachable":
      return { kind: "notApplied", reason: whenUnreachable }
    default:
      return withKey(read, key)
  }
}

/** An adapter names a lost event by its provider's id; outcomes name it by its key. */
export const withKey = <T extends Outcome>(outcome: T, key: EventKey): T =>
  outcome.kind === "gone" ? { ...outcome, key } : outcome
