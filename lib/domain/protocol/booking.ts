import {
  type BlockAnswer,
  type Booking,
  BUCKET_MS,
  type CancelAnswer,
  type CommitAnswer,
  type Hold,
  type HoldAnswer,
  type ReleaseAnswer,
  type Slot,
  slotProblem,
} from "../booking"
import {
  type Change,
  endBooking,
  endHold,
  evict,
  expireDue,
  iso,
  OUTSIDE,
  putBooking,
  putHold,
  row,
  type Stander,
  take,
  winnerOf,
} from "./booking-changes"
import {
  type Asked,
  type BookingGuards,
  displacement,
  limitOf,
  meet,
  type Stopped,
  standersIn,
} from "./booking-meeting"
import type { Block, BookingLogRow, CalendarState } from "./booking-state"

export const BOOKING_GUARDS: BookingGuards = {
  decideUnderLock: true,
  wholeEviction: true,
  bumpWindow: true,
  lowerNumberWins: true,
  equalsKeepHolds: true,
  logWithEffect: true,
}

type From = { readonly slot: Slot } | { readonly holdId: string }

export type BookingAction =
  | { readonly kind: "hold"; readonly agentId: string; readonly id: string; readonly slot: Slot }
  | {
      readonly kind: "commit"
      readonly agentId: string
      readonly id: string
      readonly from: From
      readonly title: string
    }
  | { readonly kind: "release"; readonly agentId: string; readonly holdId: string }
  | {
      readonly kind: "cancel"
      readonly by: { readonly kind: "agent" | "person"; readonly id: string }
      readonly bookingId: string
    }
  | { readonly kind: "block"; readonly block: Block }
  | { readonly kind: "unblock"; readonly source: string; readonly id: string }
  | { readonly kind: "rank"; readonly priorities: Readonly<Record<string, number>> }
  | { readonly kind: "expire" }

type Action<K extends BookingAction["kind"]> = Extract<BookingAction, { kind: K }>

export type BookingReply =
  | HoldAnswer
  | CommitAnswer
  | ReleaseAnswer
  | CancelAnswer
  | BlockAnswer
  | { readonly kind: "done" }

export interface BookingStep {
  readonly state: CalendarState
  readonly reply: BookingReply
  /** Log rows that are still to be written; none, unless the guard is off. */
  readonly logLater: readonly BookingLogRow[]
}

/** `auditEventId` is added once the row has its place. */
type Unrecorded<T> = T extends { readonly auditEventId: string | null } ? Omit<T, "auditEventId"> : T

interface Decision {
  readonly reply: Unrecorded<BookingReply>
  readonly changes: readonly Change[]
  /** The first is the one that the reply names. */
  readonly rows: readonly BookingLogRow[]
}

/**
 * The rule (D3) as one step of one calendar. Total: every action has an answer in every state. The same in PL/pgSQL: migration `booking`.
 *
 * @param at the time under the lock, in milliseconds since the epoch
 * @param seen what whoever decides without the lock goes by
 */
export function step(
  state: CalendarState,
  action: BookingAction,
  at: number,
  guards: BookingGuards = BOOKING_GUARDS,
  seen: CalendarState = state,
): BookingStep {
  const now = iso(at)
  const refused = refusedUnlocked(state, action)
  if (refused) return { state, reply: refused, logLater: [] }
  const due = looksAtTime(action) ? expireDue(state, now) : state
  const view = guards.decideUnderLock ? due : expireDue(seen, now)
  const { reply, changes, rows } = decide({ state: view, now, guards }, action)
  const changed = changes.reduce((next, change) => change(next), due)
  return {
    state: guards.logWithEffect ? { ...changed, log: [...changed.log, ...rows] } : changed,
    reply: recorded(reply, rows.length > 0 ? String(due.log.length) : null),
    logLater: guards.logWithEffect ? [] : rows,
  }
}

/** A new ranking and a block that goes do not touch what stands. */
const looksAtTime = ({ kind }: BookingAction): boolean => kind !== "rank" && kind !== "unblock"

const recorded = (reply: Unrecorded<BookingReply>, auditEventId: string | null): BookingReply =>
  (auditEventId !== null || reply.kind === "blocked" ? { ...reply, auditEventId } : reply) as BookingReply

/** A slot that is none, or an agent that is not on the owner's list: answered before anything is locked. */
function refusedUnlocked({ priorities }: CalendarState, action: BookingAction): BookingReply | null {
  if (action.kind !== "hold" && action.kind !== "commit") return null
  const slot = action.kind === "hold" ? action.slot : "slot" in action.from ? action.from.slot : null
  const problem = slot && slotProblem(slot)
  if (problem) return { kind: "invalid", reason: problem }
  return priorities[action.agentId] === undefined ? { kind: "notFound", what: "calendar" } : null
}

function decide(asked: Asked, action: BookingAction): Decision {
  switch (action.kind) {
    case "hold":
      return decideHold(asked, action)
    case "commit":
      return decideCommit(asked, action)
    case "release":
      return decideRelease(asked, action)
    case "cancel":
      return decideCancel(asked, action)
    case "block":
      return decideBlock(asked, action.block)
    case "unblock":
      return silently((state) => ({ ...state, blocks: state.blocks.filter((each) => !isSame(each, action)) }))
    case "rank":
      return silently((state) => ({ ...state, priorities: action.priorities }))
    case "expire":
      return silently((state) => state)
    default:
      return action satisfies never
  }
}

const silently = (change: Change): Decision => ({ reply: { kind: "done" }, changes: [change], rows: [] })
const refusal = (reply: Unrecorded<BookingReply>, ...rows: readonly BookingLogRow[]): Decision => ({
  reply,
  changes: [],
  rows,
})

function decideHold(asked: Asked, { agentId, id, slot: wanted }: Action<"hold">): Decision {
  const { state, now, guards } = asked
  const priority = state.priorities[agentId] ?? 0
  const slot = normal(wanted)
  if (isPast(slot, now)) return refusal({ kind: "invalid", reason: "past" })
  const facts = { ...slot, priority }
  const limit = limitOf(state, agentId, slot, now)
  if (limit)
    return refusal({ kind: "limited", ...limit }, row("hold.refused", agentId, id, { ...facts, ...limit }, "limited"))
  const met = meet(asked, { agentId, priority, wish: "hold" }, slot)
  if (met.kind === "stopped")
    return refusal(met.reply, row("hold.refused", agentId, id, { ...facts, ...met.facts }, met.reply.kind))
  const expiresAt = iso(Date.parse(now) + state.times.holdMs)
  const { ownerId, calendarId } = state
  const made = { id, ownerId, calendarId, agentId, priority, slot, createdAt: now, expiresAt }
  const hold: Hold = { ...made, state: "live", endedAt: null, endedBy: null }
  const { changes, rows, displaced } = evict(met.going, winnerOf("hold", hold), now, guards.wholeEviction)
  const body = { ...facts, expiresAt, displaced, ...(met.pattern && { pattern: met.pattern }) }
  return {
    reply: { kind: "held", hold, displaced },
    changes: [...changes, putHold(hold), take({ kind: "hold", id, slot })],
    rows: [row("hold.created", agentId, id, body), ...rows],
  }
}

function decideCommit(asked: Asked, { agentId, id, from, title }: Action<"commit">): Decision {
  const { state, now, guards } = asked
  const priority = state.priorities[agentId] ?? 0
  const hold = "holdId" in from ? state.holds[from.holdId] : null
  if (hold === undefined || (hold && hold.agentId !== agentId)) return refusal({ kind: "notFound", what: "hold" })
  const slot = hold ? hold.slot : normal((from as Extract<From, { slot: Slot }>).slot)
  if (isPast(slot, now)) return refusal({ kind: "invalid", reason: "past" })
  const facts = { ...slot, priority, ...(hold && { holdId: hold.id }) }
  const stopped = ({ reply, facts: why }: Stopped) =>
    refusal(
      reply,
      row(
        reply.kind === "outranked" ? "booking.outranked" : "booking.refused",
        agentId,
        id,
        { ...facts, ...why },
        reply.kind,
      ),
    )
  if (hold && hold.state !== "live") {
    const displaced = displacement(hold, priority)
    if (displaced) return stopped(displaced)
    const how = hold.state === "used" || hold.state === "released" ? hold.state : "ttl"
    return refusal({ kind: "expired", how }, row("booking.refused", agentId, id, { ...facts, how }, "expired"))
  }
  const met = meet(asked, { agentId, priority, wish: "commit" }, slot)
  if (met.kind === "stopped") return stopped(met)
  const bumpUntil = iso(Date.parse(now) + state.times.bumpMs)
  const { ownerId, calendarId } = state
  const made = { id, ownerId, calendarId, agentId, priority, slot, title, committedAt: now, bumpUntil }
  const booking: Booking = { ...made, state: "live", endedAt: null, endedBy: null }
  const others = met.going.filter(({ of }) => of.id !== hold?.id)
  const { changes, rows, evicted, displaced } = evict(others, winnerOf("booking", booking), now, guards.wholeEviction)
  const used = hold && endHold(hold, { state: "used", endedAt: now, endedBy: winnerOf("booking", booking) })
  const body = { ...facts, bumpUntil, evicted, displaced, ...(met.pattern && { pattern: met.pattern }) }
  return {
    reply: { kind: "committed", booking, evicted, displaced },
    changes: [...(used ? [used] : []), ...changes, putBooking(booking), take({ kind: "booking", id, slot })],
    rows: [row("booking.committed", agentId, id, body), ...rows],
  }
}

function decideRelease({ state, now }: Asked, { agentId, holdId }: Action<"release">): Decision {
  const hold = state.holds[holdId]
  if (hold?.agentId !== agentId) return refusal({ kind: "notFound", what: "hold" })
  if (hold.state !== "live") return refusal({ kind: "ended", hold })
  const end = { state: "released", endedAt: now, endedBy: { kind: "agent", id: agentId } } as const
  return {
    reply: { kind: "released", hold: { ...hold, ...end } },
    changes: [endHold(hold, end)],
    rows: [row("hold.released", agentId, hold.id, { ...hold.slot, priority: hold.priority })],
  }
}

function decideCancel({ state, now }: Asked, { by, bookingId }: Action<"cancel">): Decision {
  const booking = state.bookings[bookingId]
  if (!booking || by.id !== (by.kind === "agent" ? booking.agentId : state.ownerId))
    return refusal({ kind: "notFound", what: "booking" })
  if (booking.state !== "live") return refusal({ kind: "ended", booking })
  const end = { state: "cancelled", endedAt: now, endedBy: by } as const
  const body = { ...booking.slot, priority: booking.priority, agentId: booking.agentId, by }
  return {
    reply: { kind: "cancelled", booking: { ...booking, ...end } },
    changes: [endBooking(booking, end)],
    rows: [row("booking.cancelled", by.id, booking.id, body)],
  }
}

/** D11, D22: something outside takes what can be taken; what is frozen stays and is named. */
function decideBlock({ state, now, guards }: Asked, block: Block): Decision {
  const put: Change = (next) => ({ ...next, blocks: [...next.blocks.filter((each) => !isSame(each, block)), block] })
  const met = standersIn(state, block.slot)
  const isFrozen = ({ kind, of }: Stander) => kind === "booking" && now >= of.bumpUntil
  const frozen = met.filter(isFrozen).map(({ of }) => of.id)
  const going = met.filter((each) => !isFrozen(each))
  const { changes, rows, evicted, displaced } = evict(
    going,
    { kind: "outside", slot: block.slot },
    now,
    guards.wholeEviction,
  )
  const ended = { evicted, displaced, frozen }
  const body = { ...block.slot, source: block.source, pattern: "external-event-overlap", ...ended }
  const subject = `${state.ownerId}/${state.calendarId}`
  return {
    reply: { kind: "blocked", ...ended },
    changes: [...changes, put],
    rows: met.length === 0 ? [] : [row("calendar.blocked", OUTSIDE, subject, body), ...rows],
  }
}

const normal = ({ start, end }: Slot): Slot => ({ start: iso(Date.parse(start)), end: iso(Date.parse(end)) })

/** The bucket it begins in is over. */
const isPast = ({ start }: Slot, now: string): boolean => Date.parse(start) + BUCKET_MS <= Date.parse(now)

type Named = { readonly source: string; readonly id: string }
const isSame = (a: Named, b: Named): boolean => a.source === b.source && a.id === b.id
