import type { WorkingHours } from "../../domain/plan"
import { workingStretch } from "../../domain/taken-time"
import type { Clock, DayPart } from "./when"

/** Minutes since midnight, `[from, to)`. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** Where in a day a part lies. Parts keep to working hours, except the evening, which is after them for most people. */
export function stretchOf(part: DayPart, hours: WorkingHours): Stretch {
  const { from, to } = workingStretch(hours)
  const within = (start: number, end: number): Stretch => {
    const cut = { from: Math.max(start, from), to: Math.min(end, to) }
    return cut.from < cut.to ? cut : { from: start, to: end }
  }
  switch (part) {
    case "morning":
      return within(6 * 60, 12 * 60)
    case "lunchtime":
      return { from: 12 * 60, to: 14 * 60 }
    case "afternoon":
      return within(13 * 60, 18 * 60)
    case "end-of-day":
      return within(to - 2 * 60, to)
    case "evening":
      return { from: 17 * 60, to: 22 * 60 }
  }
}

/**
 * What a clock may mean, in minutes since midnight; null when no clock shows it (25:00). A bare hour means the half of the day that lies in
 * working hours. If neither half does, or both do, a waking hour (7 to 22) beats a sleeping one; two waking ones are both kept, and the answer is a
 * question. For an event that stands outside working hours now (the gym at 18:30) those hours say nothing.
 * @param nowMinutes where the event stands
 */
export function clockMinutes(
  clock: Clock,
  part: DayPart | null,
  nowMinutes: number,
  hours: WorkingHours,
): readonly number[] | null {
  const both = bothHalves(clock)
  if (both === null || both.length === 1) return both
  const half = part && both.filter((minutes) => (part === "morning" ? minutes < 12 * 60 : minutes >= 12 * 60))
  if (half && half.length > 0) return half
  const working = workingStretch(hours)
  const isWork = nowMinutes >= working.from && nowMinutes < working.to
  return preferred(isWork ? preferred(both, working) : both, { from: 7 * 60, to: 22 * 60 })
}

/** Every time of day that a clock can show so. */
export function bothHalves({ hour, minute, meridiem, exact }: Clock): readonly number[] | null {
  if (minute > 59 || hour > 23) return null
  if (meridiem !== null) {
    if (hour < 1) return null
    if (hour > 12) return meridiem === "pm" ? [hour * 60 + minute] : null
    return [((hour % 12) + (meridiem === "pm" ? 12 : 0)) * 60 + minute]
  }
  return exact ? [hour * 60 + minute] : [(hour % 12) * 60 + minute, ((hour % 12) + 12) * 60 + minute]
}

function preferred(options: readonly number[], { from, to }: Stretch): readonly number[] {
  const inside = options.filter((minutes) => minutes >= from && minutes < to)
  return inside.length === 1 ? inside : options
}
