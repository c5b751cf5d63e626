import type { FactId, PlannerFacts } from "../../domain/plan"
import { blockers } from "../../domain/taken-time"
import { addDays, addMs, MINUTE_MS, readWall, startOfDay } from "../../domain/zoned-time"
import type { Stretch } from "./day-hours"

export const DAY_MINUTES = 24 * 60
export const QUARTER_MS = 15 * MINUTE_MS

/**
 * The first free start in a stretch of a day, on a quarter of an hour, not before now; for `late` the last one. ISO instant, or null when nothing
 * of that length is free.
 */
export function freeStart(
  date: string,
  stretch: Stretch,
  lengthMs: number,
  moving: FactId | null,
  late: boolean,
  facts: PlannerFacts,
): string | null {
  const [opens, closes] = [stretch.from, stretch.to].map((minutes) => instantOf(date, minutes, facts.timeZone))
  if (opens === undefined || closes === undefined) return null
  const busy = blockers(moving === null ? [] : [moving], facts)
  const starts: number[] = []
  for (let start = opens; start + lengthMs <= closes; start += QUARTER_MS)
    if (start >= Date.parse(facts.now) && !busy.some((event) => event.from < start + lengthMs && event.to > start))
      starts.push(start)
  const chosen = late ? starts.at(-1) : starts[0]
  return chosen === undefined ? null : addMs(facts.now, chosen - Date.parse(facts.now))
}

/** Does a stretch of a day reach beyond what was looked at? Then nothing in it can be called free. */
export const isBeyond = (date: string, { to }: Stretch, { until, timeZone }: PlannerFacts): boolean =>
  until !== undefined && instantOf(date, to, timeZone) > Date.parse(until)

/** An instant of the person's wall clock, milliseconds since the epoch; 1440 minutes are the next midnight. A skipped time is the one after it. */
export const instantOf = (date: string, minutes: number, timeZone: string): number => {
  if (minutes === DAY_MINUTES) return Date.parse(startOfDay(addDays(date, 1), timeZone))
  const reading = readWall({ date, minutes }, timeZone)
  return Date.parse(reading.kind === "one" ? reading.at : reading.kind === "skipped" ? reading.after : reading.first)
}
