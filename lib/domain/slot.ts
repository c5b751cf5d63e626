import { mergeBusy } from "./busy"
import { type CalendarEvent, type ConnectionId, type EventRef, eventKey, type Span } from "./event"
import { epochMs } from "./plan"
import { isoInstant } from "./zoned-time"

/** A stretch of time that is taken, ISO instants, `[start, end)`. */
export interface Taken {
  readonly start: string
  readonly end: string
}

/** What could be learned of guests' time in a target slot, by address: information for the person, never a condition of the write. Who is in neither list is free. */
export interface GuestsThen {
  readonly busy: readonly string[]
  readonly unknown: readonly string[]
}

/** The busy part of a plan's read set (B2): which calendars were looked at, and what stood in the target slot there. No calendars: not guarded. */
export interface SlotView {
  readonly calendars: readonly { readonly connectionId: ConnectionId; readonly calendarId: string }[]
  readonly taken: readonly Taken[]
  /** Absent: nobody else is asked, or it was not looked at. */
  readonly guests?: GuestsThen
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

/** Stretches of whatever source as `slotTaken` says them: clipped to the slot, merged and sorted. */
export const allTaken = (stretches: readonly Taken[], slot: Span): Taken[] =>
  mergeBusy(
    stretches.map(({ start, end }) => ({ from: Date.parse(start), to: Date.parse(end) })),
    { from: epochMs(slot.start), to: epochMs(slot.end) },
  )

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

/**
 * How the guests of a meeting stand to its new time. The meeting itself takes their time where it is now: that part of the slot says nothing.
 * @param told null for whom nothing is known of
 */
export function guestsThen(
  now: Span,
  slot: Span,
  told: readonly { readonly email: string; readonly busy: readonly Taken[] | null }[],
): GuestsThen {
  const window = { from: epochMs(slot.start), to: epochMs(slot.end) }
  const own = mergeBusy([{ from: epochMs(now.start), to: epochMs(now.end) }], window)
  const isTaken = (busy: readonly Taken[]) => {
    const pieces = busy.map(({ start, end }) => ({ from: Date.parse(start), to: Date.parse(end) }))
    return newlyTaken(own, mergeBusy(pieces, window)) !== null
  }
  return {
    busy: told.flatMap(({ email, busy }) => (busy && isTaken(busy) ? [email] : [])),
    unknown: told.flatMap(({ email, busy }) => (busy ? [] : [email])),
  }
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
