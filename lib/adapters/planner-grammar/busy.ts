import type { FactId, PlannerFacts } from "../../domain/plan"
import { wantedOf } from "../../domain/preferences"
import { blockers, QUARTER_MS } from "../../domain/taken-time"
import { addMs, instantOf, isoInstant } from "../../domain/zoned-time"
import type { Stretch } from "./day-hours"

/**
 * The first free start in a stretch of a day, on a quarter of an hour, not before now; for `late` the last one. ISO instant, or null when nothing
 * of that length is free. What the person wants kept free is left out, unless the stretch is nothing else.
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
  const whole = { start: isoInstant(opens), end: isoInstant(closes) }
  const wanted = wantedOf([whole], facts)
  const open = wanted.length > 0 ? wanted : [whole]
  const busy = blockers(moving === null ? [] : [moving], facts)
  const starts: number[] = []
  for (let start = opens; start + lengthMs <= closes; start += QUARTER_MS)
    if (
      start >= Date.parse(facts.now) &&
      open.some((one) => Date.parse(one.start) <= start && start + lengthMs <= Date.parse(one.end)) &&
      !busy.some((event) => event.from < start + lengthMs && event.to > start)
    )
      starts.push(start)
  const chosen = late ? starts.at(-1) : starts[0]
  return chosen === undefined ? null : addMs(facts.now, chosen - Date.parse(facts.now))
}

/** Does a stretch of a day reach beyond what was looked at? Then nothing in it can be called free. */
export const isBeyond = (date: string, { to }: Stretch, { until, timeZone }: PlannerFacts): boolean =>
  until !== undefined && instantOf(date, to, timeZone) > Date.parse(until)
