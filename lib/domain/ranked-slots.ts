import { availableSlots, hoursWithin, type PersonsTime } from "./availability"
import type { Stretch } from "./busy"
import { MINUTE_MS, wallOf } from "./zoned-time"

/* Which of the times that are free are offered, in which order, and what is to be said of each. Pure: who stands where is read before. */

const STEP_MS = 15 * MINUTE_MS

/** Somebody who is to be there too. Their hours are no bound: a slot outside them is offered after all others, and it is said. */
export interface Guest {
  /** As they are named to the person: an address. */
  readonly who: string
  readonly time: PersonsTime
}

export interface RankedSlot extends Stretch {
  /** Whose working hours it lies outside of, and what their clock shows when it begins: `HH:MM`. */
  readonly outsideHours: readonly { readonly who: string; readonly clock: string }[]
  /** It begins or ends where something of the person's own ends or begins. */
  readonly backToBack: boolean
}

export interface SlotSearch {
  /** Their hours, buffers and focus blocks are bounds. */
  readonly me: PersonsTime
  readonly guests: readonly Guest[]
  readonly window: Stretch
  readonly durationMs: number
  /** The wish: of equals the nearest comes first. */
  readonly near: number
  readonly most: number
}

/**
 * Slots on quarters of an hour in which nobody is busy, best first: within everybody's hours before outside of somebody's, then the nearest to the wish. None overlaps another: different choices, not the same gap
 * five times.
 */
export function rankedSlots({ me, guests, window, durationMs, near, most }: SlotSearch): RankedSlot[] {
  const people = [me, ...guests.map(({ time }) => ({ ...time, workingHours: null }))]
  const free = availableSlots({ people, window, durationMs, stepMs: STEP_MS, most: Number.POSITIVE_INFINITY })
  const outside = guests.map((guest) => outsideOf(guest, free, window))
  const edges = new Set(me.taken.flatMap(({ from, to }) => [from, to]))
  const order = free
    .map((slot, n) => ({ slot, n, score: outside.filter((each) => each[n]).length }))
    .sort((a, b) => a.score - b.score || Math.abs(a.slot.from - near) - Math.abs(b.slot.from - near) || a.n - b.n)
  const chosen: RankedSlot[] = []
  for (const { slot, n } of order) {
    if (chosen.length >= most) break
    if (chosen.some((other) => other.from < slot.to && slot.from < other.to)) continue
    const outsideHours = guests.flatMap(({ who, time }, g) =>
      outside[g]?.[n] ? [{ who, clock: clockOf(slot.from, time.timeZone) }] : [],
    )
    chosen.push({ ...slot, outsideHours, backToBack: edges.has(slot.from) || edges.has(slot.to) })
  }
  return chosen
}

/** For each of the slots, which are in order, whether it lies outside a guest's hours; nobody knows of none. */
function outsideOf({ time }: Guest, slots: readonly Stretch[], window: Stretch): readonly boolean[] {
  if (time.workingHours === null) return slots.map(() => false)
  const hours = hoursWithin(time.timeZone, time.workingHours, window)
  let at = 0
  return slots.map((slot) => {
    while ((hours[at]?.to ?? Number.POSITIVE_INFINITY) <= slot.from) at++
    const now = hours[at]
    return !now || now.from > slot.from || now.to < slot.to
  })
}

function clockOf(ms: number, timeZone: string): string {
  const { minutes } = wallOf(new Date(ms).toISOString(), timeZone)
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":")
}
