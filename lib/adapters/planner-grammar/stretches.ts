import type { PlannerFacts, RefusalReason, Stretch } from "../../domain/plan"
import { wantedOf } from "../../domain/preferences"
import { workingStretch } from "../../domain/taken-time"
import { addDays, DAY_MINUTES, instantOf, isoInstant, mondayOf, wallOf, weekdayOf } from "../../domain/zoned-time"
import { clockMinutes, stretchOf } from "./day-hours"
import { datesFor } from "./days"
import { timesOfDay } from "./place"
import type { Clock } from "./when"
import type { Window } from "./window"

/** Every reading of a window, each as stretches of single days in order. */
export type Readings =
  | { readonly kind: "readings"; readonly readings: readonly (readonly Stretch[])[] }
  | { readonly kind: "refusal"; readonly reason: RefusalReason }

const NOON = 12 * 60
/** A point in time that is asked about stands for an hour. */
const POINT_MINUTES = 60

/**
 * What a window means for this person. `hours`: within working hours unless other times are named, which is where something new can go. `day`: from
 * midnight to midnight, which is where something may stand. Nothing of it lies before now.
 * @param daysAhead how far "any time" reaches
 */
export function windowReadings(
  window: Window,
  within: "hours" | "day",
  daysAhead: number,
  facts: PlannerFacts,
): Readings {
  const today = wallOf(facts.now, facts.timeZone).date
  const days = datesOf(window, today, daysAhead)
  if (days.length === 0) return { kind: "refusal", reason: "no-such-date" }
  const parts = partsOfDay(window, within, facts)
  if (parts.length === 0) return { kind: "refusal", reason: "no-such-time" }
  const readings = days
    .flatMap((dates) => parts.map((part) => stretches(dates, part, window, within, facts)))
    .filter((reading) => reading.length > 0)
  const { until } = facts
  if (until !== undefined && readings.flat().some(({ end }) => end > until))
    return { kind: "refusal", reason: "too-far" }
  if (readings.length === 0) return { kind: "refusal", reason: "in-the-past" }
  if (within === "day") return { kind: "readings", readings }
  const wanted = readings.map((reading) => wantedOf(reading, facts)).filter((reading) => reading.length > 0)
  if (wanted.length > 0) return { kind: "readings", readings: wanted }
  return isOrder(window) ? { kind: "readings", readings } : { kind: "refusal", reason: "no-free-slot" }
}

/** Names the very day or times: what the person wants kept free otherwise is then said, and not held against them. */
const isOrder = ({ day, range, at }: Window): boolean =>
  range !== null || at !== null || (day !== null && day.kind !== "this-week" && day.kind !== "next-week")

/** Days that belong together, for each reading of the day. */
function datesOf({ day, until }: Window, today: string, daysAhead: number): readonly (readonly string[])[] {
  const [last] = until ? datesFor(until.day, today, today) : []
  if (until && last === undefined) return []
  const end = until && last !== undefined ? addDays(last, until.inclusive || until.clock ? 1 : 0) : null
  if (day === null) return [end === null ? run(today, daysAhead) : run(today, daysAhead).filter((date) => date < end)]
  if (day.kind === "this-week") return [run(today, 8 - weekdayOf(today))]
  if (day.kind === "next-week") return [run(addDays(mondayOf(today), 7), 7)]
  return datesFor(day, today, today).map((date) => [date])
}

const run = (from: string, days: number): readonly string[] => Array.from({ length: days }, (_, i) => addDays(from, i))

interface Minutes {
  readonly from: number
  readonly to: number
}

/** Which part of each day, for each reading of its clock times. */
function partsOfDay(window: Window, within: "hours" | "day", { workingHours }: PlannerFacts): readonly Minutes[] {
  const { part, after, before, range, at } = window
  const base = part
    ? stretchOf(part, workingHours)
    : within === "hours"
      ? workingStretch(workingHours)
      : { from: 0, to: DAY_MINUTES }
  const meant = (clock: Clock) => clockMinutes(clock, part, NOON, workingHours) ?? []
  if (range) {
    const times = timesOfDay({ time: { kind: "range", ...range }, part }, NOON, { workingHours }) ?? []
    return times.map(({ minutes, untilMinutes }) => ({ from: minutes, to: untilMinutes ?? DAY_MINUTES }))
  }
  if (at) return meant(at).map((from) => ({ from, to: Math.min(from + POINT_MINUTES, DAY_MINUTES) }))
  const starts = after ? meant(after) : [base.from]
  const ends = before ? meant(before) : [base.to]
  return starts.flatMap((start) =>
    ends.flatMap((end): Minutes[] => {
      const from = before && end <= start && !after ? 0 : start
      const to = after && !before && start >= end ? DAY_MINUTES : end
      return from < to ? [{ from, to }] : []
    }),
  )
}

function stretches(
  dates: readonly string[],
  part: Minutes,
  { until, day }: Window,
  within: "hours" | "day",
  facts: PlannerFacts,
): readonly Stretch[] {
  const { timeZone, workingHours, now } = facts
  const today = wallOf(now, timeZone).date
  const several = dates.length > 1 || day === null
  const open = dates.filter((date) => within === "day" || !several || workingHours.days.includes(weekdayOf(date)))
  const last = until && datesFor(until.day, today, today)[0]
  return open.flatMap((date) => {
    const clock = until?.clock && date === last ? clockMinutes(until.clock, null, NOON, workingHours)?.[0] : undefined
    const from = Math.max(instantOf(date, part.from, timeZone), Date.parse(now))
    const to = instantOf(date, Math.min(part.to, clock ?? DAY_MINUTES), timeZone)
    return from < to ? [{ start: isoInstant(from), end: isoInstant(to) }] : []
  })
}
