import type { Busy, CollisionPattern, Hold, Limited, Outranked, Slot } from "../booking"
import { compare, iso, type Stander, winnerOf } from "./booking-changes"
import { type CalendarState, overlaps, type Taken } from "./booking-state"

/** Each is a part of the rule that can be taken out, to see that its loss shows. */
export interface BookingGuards {
  /** What is decided on is what is written on (D1). Without it: on what was seen before the lock was had. */
  readonly decideUnderLock: boolean
  /** An evicted booking loses all its buckets (D4). Without it: only those that overlap. */
  readonly wholeEviction: boolean
  /** A booking freezes (D14). Without it: it can be evicted for ever. */
  readonly bumpWindow: boolean
  /** 1 is the highest priority. Without it: the lowest. */
  readonly lowerNumberWins: boolean
  /** A hold does not displace a hold of the same priority. */
  readonly equalsKeepHolds: boolean
  /** The log row is written with its effect (D9). Without it: after it, by whoever is still alive. */
  readonly logWithEffect: boolean
}

/** What is asked, when, and on what state. */
export interface Asked {
  readonly state: CalendarState
  readonly now: string
  readonly guards: BookingGuards
}

export interface Asker {
  readonly agentId: string
  readonly priority: number
  readonly wish: "hold" | "commit"
}

/** One that stays stops everything (D4). `facts`: what the log says of it. */
export interface Stopped {
  readonly kind: "stopped"
  readonly reply: Omit<Outranked, "auditEventId"> | Omit<Busy, "auditEventId">
  readonly facts: Readonly<Record<string, unknown>>
}

export type Met =
  | { readonly kind: "clear"; readonly going: readonly Stander[]; readonly pattern: CollisionPattern | undefined }
  | Stopped

/** D3: who stands in a slot, and whether all of them go. */
export function meet(asked: Asked, asker: Asker, slot: Slot): Met {
  const block = asked.state.blocks
    .filter((each) => overlaps(each.slot, slot))
    .sort((a, b) => byStart(a, b) || compare(a.slot.end, b.slot.end))[0]
  if (block) return stoppedOutside(block.slot)
  const met = standersIn(asked.state, slot)
  const pattern = patternOf(asked.now, asker, met)
  const winner = met
    .filter((stander) => stays(asked, asker, stander))
    .sort((a, b) => a.of.priority - b.of.priority || byStart(a.of, b.of))[0]
  if (!winner) return { kind: "clear", going: met, pattern }
  const facts = { winner: winnerOf(winner.kind, winner.of), pattern: pattern ?? "hold-vs-hold" }
  return { kind: "stopped", reply: { kind: "outranked", ...facts, yourPriority: asker.priority }, facts }
}

const stoppedOutside = (during: Slot): Stopped => {
  const facts = { during, pattern: "external-event-overlap" as const }
  return { kind: "stopped", reply: { kind: "busy", ...facts }, facts }
}

export const standersIn = (state: CalendarState, slot: Slot): readonly Stander[] =>
  state.taken
    .filter((each) => overlaps(each.slot, slot))
    .sort(byStart)
    .map((each) => standerOf(state, each))

function standerOf({ holds, bookings }: CalendarState, { kind, id }: Taken): Stander {
  const [hold, booking] = [holds[id], bookings[id]]
  if (kind === "hold" && hold) return { kind, of: hold }
  if (kind === "booking" && booking) return { kind, of: booking }
  throw new Error(`what takes a slot is not there: ${kind} ${id}`)
}

function stays({ now, guards }: Asked, { agentId, priority, wish }: Asker, { kind, of }: Stander): boolean {
  const mine = guards.lowerNumberWins ? priority : -priority
  const theirs = guards.lowerNumberWins ? of.priority : -of.priority
  if (kind === "booking") {
    if (wish === "hold" || theirs <= mine) return true
    return guards.bumpWindow && now >= of.bumpUntil
  }
  if (wish === "commit") return of.agentId !== agentId && theirs < mine
  return guards.equalsKeepHolds ? theirs <= mine : theirs < mine
}

/** D11, by the strongest of what was met; the own holds of whoever asks are no collision. */
function patternOf(now: string, { agentId, wish }: Asker, met: readonly Stander[]): CollisionPattern | undefined {
  const bookings = met.filter(({ kind }) => kind === "booking")
  if (bookings.some(({ of }) => "bumpUntil" in of && now >= of.bumpUntil)) return "commit-vs-frozen"
  if (bookings.length > 0) return "hold-vs-commit-inside-bump"
  if (met.every(({ of }) => of.agentId === agentId)) return undefined
  return wish === "hold" ? "hold-vs-hold" : "hold-vs-commit-inside-bump"
}

/** A hold that was displaced: by whom (D22). Null: it was not. */
export function displacement({ state, endedBy }: Hold, yourPriority: number): Stopped | null {
  if (state !== "displaced" || !endedBy) return null
  if (endedBy.kind === "outside") return stoppedOutside(endedBy.slot)
  if (!("agentId" in endedBy)) return null
  const pattern: CollisionPattern = endedBy.kind === "hold" ? "hold-vs-hold" : "hold-vs-commit-inside-bump"
  const facts = { winner: endedBy, pattern }
  return { kind: "stopped", reply: { kind: "outranked", ...facts, yourPriority }, facts }
}

/** An agent may not hold for ever what it does not book. Null: no limit is met. */
export function limitOf(
  { times, holds }: CalendarState,
  agentId: string,
  slot: Slot,
  now: string,
): Pick<Limited, "reason" | "retryAt"> | null {
  const own = Object.values(holds).filter((each) => each.agentId === agentId)
  const again = own
    .filter(({ state, slot: held }) => state !== "used" && state !== "displaced" && overlaps(held, slot))
    .map(({ endedAt, expiresAt }) => iso(Date.parse(endedAt ?? expiresAt) + times.holdMs))
    .sort()
    .at(-1)
  if (again && again > now) return { reason: "held-before", retryAt: again }
  const live = own.filter(({ state }) => state === "live").map(({ expiresAt }) => expiresAt)
  const [first] = live.sort()
  return first && live.length >= times.maxHolds ? { reason: "too-many-holds", retryAt: first } : null
}

const byStart = (a: { readonly slot: Slot }, b: { readonly slot: Slot }): number => compare(a.slot.start, b.slot.start)
