import type { AvailabilityQuestion, PersonsTime } from "../domain/availability"
import type { Stretch } from "../domain/busy"
import type { WorkingHours } from "../domain/plan"
import { MINUTE_MS, wallOf, weekdayOf } from "../domain/zoned-time"

/** By definition: each candidate against everything, by the wall clock of each of its minutes. */
export function slotsByDefinition({ people, window, durationMs, stepMs, most }: AvailabilityQuestion): Stretch[] {
  const isFree = (from: number, who: PersonsTime): boolean => {
    const to = from + durationMs
    if (who.taken.some((each) => each.from - who.bufferMs < to && each.to + who.bufferMs > from && each.from < each.to))
      return false
    for (let minute = from; minute < to; minute += 5 * MINUTE_MS) {
      const wall = wallOf(new Date(minute).toISOString(), who.timeZone)
      const within = ({ days, start, end }: WorkingHours) => {
        const [a, b] = [start, end].map((clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)))
        return days.includes(weekdayOf(wall.date)) && wall.minutes >= (a ?? 0) && wall.minutes < (b ?? 0)
      }
      if ((who.workingHours && !within(who.workingHours)) || who.focusBlocks.some(within)) return false
    }
    return true
  }
  const slots: Stretch[] = []
  for (let from = Math.ceil(window.from / stepMs) * stepMs; from + durationMs <= window.to; from += stepMs)
    if (slots.length < most && people.every((who) => isFree(from, who))) slots.push({ from, to: from + durationMs })
  return slots
}
