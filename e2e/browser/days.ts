import { addDays, addMs, mondayOf, readWall, wallOf, weekdayOf } from "../../lib/domain/zoned-time"
import { HOME_ZONE } from "../../lib/sandbox/seed/people"

export { addDays, mondayOf } from "../../lib/domain/zoned-time"

/** The clock that app and sandbox run by. */
export const now = (): string => process.env.IFMATCH_CLOCK ?? new Date().toISOString()

export const today = (): string => wallOf(now(), HOME_ZONE).date

/** `instant("2026-11-24", "10:00")`: where everybody in the sandbox lives. */
export function instant(date: string, clock: string): string {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number)
  const reading = readWall({ date, minutes: hours * 60 + minutes }, HOME_ZONE)
  if (reading.kind !== "one") throw new Error(`${date} ${clock} is not one moment`)
  return reading.at
}

/** The days that the stories are told on. The week that follows the next weekly sync's is `later`. */
export function stage() {
  const inAnHour = wallOf(addMs(now(), 3_600_000), HOME_ZONE)
  const next = addDays(inAnHour.date, (2 - weekdayOf(inAnHour.date) + 7) % 7)
  // one that is about to begin is left alone: it would be over before its story is told
  const tuesday = next === inAnHour.date && inAnHour.minutes >= 10 * 60 ? addDays(next, 7) : next
  const thursday = addDays(tuesday, 2)
  return { tuesday, thursday, monday: mondayOf(tuesday), later: addDays(thursday, 7) }
}
