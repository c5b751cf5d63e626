import type { When as Moment, Span } from "../../domain/event"
import {
  type EventFact,
  epochMs,
  type PlannerFacts,
  type QuestionAbout,
  type Reading,
  type RefusalReason,
} from "../../domain/plan"
import { addDays, addMs, daysBetween, readWall, type Wall, wallOf } from "../../domain/zoned-time"
import { freeStart, isBeyond } from "./busy"
import { bothHalves, clockMinutes, stretchOf } from "./day-hours"
import { dateInOwnWeek, datesFor } from "./days"
import type { Lean, Scope } from "./intent"
import type { When } from "./when"

export interface Spot {
  readonly to: Span
  readonly readings: readonly Reading[]
}

export type Spots =
  | { readonly kind: "spots"; readonly spots: readonly Spot[]; readonly about: QuestionAbout }
  | { readonly kind: "refusal"; readonly reason: RefusalReason }

const refuse = (reason: RefusalReason): Spots => ({ kind: "refusal", reason })

/** Every place that "when" can mean for an event. */
export function spotsFor(event: EventFact, when: When, lean: Lean | null, scope: Scope, facts: PlannerFacts): Spots {
  const today = wallOf(facts.now, facts.timeZone).date
  const eventDate = event.start.kind === "timed" ? wallOf(event.start.at, facts.timeZone).date : event.start.on
  const dates = datesMeant(when, scope, today, eventDate)
  if (dates.length === 0) return refuse("no-such-date")
  const spots =
    event.start.kind === "timed" ? timedSpots(event, event.start, when, dates, facts) : dateSpots(event, when, dates)
  return spots.kind === "refusal" ? spots : sift(event, spots, lean, facts)
}

function datesMeant({ day, every }: When, scope: Scope, today: string, eventDate: string): readonly string[] {
  if (day === null) return [eventDate]
  const regular = scope !== "this" || every !== null
  if (regular && day.kind === "weekday" && day.which === "bare") return [dateInOwnWeek(day.weekday, today, eventDate)]
  return datesFor(day, today, eventDate)
}

/** An all-day event keeps its number of days; it has no clock time to be given. */
function dateSpots(event: EventFact, when: When, dates: readonly string[]): Spots {
  if (event.start.kind === "timed" || event.end.kind === "timed") return refuse("all-day")
  if ((when.time && when.time.kind !== "same") || when.part || when.lengthMs !== null) return refuse("all-day")
  const days = daysBetween(event.start.on, event.end.on)
  const spots = dates.map((on) => ({ to: allDay(on, addDays(on, days)), readings: [] }))
  return { kind: "spots", spots, about: "which-day" }
}

export const allDay = (start: string, end: string): Span => ({
  start: { kind: "allDay", on: start },
  end: { kind: "allDay", on: end },
})

type Timed = Extract<Moment, { kind: "timed" }>

function timedSpots(event: EventFact, start: Timed, when: When, dates: readonly string[], facts: PlannerFacts): Spots {
  const lengthMs = when.lengthMs ?? epochMs(event.end) - epochMs(start)
  const named = when.day !== null
  if (when.part && when.time === null) return partSpots(event, start, when, dates, lengthMs, facts)
  const found = momentsFor(when, dates, facts, wallOf(start.at, facts.timeZone).minutes)
  if (found === null) return refuse("no-such-time")
  const readings: readonly Reading[] = [
    ...(when.time === null ? (["kept-time"] as const) : []),
    ...(named ? [] : (["same-day"] as const)),
  ]
  const spots = found.moments.map(({ at, until }) => ({ to: timed(start, at, until ?? addMs(at, lengthMs)), readings }))
  return { kind: "spots", spots, about: found.about }
}

const NOON = 12 * 60

/** Every moment that a "when" can mean on any of the dates; null when no clock shows such a time. @param keptMinutes where the event stands now */
export function momentsFor(
  when: When,
  dates: readonly string[],
  facts: PlannerFacts,
  keptMinutes = NOON,
): { readonly moments: readonly InstantSpan[]; readonly about: QuestionAbout } | null {
  const times = timesOfDay(when, keptMinutes, facts)
  if (times === null) return null
  const moments = dates.flatMap((date) => times.flatMap((time) => momentsOf(date, time, when.zones, facts.timeZone)))
  return { moments, about: aboutOf(dates, times, moments) }
}

export const timed = ({ timeZone }: Timed, at: string, until: string): Span => ({
  start: { kind: "timed", at, timeZone },
  end: { kind: "timed", at: until, timeZone },
})

export interface TimeOfDay {
  readonly minutes: number
  readonly untilMinutes: number | null
}

/** Null: no clock shows it, or the range ends before it begins. */
export function timesOfDay(
  { time, part }: Pick<When, "time" | "part">,
  keptMinutes: number,
  { workingHours }: Pick<PlannerFacts, "workingHours">,
): readonly TimeOfDay[] | null {
  if (time === null || time.kind === "same") return [{ minutes: keptMinutes, untilMinutes: null }]
  if (time.kind === "clock") {
    const minutes = clockMinutes(time.clock, part, keptMinutes, workingHours)
    return minutes?.map((start) => ({ minutes: start, untilMinutes: null })) ?? null
  }
  const [from, to] = [time.from, time.to]
  const starts = clockMinutes(from, part, keptMinutes, workingHours)
  const ends = bothHalves(to)
  if (starts === null || ends === null) return null
  const open = from.meridiem === null && !from.exact && to.meridiem !== null
  const ranges = (open ? (bothHalves(from) ?? []) : starts).flatMap((minutes) => {
    const end = ends.find((candidate) => candidate > minutes && candidate - minutes < 12 * 60)
    return end === undefined ? [] : [{ minutes, untilMinutes: end }]
  })
  if (ranges.length === 0) return null
  return open ? ranges.slice(-1) : ranges
}

export interface InstantSpan {
  readonly at: string
  readonly until: string | null
  readonly wall: "plain" | "skipped" | "repeated" | "other-day"
}

/** A wall clock in each zone meant. In another zone the named date may be that zone's or the person's own; both are kept where they differ. */
function momentsOf(
  date: string,
  time: TimeOfDay,
  zones: readonly string[] | null,
  own: string,
): readonly InstantSpan[] {
  if (zones === null) return instantsOf(date, time, own)
  return zones.flatMap((zone) => {
    const theirs = instantsOf(date, time, zone)
    const ours = [-1, 1]
      .flatMap((shift) => instantsOf(addDays(date, shift), time, zone))
      .filter(({ at }) => wallOf(at, own).date === date)
    return theirs.every(({ at }) => wallOf(at, own).date === date)
      ? theirs
      : [...theirs, ...ours].map((moment) => ({ ...moment, wall: "other-day" as const }))
  })
}

function instantsOf(date: string, { minutes, untilMinutes }: TimeOfDay, zone: string): readonly InstantSpan[] {
  const ends = untilMinutes === null ? [] : instants({ date, minutes: untilMinutes }, zone).at
  const { at, wall } = instants({ date, minutes }, zone)
  return at.map((start) => ({ at: start, until: ends.find((end) => end > start) ?? null, wall }))
}

/** The instants a wall clock can mean; for a skipped time the nearest before and after it. */
export function instants(
  wall: Wall,
  zone: string,
): { readonly at: readonly string[]; readonly wall: InstantSpan["wall"] } {
  const reading = readWall(wall, zone)
  if (reading.kind === "one") return { at: [reading.at], wall: "plain" }
  if (reading.kind === "skipped") return { at: [reading.before, reading.after], wall: "skipped" }
  return { at: [reading.first, reading.second], wall: "repeated" }
}

function aboutOf(
  dates: readonly string[],
  times: readonly TimeOfDay[],
  moments: readonly InstantSpan[],
): QuestionAbout {
  if (dates.length > 1 || moments.some(({ wall }) => wall === "other-day")) return "which-day"
  if (times.length > 1) return "which-time"
  if (moments.some(({ wall }) => wall === "skipped")) return "skipped-time"
  return moments.some(({ wall }) => wall === "repeated") ? "repeated-time" : "which-time"
}

/** The first free slot in that part of the day; the last one for its end. An event that is there already stays. */
function partSpots(
  event: EventFact,
  start: Timed,
  { part, day }: When,
  dates: readonly string[],
  lengthMs: number,
  facts: PlannerFacts,
): Spots {
  const stretch = part && stretchOf(part, facts.workingHours)
  if (!stretch) return refuse("not-understood")
  const now = wallOf(start.at, facts.timeZone)
  const today = wallOf(facts.now, facts.timeZone)
  const open = dates.filter((date) => date > today.date || (date === today.date && today.minutes < stretch.to))
  if (open.length === 0) return refuse("in-the-past")
  if (open.some((date) => isBeyond(date, stretch, facts))) return refuse("too-far")
  const there = now.minutes >= stretch.from && now.minutes + lengthMs / 60_000 <= stretch.to
  const spots = open.flatMap((date) => {
    const at =
      there && date === now.date ? start.at : freeStart(date, stretch, lengthMs, event.id, part === "end-of-day", facts)
    const readings: readonly Reading[] = day === null ? ["first-free", "same-day"] : ["first-free"]
    return at === null ? [] : [{ to: timed(start, at, addMs(at, lengthMs)), readings }]
  })
  return spots.length === 0 ? refuse("no-free-slot") : { kind: "spots", spots, about: "which-day" }
}

/** Leaves out what is over, what changes nothing and what goes against the verb ("postpone" to an earlier day). */
export function sift(
  event: EventFact,
  found: Extract<Spots, { kind: "spots" }>,
  lean: Lean | null,
  facts: PlannerFacts,
): Spots {
  const ahead = found.spots.filter(({ to }) => !isPast(to, facts))
  if (ahead.length === 0) return refuse("in-the-past")
  const changing = ahead.filter(({ to }) => !isSameSpan(to, event))
  if (changing.length === 0) return refuse("already-there")
  const willing = changing.filter(
    ({ to }) => lean === null || epochMs(to.start) > epochMs(event.start) === (lean === "later"),
  )
  return willing.length > 0 ? { ...found, spots: willing } : refuse("not-understood")
}

export const isPast = ({ start }: Span, facts: PlannerFacts): boolean =>
  start.kind === "timed" ? epochMs(start) < Date.parse(facts.now) : start.on < wallOf(facts.now, facts.timeZone).date

export const isSameSpan = (a: Span, b: Span): boolean =>
  epochMs(a.start) === epochMs(b.start) && epochMs(a.end) === epochMs(b.end)
