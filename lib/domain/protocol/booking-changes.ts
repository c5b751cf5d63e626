import type { Booking, EndedBy, Hold, Slot, Winner } from "../booking"
import type { BookingLogKind, BookingLogRow, CalendarState, Taken } from "./booking-state"

/** What a step does to a state, one thing each. */
export type Change = (state: CalendarState) => CalendarState

/** Actors that are nobody: what stands outside, and time. */
export const OUTSIDE = "outside"
export const CLOCK = "clock"

export type Stander = { readonly kind: "hold"; readonly of: Hold } | { readonly kind: "booking"; readonly of: Booking }

type HoldEnd = Pick<Hold, "state" | "endedAt" | "endedBy">
type BookingEnd = Pick<Booking, "state" | "endedAt" | "endedBy">

export const putHold =
  (hold: Hold): Change =>
  (state) => ({ ...state, holds: { ...state.holds, [hold.id]: hold } })

export const putBooking =
  (booking: Booking): Change =>
  (state) => ({ ...state, bookings: { ...state.bookings, [booking.id]: booking } })

export const take =
  (taken: Taken): Change =>
  (state) => ({ ...state, taken: [...state.taken, taken] })

const giveBack = (state: CalendarState, id: string): CalendarState => ({
  ...state,
  taken: state.taken.filter((each) => each.id !== id),
})

export const endHold =
  (hold: Hold, end: HoldEnd): Change =>
  (state) =>
    giveBack(putHold({ ...hold, ...end })(state), hold.id)

export const endBooking =
  (booking: Booking, end: BookingEnd): Change =>
  (state) =>
    giveBack(putBooking({ ...booking, ...end })(state), booking.id)

/** The planted bug: what lies outside the evictor's slot stays taken. */
const endOverlapOnly =
  (booking: Booking, end: BookingEnd, { start, end: until }: Slot): Change =>
  (state) =>
    [
      { start: booking.slot.start, end: start },
      { start: until, end: booking.slot.end },
    ]
      .filter((rest) => rest.start < rest.end)
      .reduce((next, slot) => take({ kind: "booking", id: booking.id, slot })(next), endBooking(booking, end)(state))

/** Ends what has to go, each with a snapshot in the log (D12). `whole` false: the planted bug. */
export function evict(going: readonly Stander[], by: EndedBy & { readonly slot: Slot }, now: string, whole: boolean) {
  const changes = going.map((stander): Change => {
    if (stander.kind === "hold") return endHold(stander.of, { state: "displaced", endedAt: now, endedBy: by })
    const end = { state: "evicted" as const, endedAt: now, endedBy: by }
    return whole ? endBooking(stander.of, end) : endOverlapOnly(stander.of, end, by.slot)
  })
  const idsOf = (kind: Stander["kind"]) => going.filter((each) => each.kind === kind).map(({ of }) => of.id)
  return {
    changes,
    rows: going.map((stander) => evictionRow(stander, by)),
    evicted: idsOf("booking"),
    displaced: idsOf("hold"),
  }
}

function evictionRow({ kind, of }: Stander, by: EndedBy): BookingLogRow {
  const actorId = "agentId" in by ? by.agentId : OUTSIDE
  const snapshot = { ...of.slot, agentId: of.agentId, priority: of.priority, by }
  return kind === "hold"
    ? row("hold.invalidated", actorId, of.id, { ...snapshot, expiresAt: of.expiresAt })
    : row("booking.evicted", actorId, of.id, { ...snapshot, committedAt: of.committedAt, bumpUntil: of.bumpUntil })
}

/** Ends every hold whose time is over. */
export function expireDue(state: CalendarState, now: string): CalendarState {
  const due = Object.values(state.holds)
    .filter((hold) => hold.state === "live" && hold.expiresAt <= now)
    .sort((a, b) => compare(a.expiresAt, b.expiresAt) || compare(a.id, b.id))
  return due.reduce((next, hold) => {
    const ended = endHold(hold, { state: "expired", endedAt: hold.expiresAt, endedBy: null })(next)
    const facts = { ...hold.slot, priority: hold.priority, agentId: hold.agentId }
    return { ...ended, log: [...ended.log, row("hold.expired", CLOCK, hold.id, facts)] }
  }, state)
}

export const row = (
  kind: BookingLogKind,
  actorId: string,
  subjectId: string,
  body: Readonly<Record<string, unknown>>,
  outcome: string | null = null,
): BookingLogRow => ({ kind, actorId, subjectId, outcome, body })

export const winnerOf = (
  kind: Winner["kind"],
  { id, agentId, priority, slot }: Pick<Hold, "id" | "agentId" | "priority" | "slot">,
): Winner => ({ kind, id, agentId, priority, slot })

export const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
export const iso = (ms: number): string => new Date(ms).toISOString()
