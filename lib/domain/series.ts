import type { Change } from "./change"
import type { CalendarEvent, EventPatch, Provider, Span, When } from "./event"
import { epochMs } from "./plan"
import { addDays, addMs, daysBetween, isoInstant, readWall, startOfDay, wallOf, weekdayOf } from "./zoned-time"

/**
 * What to set on a series so that its instances go where `to` puts the named one: the same shift of day and wall clock, applied to the series' own
 * start, its rule, the end of the rule and the dates it leaves out, and the new length. Null when no such rule is known: only a plain weekly one on a single weekday
 * follows to another weekday, and only within a week (RFC 5545 3.8.5.3).
 */
export function shiftSeries(series: CalendarEvent, instance: CalendarEvent, to: Span): EventPatch | null {
  const { start } = series
  if (start.kind !== "timed" || instance.start.kind !== "timed" || to.start.kind !== "timed" || to.end.kind !== "timed")
    return null
  const zone = start.timeZone
  const first = wallOf(start.at, zone)
  const target = wallOf(to.start.at, zone)
  const days = daysBetween(wallOf(instance.start.at, zone).date, target.date)
  const shift = { zone, days, from: first.minutes, to: target.minutes }
  const recurrence = shiftRules(series.recurrence, shift, weekdayOf(target.date))
  const at = readWall({ date: addDays(first.date, days), minutes: target.minutes }, zone)
  if (!recurrence || at.kind !== "one") return null
  const moved: When = { kind: "timed", at: at.at, timeZone: zone }
  const lengthMs = epochMs(to.end) - epochMs(to.start)
  const end: When = { kind: "timed", at: new Date(epochMs(moved) + lengthMs).toISOString(), timeZone: zone }
  const same = days === 0 && recurrence.join() === series.recurrence.join()
  return { start: moved, end, ...(!same && { recurrence }) }
}

/** Does the move of a series take from its instances what was changed in them one by one? Google and Outlook give up those whose place the series no longer has; a CalDAV text is moved as a whole. */
export const losesOwnDates = (series: CalendarEvent, change: Change, provider: Provider | undefined): boolean =>
  change.kind === "update" &&
  change.patch.start !== undefined &&
  series.exceptions !== undefined &&
  provider !== "caldav"

/** By how many days, and from which minute of the day to which, on the clock of `zone`. */
interface Shift {
  readonly zone: string
  readonly days: number
  readonly from: number
  readonly to: number
}

function shiftRules(rules: readonly string[], shift: Shift, weekday: number): readonly string[] | null {
  const shifted = (shift.days === 0 ? rules : onWeekday(rules, weekday, shift.days))?.map((rule) =>
    shiftLine(rule, shift),
  )
  const whole = shifted?.filter((rule) => rule !== null)
  return whole && whole.length === shifted?.length ? whole : null
}

const shiftLine = (rule: string, shift: Shift): string | null =>
  /^(EXDATE|RDATE)/.test(rule) ? shiftDates(rule, shift) : shiftUntil(rule, shift)

/** Dates that are left out or added name the instant of an occurrence: at its new time they are other instants. Null for a form that is not known. */
function shiftDates(line: string, { zone, days, from, to }: Shift): string | null {
  if (days === 0 && from === to) return line
  const [, name = "", given, list = ""] = /^(EXDATE|RDATE)(?:;TZID=([^:;]+))?:([0-9TZ,]+)$/.exec(line) ?? []
  if (given !== undefined && given !== zone) return null
  const dates = list.split(",").map((text): string | null => {
    const at = instantOf(text, given ?? null)
    const wall = at === null ? null : wallOf(at, zone)
    if (at === null || wall === null) return null
    if (wall.minutes !== from) return compact(at)
    const reading = readWall({ date: addDays(wall.date, days), minutes: to }, zone)
    return reading.kind === "one" ? compact(reading.at) : null
  })
  return dates.every((date) => date !== null) ? `${name}:${dates.join(",")}` : null
}

/** The last day that the rule reaches stays the last one, moved with the rest; an `UNTIL` that says the same at the new time is left as it is. */
function shiftUntil(rule: string, { zone, days, from, to }: Shift): string | null {
  const [until, text] = /UNTIL=([0-9TZ]+)/.exec(rule) ?? []
  if (!until || text === undefined) return rule
  const at = instantOf(text, null)
  if (at === null) return days === 0 ? rule : null
  const { date, minutes } = wallOf(at, zone)
  const reached = minutes >= from
  if (days === 0 && reached === minutes >= to) return rule
  const lastDay = addDays(date, days - (reached ? 0 : 1))
  const dayAfter = startOfDay(addDays(lastDay, 1), zone)
  return rule.replace(until, `UNTIL=${compact(addMs(dayAfter, -1_000))}`)
}

/** An instant of a rule's text: `20261124T090000Z`, or the wall clock of `zone` without the Z; null for a date. */
export function instantOf(text: string, zone: string | null): string | null {
  const [, y, mo, d, h, mi, s, utc] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)$/.exec(text) ?? []
  if (y === undefined) return null
  if (utc) return `${y}-${mo}-${d}T${h}:${mi}:${s}Z`
  const reading =
    zone === null ? null : readWall({ date: `${y}-${mo}-${d}`, minutes: Number(h) * 60 + Number(mi) }, zone)
  return reading?.kind === "one" ? reading.at : null
}

/** As a rule's text has it: `20261124T090000Z`. */
export const compact = (at: string): string => isoInstant(Date.parse(at)).replace(/[-:]/g, "")

const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

/** A weekly rule on one weekday, on another. Several weekdays would need more than a shift. */
function onWeekday(rules: readonly string[], weekday: number, days: number): readonly string[] | null {
  const [rule = "", ...dates] = rules
  if (!dates.every((line) => /^(EXDATE|RDATE)/.test(line))) return null
  if (Math.abs(days) >= WEEKDAYS.length || !/^RRULE:/.test(rule)) return null
  const parts = rule.slice("RRULE:".length).split(";")
  const known = parts.every((part) =>
    /^(FREQ=WEEKLY|INTERVAL=\d+|COUNT=\d+|UNTIL=[0-9TZ]+|WKST=\w\w|BYDAY=\w\w)$/.test(part),
  )
  if (!known || !parts.includes("FREQ=WEEKLY")) return null
  const moved = parts.map((part) => (part.startsWith("BYDAY=") ? `BYDAY=${WEEKDAYS[weekday - 1]}` : part))
  return [`RRULE:${moved.join(";")}`, ...dates]
}
