import "server-only"
import { type Change, changed } from "../domain/change"
import type { CalendarEvent } from "../domain/event"
import { careDiff } from "../domain/event-diff"
import type { Conflict } from "../domain/outcome"
import type { Seen } from "../domain/version"
import type { CalendarProvider } from "../ports/calendar-provider"

/** What is known of a lost race when it is found. */
export interface Lost {
  readonly theirs: Seen<CalendarEvent>
  readonly relation: Conflict["relation"]
  readonly inTheWay?: Conflict["inTheWay"]
  readonly mayHaveApplied?: boolean
}

/** The whole answer to a lost race (T5): what was read, what stands, what was intended, and who may have been first. */
export async function conflictOf(
  provider: CalendarProvider,
  op: { readonly base: Seen<CalendarEvent>; readonly change: Change },
  { theirs, relation, inTheWay = null, mayHaveApplied = false }: Lost,
): Promise<Conflict> {
  const mine = changed(op.base.value, op.change)
  return {
    base: op.base,
    theirs,
    mine,
    doing: op.change.kind,
    changed: careDiff(op.base.value, theirs.value),
    intended: careDiff(op.base.value, mine),
    relation,
    by: await whoChanged(provider, theirs.value),
    mayHaveApplied,
    inTheWay,
  }
}

/** "You" only where nobody else can have done it: their own event, guests may not edit it, and nobody else may write to that calendar. */
export async function whoChanged(provider: CalendarProvider, event: CalendarEvent): Promise<Conflict["by"]> {
  if (event.organizer?.self === false || event.guestsMayEdit) return "someone"
  const answer = await provider.calendars()
  const calendar = answer.kind === "calendars" ? answer.calendars.find((c) => c.id === event.ref.calendarId) : undefined
  return calendar?.editors === "only-me" ? "you" : "someone"
}
