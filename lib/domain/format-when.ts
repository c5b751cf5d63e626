import type { Span, When } from "./event"

/** A day and, for timed moments, a wall-clock time, in words. */
export interface SpokenSpan {
  /** "Thursday 26 Nov", or "Thursday 26 Nov to Friday 27 Nov" */
  readonly day: string
  /** "15:00-15:30", "23:00 to 01:00 the next day", or "all day" */
  readonly time: string
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Building an Intl format costs more than using it a thousand times. */
function partsFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "long",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  })
  formatters.set(timeZone, made)
  return made
}

interface Parts {
  readonly weekday: string
  readonly day: string
  readonly month: string
  readonly year: string
  readonly hour: string
  readonly minute: string
}

function partsOf(ms: number, timeZone: string): Parts {
  const found: Record<string, string> = {}
  for (const part of partsFormat(timeZone).formatToParts(ms)) found[part.type] = part.value
  const { weekday = "", day = "", month = "", year = "", hour = "", minute = "" } = found
  return { weekday, day, month, year, hour, minute }
}

const sameDay = (a: Parts, b: Parts) => a.day === b.day && a.month === b.month && a.year === b.year
const dayText = (p: Parts) => `${p.weekday} ${p.day} ${p.month}`
const clockText = (p: Parts) => `${p.hour}:${p.minute}`

const DAY_MS = 86_400_000
const utcMidnight = (on: string) => Date.parse(`${on}T00:00:00Z`)

/**
 * A span as a person reads it, in `timeZone` (IANA): English, 24 hours. All-day spans have no zone and their end is exclusive.
 *
 * @example spokenSpan(span, "Europe/Berlin") // { day: "Thursday 26 Nov", time: "15:00-15:30" }
 */
export function spokenSpan({ start, end }: Span, timeZone: string): SpokenSpan {
  if (start.kind === "allDay" || end.kind === "allDay") return spokenDays(start, end, timeZone)
  const from = partsOf(Date.parse(start.at), timeZone)
  const to = partsOf(Date.parse(end.at), timeZone)
  if (sameDay(from, to)) return { day: dayText(from), time: `${clockText(from)}-${clockText(to)}` }
  const nextDay = sameDay(partsOf(Date.parse(start.at) + DAY_MS, timeZone), to)
  return nextDay
    ? { day: dayText(from), time: `${clockText(from)} to ${clockText(to)} the next day` }
    : { day: `${dayText(from)} to ${dayText(to)}`, time: `${clockText(from)} to ${clockText(to)}` }
}

function spokenDays(start: When, end: When, timeZone: string): SpokenSpan {
  const first = startParts(start, timeZone)
  const last = end.kind === "allDay" ? partsOf(utcMidnight(end.on) - DAY_MS, "UTC") : startParts(end, timeZone)
  const day = sameDay(first, last) ? dayText(first) : `${dayText(first)} to ${dayText(last)}`
  return { day, time: "all day" }
}

const startParts = (when: When, timeZone: string): Parts =>
  when.kind === "allDay" ? partsOf(utcMidnight(when.on), "UTC") : partsOf(Date.parse(when.at), timeZone)

/** Two instants as a person in this zone would say them. */
export const spanOf = ({ start, end }: { readonly start: string; readonly end: string }, timeZone: string): Span => ({
  start: { kind: "timed", at: start, timeZone },
  end: { kind: "timed", at: end, timeZone },
})

/** "Thursday 26 Nov, 15:00-15:30". */
export function formatSpan(span: Span, timeZone: string): string {
  const { day, time } = spokenSpan(span, timeZone)
  return `${day}, ${time}`
}

/** A day's heading: "Thursday 26 Nov". `on` is a plain date (`2026-11-26`). */
export const formatDay = (on: string): string => dayText(partsOf(utcMidnight(on), "UTC"))

/** An instant to the minute: "Thursday 26 Nov, 15:00". */
export function formatInstant(at: string, timeZone: string): string {
  const parts = partsOf(Date.parse(at), timeZone)
  return `${dayText(parts)}, ${clockText(parts)}`
}

/** The clock on the wall: "15:00". */
export const wallClock = (at: string, timeZone: string): string => clockText(partsOf(Date.parse(at), timeZone))

/** What a week's heading says: "23 - 29 Nov 2026", "30 Nov - 6 Dec 2026". `[from, to)`, instants. */
export function formatWeek(from: string, to: string, timeZone: string): string {
  const first = partsOf(Date.parse(from), timeZone)
  const last = partsOf(Date.parse(to) - 1, timeZone)
  const tail = `${last.day} ${last.month} ${last.year}`
  if (first.year !== last.year) return `${first.day} ${first.month} ${first.year} - ${tail}`
  return first.month === last.month ? `${first.day} - ${tail}` : `${first.day} ${first.month} - ${tail}`
}
