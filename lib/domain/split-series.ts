import { RRuleTemporal } from "rrule-temporal"
import { Temporal } from "temporal-polyfill"
import type { CalendarEvent, EventPatch, Span, When } from "./event"
import { epochMs } from "./plan"
import { compact, instantOf, shiftSeries } from "./series"
import { addDays, addMs, daysBetween, isoInstant, readWall, startOfDay, wallOf } from "./zoned-time"

/** What the new series has that the old one does not: always its own start, end and rules. */
export interface TailPatch extends Span {
  readonly recurrence: readonly string[]
  readonly summary?: string
  readonly location?: string
}

/** One series as two: `head` ends the old one before an instance, `tail` begins a new one there. */
export interface SplitSeries {
  readonly head: Required<Pick<EventPatch, "start" | "recurrence">>
  readonly tail: TailPatch
}

/** Which instance of its series an event is, whatever its time is now. */
export const originalStartOf = ({ originalStart, start }: CalendarEvent): When => originalStart ?? start

/** The instance of a series that begins at `from`, as the series has it; with the series' own rules left in place. */
export function instanceAt(series: CalendarEvent, from: When): CalendarEvent {
  return { ...series, start: inZoneOf(series.start, from), end: endAfter(series, from) }
}

const inZoneOf = (like: When, when: When): When =>
  like.kind === "timed" && when.kind === "timed" ? { ...when, timeZone: like.timeZone } : when

function endAfter({ start, end }: Span, from: When): When {
  if (from.kind === "allDay" && start.kind === "allDay" && end.kind === "allDay")
    return { kind: "allDay", on: addDays(from.on, daysBetween(start.on, end.on)) }
  const at = isoInstant(epochMs(from) + epochMs(end) - epochMs(start))
  return { kind: "timed", at, timeZone: end.kind === "timed" ? end.timeZone : "UTC" }
}

/**
 * Parts a series in two at the instance that begins at `from` (by the rule, not where it may have been moved to). What came before is taken off COUNT, UNTIL stays, and dates that were left out or
 * added go with their part. `wish` is what the instance at `from` is to become; the rest of its series follows as in `shiftSeries`.
 *
 * Null for what cannot be parted without changing it: several rules, more than one instance a day, an instance that the rule does not yield, the first one, and a shift that `shiftSeries` does not
 * know.
 */
export function splitSeries(series: CalendarEvent, from: When, wish: EventPatch): SplitSeries | null {
  const [line = "", ...others] = series.recurrence
  const parts = partsOf(line)
  const dates = others.map((each) => datesOf(each, series.start))
  if (!parts || series.start.kind !== from.kind || !dates.every((each) => each !== null)) return null
  const before = countBefore(parts, series.start, from)
  if (!before) return null

  const first = instanceAt(series, from)
  const isBefore = (date: string) => date < comparable(from)
  const rest: CalendarEvent = { ...first, recurrence: [restOf(parts, before), ...only(dates, (d) => !isBefore(d))] }
  const to: Span = { start: wish.start ?? rest.start, end: wish.end ?? rest.end }
  const moved = isSame(to, rest) ? { ...to, recurrence: rest.recurrence } : shiftSeries(rest, rest, to)
  if (!moved?.start || !moved.end) return null
  return {
    head: {
      start: series.start,
      recurrence: [endingBefore(parts, from, series.start), ...only(dates, isBefore)],
    },
    tail: {
      start: moved.start,
      end: moved.end,
      recurrence: moved.recurrence ?? rest.recurrence,
      ...(wish.summary !== undefined && { summary: wish.summary }),
      ...(wish.location !== undefined && { location: wish.location }),
    },
  }
}

/** The rules of a new series without those instances that had been taken out of the old one. @param gone by the old series' times */
export function withoutInstances(
  { start, recurrence }: TailPatch,
  from: When,
  gone: readonly When[],
): readonly string[] {
  const dates = gone.flatMap((date) => followed(date, from, start) ?? [])
  return [...recurrence, ...only([{ name: "EXDATE", dates }], () => true)]
}

/** Where an instance of the old series is in the new one, comparable. */
function followed(date: When, from: When, start: When): string | null {
  if (date.kind === "allDay" || from.kind === "allDay" || start.kind === "allDay")
    return date.kind === "allDay" && from.kind === "allDay" && start.kind === "allDay"
      ? addDays(date.on, daysBetween(from.on, start.on)).replaceAll("-", "")
      : null
  const zone = start.timeZone
  const target = wallOf(start.at, zone)
  const days = daysBetween(wallOf(from.at, zone).date, target.date)
  const reading = readWall({ date: addDays(wallOf(date.at, zone).date, days), minutes: target.minutes }, zone)
  return reading.kind === "one" ? compact(reading.at) : null
}

/** Has a series no instance at `from` or later, because its rule ends before? Whoever ended it: what was copied from there on is then the only copy. */
export function endsBefore({ recurrence, start }: Pick<CalendarEvent, "recurrence" | "start">, from: When): boolean {
  const isAdded = recurrence.some((line) => {
    const added = line.startsWith("RDATE") ? datesOf(line, start) : null
    return added?.dates.some((date) => date >= comparable(from))
  })
  const ends = recurrence.some((line) => {
    const [, until] = /^RRULE:(?:.*;)?UNTIL=(\d{8}(?:T\d{6}Z)?)/.exec(line) ?? []
    return until !== undefined && until < comparable(from).slice(0, until.length)
  })
  return ends && !isAdded
}

/** How many instances the rule yields in `[from, toMs)`, left out or not; null for a rule that is not known. */
export function countFrom(series: CalendarEvent, from: When, toMs: number): number | null {
  const parts = partsOf(series.recurrence[0] ?? "")
  if (!parts || series.start.kind !== from.kind) return null
  const zone = zoneOf(series.start)
  const [first, since] = [msOf(wall(series.start, zone)), msOf(wall(from, zone))]
  const until = msOf(wall({ kind: "timed", at: isoInstant(toMs), timeZone: zone }, zone))
  const last = untilMs(parts, series.start)
  return stepsOf(series.start, parts, first, Math.min(until, last)).filter((ms) => ms >= since && ms < until).length
}

/** On the wall, as milliseconds of a clock that never changes. */
function untilMs(parts: Parts, start: When): number {
  const until = parts.get("UNTIL")
  if (until === undefined) return Number.POSITIVE_INFINITY
  const day = `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`
  const at = instantOf(until, null)
  return msOf(
    wall(at === null ? { kind: "allDay", on: day } : { kind: "timed", at, timeZone: zoneOf(start) }, zoneOf(start)),
  )
}

const zoneOf = (when: When): string => (when.kind === "timed" ? when.timeZone : "UTC")

const isSame = (a: Span, b: Span) => epochMs(a.start) === epochMs(b.start) && epochMs(a.end) === epochMs(b.end)

/** A form in which two moments of one kind compare as text: `20261124T090000Z`, or `20261124`. */
const comparable = (when: When): string => (when.kind === "timed" ? compact(when.at) : when.on.replaceAll("-", ""))

/** Dates that a series leaves out or has besides its rule, comparable. */
interface Dates {
  readonly name: "EXDATE" | "RDATE"
  readonly dates: readonly string[]
}

const only = (lines: readonly Dates[], which: (date: string) => boolean): readonly string[] =>
  lines.flatMap(({ name, dates }) => {
    const some = dates.filter(which)
    if (some.length === 0) return []
    return [`${name}${some[0]?.includes("T") ? "" : ";VALUE=DATE"}:${some.join(",")}`]
  })

/** Of an EXDATE or RDATE line; null for any other line and for forms that are not known. */
function datesOf(line: string, start: When): Dates | null {
  const [, name, zone, list = ""] =
    /^(EXDATE|RDATE)(?:;VALUE=DATE(?:-TIME)?)?(?:;TZID=([^:;]+))?:([0-9TZ,]+)$/.exec(line) ?? []
  if (name !== "EXDATE" && name !== "RDATE") return null
  const dates = list.split(",").map((text) => {
    if (start.kind === "allDay") return /^\d{8}$/.test(text) ? text : null
    const at = instantOf(text, zone ?? null)
    return at && compact(at)
  })
  return dates.every((date) => date !== null) ? { name, dates } : null
}

type Parts = ReadonlyMap<string, string>

/** At most one instance a day can be told apart by its date, which is all that some providers' rules end by. */
const KNOWN =
  /^(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)|INTERVAL=\d+|COUNT=\d+|UNTIL=[0-9TZ]+|WKST=\w\w|BYDAY=[-+\w,]+|BYMONTHDAY=[-\d,]+|BYMONTH=[\d,]+|BYSETPOS=[-\d,]+)$/

function partsOf(line: string): Parts | null {
  const [, rule = ""] = /^RRULE:(.+)$/.exec(line) ?? []
  const parts = rule.split(";").filter((part) => part !== "")
  if (!parts.every((part) => KNOWN.test(part))) return null
  return new Map(parts.map((part) => part.split("=") as [string, string]))
}

const lineOf = (parts: Parts): string => `RRULE:${[...parts].map(([key, value]) => `${key}=${value}`).join(";")}`

const MAX_STEPS = 20_000

/** How many instances the rule yields before `from`, left out or not; null when it yields none at `from`. Counted on the wall, where no clock ever changes. */
function countBefore(parts: Parts, start: When, from: When): number | null {
  const [first, last] = [msOf(wall(start, zoneOf(start))), msOf(wall(from, zoneOf(start)))]
  const walls = stepsOf(start, parts, first, last)
  return walls[0] === first && walls.at(-1) === last ? walls.length - 1 : null
}

/** Empty for a rule that goes on for too long. */
function stepsOf(start: When, parts: Parts, fromMs: number, toMs: number): number[] {
  const dtstart = wall(start, zoneOf(start)).toString({ smallestUnit: "second" }).replace(/[-:]/g, "")
  const rule = lineOf(new Map([...parts].filter(([key]) => key !== "UNTIL")))
  const rruleString = `DTSTART;TZID=UTC:${dtstart}\n${rule}`
  try {
    const limits = { maxIterations: MAX_STEPS, maxCandidateEvaluations: MAX_STEPS * 10 }
    return new RRuleTemporal({ rruleString, temporal: Temporal, ...limits })
      .between(new Date(fromMs), new Date(toMs), true)
      .map((moment) => moment.epochMilliseconds)
  } catch {
    return []
  }
}

const wall = (when: When, zone: string): Temporal.PlainDateTime =>
  when.kind === "allDay"
    ? Temporal.PlainDate.from(when.on).toPlainDateTime()
    : Temporal.Instant.fromEpochMilliseconds(Date.parse(when.at)).toZonedDateTimeISO(zone).toPlainDateTime()

const msOf = (moment: Temporal.PlainDateTime): number => moment.toZonedDateTime("UTC").epochMilliseconds

function restOf(parts: Parts, before: number): string {
  const count = parts.get("COUNT")
  return lineOf(count === undefined ? parts : new Map([...parts, ["COUNT", String(Number(count) - before)]]))
}

/** Up to the end of the day before. */
function endingBefore(parts: Parts, from: When, start: When): string {
  const open = [...parts].filter(([key]) => key !== "COUNT" && key !== "UNTIL")
  return lineOf(new Map([...open, ["UNTIL", lastBefore(from, start)]]))
}

function lastBefore(from: When, start: When): string {
  if (from.kind === "allDay" || start.kind === "allDay")
    return addDays(from.kind === "allDay" ? from.on : wallOf(from.at, from.timeZone).date, -1).replaceAll("-", "")
  return compact(addMs(startOfDay(wallOf(from.at, start.timeZone).date, start.timeZone), -1_000))
}
