import type { Booking, BookingTimes, Hold, Slot } from "../booking"

/** One calendar as the rule sees it. Instants are written as `Date.toISOString` does, so they compare as text. */
export interface CalendarState {
  readonly ownerId: string
  readonly calendarId: string
  readonly times: BookingTimes
  /** The owner's list: an agent's id and its place from 1. */
  readonly priorities: Readonly<Record<string, number>>
  /** All there ever were, by id. */
  readonly holds: Readonly<Record<string, Hold>>
  readonly bookings: Readonly<Record<string, Booking>>
  /** Which buckets are taken, and by what. */
  readonly taken: readonly Taken[]
  readonly blocks: readonly Block[]
  readonly log: readonly BookingLogRow[]
}

export interface Taken {
  readonly kind: "hold" | "booking"
  readonly id: string
  readonly slot: Slot
}

/** An event or focus block outside the engine. */
export interface Block {
  readonly source: string
  readonly id: string
  readonly slot: Slot
}

export type BookingLogKind =
  | "booking.committed"
  | "booking.outranked"
  | "booking.refused"
  | "booking.cancelled"
  | "booking.evicted"
  | "hold.created"
  | "hold.refused"
  | "hold.released"
  | "hold.expired"
  | "hold.invalidated"
  | "calendar.blocked"

export interface BookingLogRow {
  readonly kind: BookingLogKind
  readonly actorId: string
  readonly subjectId: string
  readonly outcome: string | null
  readonly body: Readonly<Record<string, unknown>>
}

export const emptyCalendar = (
  { ownerId, calendarId }: { readonly ownerId: string; readonly calendarId: string },
  times: BookingTimes,
  priorities: Readonly<Record<string, number>>,
): CalendarState => ({
  ownerId,
  calendarId,
  times,
  priorities,
  holds: {},
  bookings: {},
  taken: [],
  blocks: [],
  log: [],
})

export const overlaps = (a: Slot, b: Slot): boolean => a.start < b.end && a.end > b.start

const isLive = ({ state }: Hold | Booking): boolean => state === "live"

/** D2, D4, D9, D16: what must be so after every step, in sentences about what is not. */
export function brokenInvariants({ holds, bookings, taken, log }: CalendarState): string[] {
  const live = [...Object.values(holds), ...Object.values(bookings)].filter(isLive)
  const slotOf = new Map(live.map(({ id, slot }) => [id, slot]))
  const logged = (kind: BookingLogKind, id: string) =>
    log.some((row) => row.kind === kind && row.subjectId === id && row.outcome !== "outranked")
  return [
    ...taken.flatMap((one, n) =>
      taken
        .slice(n + 1)
        .flatMap((other) => (overlaps(one.slot, other.slot) ? [`${one.id} and ${other.id} overlap`] : [])),
    ),
    ...taken.flatMap(({ id, slot }) => {
      const whole = slotOf.get(id)
      if (!whole) return [`${id} is over and still takes buckets`]
      return whole.start === slot.start && whole.end === slot.end ? [] : [`${id} takes other buckets than its own`]
    }),
    ...live.flatMap(({ id }) => (taken.some((each) => each.id === id) ? [] : [`${id} is live and takes no bucket`])),
    ...Object.values(bookings).flatMap(({ id, state }) =>
      logged("booking.committed", id) && (state === "live" || logged(`booking.${state}`, id))
        ? []
        : [`${id} is not in the log`],
    ),
    ...Object.values(holds).flatMap(({ id, state }) =>
      logged("hold.created", id) && HOLD_ENDS[state].every((kind) => logged(kind, id))
        ? []
        : [`${id} is not in the log`],
    ),
  ]
}

const HOLD_ENDS: Record<Hold["state"], readonly BookingLogKind[]> = {
  live: [],
  used: [],
  released: ["hold.released"],
  expired: ["hold.expired"],
  displaced: ["hold.invalidated"],
}

/** D3, D14: nobody lost anything between two states but to somebody who may take it. */
export function wrongfulEndings(before: CalendarState, after: CalendarState, at: string): string[] {
  const ended = <T extends Hold | Booking>(now: Readonly<Record<string, T>>, then: Readonly<Record<string, T>>): T[] =>
    Object.values(now).filter((each) => !isLive(each) && (then[each.id]?.state ?? "live") === "live")
  return [
    ...ended(after.bookings, before.bookings).flatMap(({ id, state, priority, bumpUntil, endedBy }) => {
      if (state !== "evicted") return []
      if (at >= bumpUntil) return [`${id} was frozen and evicted`]
      return endedBy?.kind === "booking" && endedBy.priority >= priority ? [`${id} was evicted by no better rank`] : []
    }),
    ...ended(after.holds, before.holds).flatMap(({ id, agentId, priority, endedBy }) => {
      if (endedBy?.kind === "hold" && endedBy.priority >= priority)
        return [`${id} was displaced by a hold of no better rank`]
      const worse = endedBy?.kind === "booking" && endedBy.priority > priority && endedBy.agentId !== agentId
      return worse ? [`${id} was displaced by a commit of worse rank`] : []
    }),
  ]
}
