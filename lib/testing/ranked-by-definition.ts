import type { RankedSlot, SlotSearch } from "../domain/ranked-slots"
import { MINUTE_MS, wallOf, weekdayOf } from "../domain/zoned-time"
import { slotsByDefinition } from "./slots-by-definition"

const QUARTER_MS = 15 * MINUTE_MS

/** By definition: every candidate against everything, everybody's hours by the wall clock of each of its minutes, and the best of what is left taken again and again. */
export function rankedByDefinition({ me, guests, window, durationMs, near, most }: SlotSearch): RankedSlot[] {
  const people = [me, ...guests.map(({ time }) => ({ ...time, workingHours: null }))]
  const free = slotsByDefinition({ people, window, durationMs, stepMs: QUARTER_MS, most: Number.POSITIVE_INFINITY })
  const clockOf = (ms: number, timeZone: string) => {
    const { date, minutes } = wallOf(new Date(ms).toISOString(), timeZone)
    const text = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`
    return { day: weekdayOf(date), text }
  }
  let left = free.map(({ from, to }): RankedSlot => {
    const outsideHours = guests.flatMap(({ who, time: { workingHours, timeZone } }) => {
      if (!workingHours) return []
      for (let at = from; at < to; at += 5 * MINUTE_MS) {
        const { day, text } = clockOf(at, timeZone)
        if (!workingHours.days.includes(day) || text < workingHours.start || text >= workingHours.end)
          return [{ who, clock: clockOf(from, timeZone).text }]
      }
      return []
    })
    const backToBack = me.taken.some((each) => [each.from, each.to].some((edge) => edge === from || edge === to))
    return { from, to, outsideHours, backToBack }
  })
  const chosen: RankedSlot[] = []
  while (chosen.length < most && left.length > 0) {
    const [best] = [...left].sort(
      (a, b) =>
        a.outsideHours.length - b.outsideHours.length ||
        Math.abs(a.from - near) - Math.abs(b.from - near) ||
        a.from - b.from,
    )
    if (!best) break
    chosen.push(best)
    left = left.filter((each) => each.to <= best.from || each.from >= best.to)
  }
  return chosen
}
