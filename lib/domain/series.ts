import type { CalendarEvent, EventPatch, Span, When } from "./event"
import { epochMs } from "./plan"
import { addDays, daysBetween, readWall, wallOf, weekdayOf } from "./zoned-time"

/**
 * What to set on a series so that its instances go where `to` puts the named one: the same shift of day and wall clock, applied to the series' own
 * start and its rule, and the new length. Null when no such rule is known: only a plain weekly one on a single weekday follows to another
 * weekday, and only within a week (RFC 5545 3.8.5.3).
 */
export function shiftSeries(series: CalendarEvent, instance: CalendarEvent, to: Span): EventPatch | null {
  const { start } = series
  if (start.kind !== "timed" || instance.start.kind !== "timed" || to.start.kind !== "timed" || to.end.kind !== "timed")
    return null
  const zone = start.timeZone
  const target = wallOf(to.start.at, zone)
  const days = daysBetween(wallOf(instance.start.at, zone).date, target.date)
  const recurrence = days === 0 ? series.recurrence : onWeekday(series.recurrence, weekdayOf(target.date), days)
  const at = readWall({ date: addDays(wallOf(start.at, zone).date, days), minutes: target.minutes }, zone)
  if (!recurrence || at.kind !== "one") return null
  const moved: When = { kind: "timed", at: at.at, timeZone: zone }
  const lengthMs = epochMs(to.end) - epochMs(to.start)
  const end: When = { kind: "timed", at: new Date(epochMs(moved) + lengthMs).toISOString(), timeZone: zone }
  return { start: moved, end, ...(days !== 0 && { recurrence }) }
}

const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

/** A weekly rule on one weekday, on another. An UNTIL could cut off the last instance, several weekdays or exclusions would need more than a shift. */
function onWeekday(rules: readonly string[], weekday: number, days: number): readonly string[] | null {
  const [rule = "", ...others] = rules
  if (others.length > 0 || Math.abs(days) >= WEEKDAYS.length || !/^RRULE:/.test(rule)) return null
  const parts = rule.slice("RRULE:".length).split(";")
  const known = parts.every((part) => /^(FREQ=WEEKLY|INTERVAL=\d+|COUNT=\d+|WKST=\w\w|BYDAY=\w\w)$/.test(part))
  if (!known || !parts.includes("FREQ=WEEKLY")) return null
  const moved = parts.map((part) => (part.startsWith("BYDAY=") ? `BYDAY=${WEEKDAYS[weekday - 1]}` : part))
  return [`RRULE:${moved.join(";")}`]
}
