import "server-only"
import type { CalendarEvent } from "../domain/event"
import type { Note } from "../domain/outcome"
import type { ReadBack } from "../domain/protocol/intent"
import type { Seen } from "../domain/version"
import type { CalendarProvider } from "../ports/calendar-provider"
import { conflictOf } from "./conflict-of"
import type { IntentEnd } from "./finish-intent"
import { type LoggedOperation, logOf } from "./log-of"

/**
 * How an intent ends by what reading back told. One place for the sender, who looks at once, and for recovery, which looks later.
 * @param known what was to be said aloud in any case
 */
export async function endOfReadBack(
  provider: CalendarProvider,
  op: LoggedOperation,
  verdict: Exclude<ReadBack, { kind: "lookAgain" }>,
  now: Seen<CalendarEvent> | null,
  known: readonly Note[] = [],
): Promise<IntentEnd> {
  const reads = [logOf.read(op, "read-back", now, null)]
  if (verdict.kind === "gone" || now === null) {
    return { outcome: { kind: "gone", key: op.key, how: "not-found" }, state: "failed", reads }
  }
  const byReading: readonly Note[] = [...known, { kind: "found-by-reading" }]
  switch (verdict.kind) {
    case "applied": {
      const notes: Note[] = verdict.changedSince ? [...byReading, { kind: "changed-since" }] : [...byReading]
      // what somebody changed since is no base for an undo: it would write over that
      const stands = verdict.changedSince ? { version: now.version } : { event: now }
      return { outcome: { kind: "applied", event: now, notes }, state: "applied", ...stands, reads }
    }
    case "unchanged": {
      const notes: Note[] = [...byReading, { kind: "attribution-unknown" }]
      return { outcome: { kind: "unchanged", event: now, notes }, state: "unchanged", event: now, reads }
    }
    case "notApplied":
      return { outcome: { kind: "notApplied", reason: "no-trace" }, state: "failed", version: now.version, reads }
    case "conflict": {
      const conflict = await conflictOf(provider, op, {
        theirs: now,
        relation: verdict.loss.kind,
        mayHaveApplied: true,
      })
      return { outcome: { kind: "conflict", conflict }, state: "conflict", version: now.version, reads }
    }
  }
}
