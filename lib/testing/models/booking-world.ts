import { type Booking, type BookingTimes, BUCKET_MS, type Hold, type Slot } from "../../domain/booking"
import type { BookingAction } from "../../domain/protocol/booking"
import type { CalendarState } from "../../domain/protocol/booking-state"
import { HISTORY_START, type Told } from "../booking/histories"
import { tlaState } from "./tla"

/* What the model of bookings is made of, and a state of it as far as it makes a difference to what can follow. */

export interface BookingBounds {
  /** Which rankings the owner changes between, each by agents from the first place. */
  readonly rankings: readonly (readonly string[])[]
  readonly maxHolds: number
  readonly slots: readonly SlotName[]
  /** Whether an agent asks for its last hold or booking also when that has ended. Nothing but the answer depends on those. */
  readonly asksForEnded: boolean
}

/** A hold and a bump window last for one tick. */
export const TICK_MS = 10_000
export const timesOf = ({ maxHolds }: BookingBounds): BookingTimes => ({ holdMs: TICK_MS, bumpMs: TICK_MS, maxHolds })

/** Two neighbouring bucket rows, and both at once: all ways in which slots can meet. */
const SLOTS = { a: [0, 1], b: [1, 2], ab: [0, 2] } as const
export type SlotName = keyof typeof SLOTS
const NAMES = Object.keys(SLOTS) as SlotName[]
export const iso = (ms: number) => new Date(ms).toISOString()
/** Of a few times, asked for at every edge. */
const parsed = new Map<string, number>()
function msOf(time: string): number {
  const known = parsed.get(time) ?? Date.parse(time)
  parsed.set(time, known)
  return known
}
/** A day on, so that no time that passes here reaches it. */
const slotOf = (name: SlotName): Slot => {
  const [start, end] = SLOTS[name]
  const at = (buckets: number) => iso(HISTORY_START + 86_400_000 + buckets * BUCKET_MS)
  return { start: at(start), end: at(end) }
}
export const SLOT_OF: Record<SlotName, Slot> = { a: slotOf("a"), b: slotOf("b"), ab: slotOf("ab") }
const nameOf = ({ start, end }: Slot): SlotName | "?" =>
  NAMES.find((name) => SLOT_OF[name].start === start && SLOT_OF[name].end === end) ?? "?"
/** What comes from outside takes both. */
export const BLOCK = { source: "google", id: "x", slot: SLOT_OF.ab }

export interface BookingWorld {
  readonly calendar: CalendarState
  readonly now: number
  readonly ranking: number
  /** Of actions so far: ids are made of it. */
  readonly serial: number
  /** What whoever decides without the lock goes by: the state before the last change. */
  readonly before: CalendarState
}

export type BookingMove = { readonly kind: "tick" } | BookingAction

const ticksTo = (until: string, now: number): number => Math.round((msOf(until) - now) / TICK_MS)

export interface Standing {
  readonly k: "none" | "hold" | "booking"
  readonly g: string
  readonly p: number
  readonly left: number
}
const NOBODY: Standing = { k: "none", g: "", p: 0, left: 0 }

/** What stands where, as far as it makes a difference to what can follow. */
export const standing = ({ calendar, now }: BookingWorld): Record<SlotName, Standing> => {
  const all = { a: NOBODY, b: NOBODY, ab: NOBODY }
  for (const { kind, id, slot } of calendar.taken) {
    const name = nameOf(slot)
    const one = kind === "hold" ? calendar.holds[id] : calendar.bookings[id]
    if (name !== "?" && one) all[name] = { k: kind, g: one.agentId, p: one.priority, left: leftOf(one, now) }
  }
  return all
}

/** A hold that is over and not swept yet counts one tick more, a booking none: frozen is frozen. */
const leftOf = (one: Hold | Booking, now: number): number =>
  "expiresAt" in one ? Math.max(-1, ticksTo(one.expiresAt, now)) : Math.max(0, ticksTo(one.bumpUntil, now))

/** Which slots an agent let go of and may not hold yet, by the ticks until it may. */
export const again = ({ calendar, now }: BookingWorld, agentId: string): Record<SlotName, number> => {
  const waits = { a: 0, b: 0, ab: 0 }
  for (const hold of Object.values(calendar.holds)) {
    const name = nameOf(hold.slot)
    if (hold.agentId !== agentId || name === "?" || hold.endedAt === null) continue
    if (hold.state !== "released" && hold.state !== "expired") continue
    waits[name] = Math.max(waits[name], 1 + ticksTo(hold.endedAt, now))
  }
  return waits
}

/** Ids are made in the order of actions. */
export const lastOf = <T extends Hold | Booking>(all: Readonly<Record<string, T>>, agent: string): T | undefined =>
  Object.values(all)
    .filter(({ agentId }) => agentId === agent)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .at(-1)

/** A path as a history: what is asked, and after how long. */
export function historyOf(path: readonly BookingMove[]): Told[] {
  const told: Told[] = []
  let afterMs = 0
  for (const move of path) {
    if (move.kind === "tick") afterMs += TICK_MS
    else {
      told.push({ afterMs, action: move })
      afterMs = 0
    }
  }
  return told
}

/** A state as booking.tla writes it. */
export const bookingInTla = (world: BookingWorld): string =>
  tlaState({
    at: Object.fromEntries(Object.entries(standing(world)).map(([name, one]) => [name, { ...one }])),
    block: world.calendar.blocks.length > 0,
    rank: world.ranking,
    again: Object.fromEntries(Object.keys(world.calendar.priorities).map((agent) => [agent, again(world, agent)])),
  })
