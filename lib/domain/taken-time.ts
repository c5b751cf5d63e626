import { gapsOf } from "./busy"
import type { Span, When } from "./event"
import { type EventFact, epochMs, type FactId, type PlannerFacts, type Stretch, type WorkingHours } from "./plan"
import { isoInstant, MINUTE_MS, startOfDay, wallOf, weekdayOf } from "./zoned-time"

/*
 * What of a person's time is taken, by the facts that a planner sees.
 */

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

/** What is free of the stretches, at least `lengthMs` long each; `moving` are in nobody's way. */
export function freeIn(
  stretches: readonly Stretch[],
  lengthMs: number,
  facts: PlannerFacts,
  moving: readonly FactId[] = [],
): readonly Stretch[] {
  const busy = blockers(moving, facts)
  return stretches.flatMap(({ start, end }) =>
    gapsOf(busy, { from: Date.parse(start), to: Date.parse(end) })
      .filter(({ from, to }) => to - from >= Math.max(lengthMs, MINUTE_MS))
      .map(({ from, to }) => ({ start: isoInstant(from), end: isoInstant(to) })),
  )
}

export const QUARTER_MS = 15 * MINUTE_MS

/** Free starts on quarters of an hour, the earliest first, none overlapping another. ISO instants. */
export function startsIn(
  stretches: readonly Stretch[],
  lengthMs: number,
  most: number,
  facts: PlannerFacts,
  moving: readonly FactId[] = [],
): readonly string[] {
  const starts: string[] = []
  for (const gap of freeIn(stretches, lengthMs, facts, moving)) {
    if (starts.length === most) break
    let start = Math.ceil(Date.parse(gap.start) / QUARTER_MS) * QUARTER_MS
    for (; start + lengthMs <= Date.parse(gap.end) && starts.length < most; start += stepOf(lengthMs))
      starts.push(isoInstant(start))
  }
  return starts
}

const stepOf = (lengthMs: number): number => Math.ceil(lengthMs / QUARTER_MS) * QUARTER_MS

/** A working day in minutes since midnight, `[from, to)`. */
export const workingStretch = (hours: WorkingHours): { readonly from: number; readonly to: number } => ({
  from: minutesOf(hours.start),
  to: minutesOf(hours.end),
})

/** `HH:MM` in minutes since midnight. */
export function minutesOf(clock: string): number {
  const [hour, minute] = clock.split(":").map(Number)
  return (hour ?? 0) * 60 + (minute ?? 0)
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
