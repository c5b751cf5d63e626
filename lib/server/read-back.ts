import "server-only"
import type { Change } from "../domain/change"
import { type EventKey, parseEventKey } from "../domain/event"
import type { Note } from "../domain/outcome"
import type { ReadBack, Standing } from "../domain/protocol/intent"
import type { CalendarProvider, ReadOutcome } from "../ports/calendar-provider"
import { conflictOf } from "./conflict-of"
import type { IntentEnd } from "./finish-intent"
import { type LoggedOperation, logOf } from "./log-of"

/**
 * What stands now of the event that an intent was about: a create and a split's new series are looked for by their marker, a move where it was and then on the calendar it was to go to. Null when the provider cannot be asked.
 */
export async function standingOf(
  provider: CalendarProvider,
  { id, key, change }: { readonly id: string; readonly key: EventKey; readonly change: Change },
): Promise<Standing | null> {
  const ref = parseEventKey(key)
  if (change.kind === "create") return told(await provider.findCreated(ref.calendarId, change.draft, id))
  if (change.kind === "split")
    return told(await provider.findCreated(ref.calendarId, { summary: "", ...change.patch }, id))
  const here = told(await provider.get(ref))
  if (change.kind !== "move" || here?.kind !== "gone") return here
  // in this order: one that lands between the two reads is seen by the second, and never taken for deleted
  return told(await provider.get({ ...ref, calendarId: change.toCalendarId }))
}

const told = (read: ReadOutcome): Standing | null => (read.kind === "found" || read.kind === "gone" ? read : null)

/**
 * How an intent ends by what reading back told. One place for the sender, who looks at once, and for recovery, which looks later.
 * @param known what was to be said aloud in any case
 */
export async function endOfReadBack(
  provider: CalendarProvider,
  op: LoggedOperation,
  verdict: Exclude<ReadBack, { kind: "lookAgain" }>,
  standing: Standing,
  known: readonly Note[] = [],
): Promise<IntentEnd> {
  const now = standing.kind === "found" ? standing.event : null
  const reads = [logOf.read(op, "read-back", now, null)]
  if (verdict.kind === "applied" && !now) {
    const notes: Note[] = [...known, { kind: "found-by-reading" }, { kind: "attribution-unknown" }]
    return { outcome: { kind: "applied", event: null, notes }, state: "applied", reads }
  }
  if (verdict.kind === "notApplied" && !now)
    return { outcome: { kind: "notApplied", reason: "no-trace" }, state: "failed", reads }
  if (verdict.kind === "gone" || now === null) {
    return { outcome: { kind: "gone", key: op.key, how: "not-found" }, state: "failed", reads }
  }
  const byReading: readonly Note[] = [...known, { kind: "found-by-reading" }]
  switch (verdict.kind) {
    case "applied": {
      const notes: Note[] = [
        ...byReading,
        ...(verdict.by === "state" ? [{ kind: "attribution-unknown" as const }] : []),
        ...(verdict.changedSince ? [{ kind: "changed-since" as const }] : []),
      ]
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
