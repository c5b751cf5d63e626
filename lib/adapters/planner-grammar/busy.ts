import type { Span, When } from "../../domain/event"
import { type EventFact, epochMs, type FactId, type PlannerFacts } from "../../domain/plan"
import { addDays, addMs, MINUTE_MS, readWall, startOfDay, wallOf, weekdayOf } from "../../domain/zoned-time"
import { type Stretch, workingStretch } from "./day-hours"

export const DAY_MINUTES = 24 * 60
export const QUARTER_MS = 15 * MINUTE_MS

/** An instant for either kind of moment; an all-day date begins at the person's midnight. Milliseconds since the epoch. */
export const instantMs = (when: When, timeZone: string): number =>
  when.kind === "timed" ? epochMs(when) : Date.parse(startOfDay(when.on, timeZone))

/** Is some other busy event in the way of `span`? `moving` are out of the way. */
export function isTaken(span: Span, moving: readonly FactId[], facts: PlannerFacts): boolean {
  const [start, end] = [instantMs(span.start, facts.timeZone), instantMs(span.end, facts.timeZone)]
  return blockers(moving, facts).some((event) => event.from < end && event.to > start)
}

export function isOutsideHours(span: Span, facts: PlannerFacts): boolean {
  if (span.start.kind === "allDay" || span.end.kind === "allDay") return false
  const [start, end] = [wallOf(span.start.at, facts.timeZone), wallOf(span.end.at, facts.timeZone)]
  const { from, to } = workingStretch(facts.workingHours)
  const workday = facts.workingHours.days.includes(weekdayOf(start.date))
  return !workday || start.date !== end.date || start.minutes < from || end.minutes > to
}

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

interface Blocker {
  readonly id: FactId
  readonly from: number
  readonly to: number
}

/** Reading two thousand times of day costs more than comparing them: once a calendar. */
const read = new WeakMap<readonly EventFact[], readonly Blocker[]>()

/** What is busy, `moving` left out, in order of start. */
export function blockers(moving: readonly FactId[], { events, timeZone }: PlannerFacts): readonly Blocker[] {
  const all = read.get(events) ?? busyOf(events, timeZone)
  read.set(events, all)
  return moving.length === 0 ? all : all.filter(({ id }) => !moving.includes(id))
}

const busyOf = (events: readonly EventFact[], timeZone: string): readonly Blocker[] =>
  events
    .filter((event) => event.busy)
    .map(({ id, start, end }) => ({ id, from: instantMs(start, timeZone), to: instantMs(end, timeZone) }))
    .sort((a, b) => a.from - b.from)
