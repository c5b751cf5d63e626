import { mergeBusy } from "./busy"
import { type CalendarEvent, type ConnectionId, type EventRef, eventKey, type Span } from "./event"
import { epochMs } from "./plan"
import { isoInstant } from "./zoned-time"

/** A stretch of time that is taken, ISO instants, `[start, end)`. */
export interface Taken {
  readonly start: string
  readonly end: string
}

/** The busy part of a plan's read set (B2): which calendars were looked at, and what stood in the target slot there. No calendars: not guarded. */
export interface SlotView {
  readonly calendars: readonly { readonly connectionId: ConnectionId; readonly calendarId: string }[]
  readonly taken: readonly Taken[]
}

export const UNGUARDED_SLOT: SlotView = { calendars: [], taken: [] }

/**
 * What blocks a target slot, the event that is to go there left out: the busy part of the read set (B2). Clipped to the slot, merged and
 * sorted, so that two reads of the same state are equal. All-day events block no timed slot, and nothing blocks a whole day.
 */
export function slotTaken(events: readonly CalendarEvent[], slot: Span, except: readonly EventRef[]): Taken[] {
  if (slot.start.kind === "allDay") return []
  const left = new Set(except.map(eventKey))
  const pieces = events
    .filter((e) => e.busy && e.status !== "cancelled" && e.start.kind === "timed" && !left.has(eventKey(e.ref)))
    .map((e) => ({ from: epochMs(e.start), to: epochMs(e.end) }))
  return mergeBusy(pieces, { from: epochMs(slot.start), to: epochMs(slot.end) })
}

/** The part of `now` that was not taken when the plan was made; null when nothing new is in the way. */
export function newlyTaken(planned: readonly Taken[], now: readonly Taken[]): Taken | null {
  const known = planned.map((t) => [Date.parse(t.start), Date.parse(t.end)] as const)
  for (const taken of now) {
    const rest = subtract([Date.parse(taken.start), Date.parse(taken.end)], known)
    const first = rest[0]
    if (first) return { start: isoInstant(first[0]), end: isoInstant(first[1]) }
  }
  return null
}

type Interval = readonly [number, number]

function subtract(interval: Interval, others: readonly Interval[]): Interval[] {
  return others.reduce<Interval[]>(
    (rest, [from, to]) =>
      rest.flatMap(([start, end]): Interval[] =>
        to <= start || from >= end
          ? [[start, end]]
          : [...(start < from ? [[start, from] as const] : []), ...(to < end ? [[to, end] as const] : [])],
      ),
    [interval],
  )
}
