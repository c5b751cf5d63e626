import { ownAnswer } from "../../domain/change"
import { type CalendarEvent, eventKey, type When } from "../../domain/event"
import { guestCount } from "../../domain/facts"
import type { Seen } from "../../domain/version"
import { visibleString } from "../../domain/visible-text"
import type { StoredOperation, StoredProposal } from "../../ports/assistant-store"

const whenText = (when: When): string => (when.kind === "timed" ? when.at : when.on)

/**
 * An event for the agent of its person. Whatever somebody else may have written stands under `untrusted`, with what cannot be seen made visible; descriptions, places and guests' names are not told at all.
 */
export function showEvent({ value, version }: Seen<CalendarEvent>, calendarName: string) {
  const { ref, start, end, busy, movable, seriesId, shape, organizer, summary } = value
  return {
    id: eventKey(ref),
    version,
    start: whenText(start),
    end: whenText(end),
    all_day: start.kind === "allDay",
    time_zone: start.kind === "timed" ? start.timeZone : null,
    busy,
    movable,
    series_id: seriesId === null ? null : eventKey({ ...ref, eventId: seriesId }),
    whole_series: shape === "series",
    your_rsvp: organizer?.self ? null : ownAnswer(value),
    guests: guestCount(value),
    calendar_id: ref.calendarId,
    untrusted: { title: visibleString(summary), calendar: visibleString(calendarName) },
  }
}

/**
 * How it stands with a proposal of an agent's, as that agent is told: what became of each step, the version of what was written, and how many steps its person left out, which are not among the operations any more.
 */
export function showProposal({ id, state, expiresAt, operations, leftOut }: StoredProposal, expired: boolean) {
  return {
    proposal_id: id,
    state: expired && (state === "open" || state === "stale") ? "expired" : STATES[state],
    expires_at: expiresAt,
    left_out: leftOut.length,
    operations: operations.map(showOperation),
  }
}

const STATES: Readonly<Record<StoredProposal["state"], string>> = {
  open: "open",
  stale: "stale",
  applying: "applying",
  conflict: "conflict",
  done: "applied",
  stopped: "stopped",
  dropped: "dropped",
}

const showOperation = ({ key, change, base, state, after }: StoredOperation) => ({
  event_id: after ? eventKey(after.value.ref) : change.kind === "create" ? null : key,
  change: change.kind,
  state,
  on_version: change.kind === "create" ? null : base.version,
  ...(after && { version: after.version }),
})
