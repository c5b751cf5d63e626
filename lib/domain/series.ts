import type { CalendarEvent, EventPatch, Span, When } from "./event"
import { epochMs } from "./plan"
import { readWall, wallOf } from "./zoned-time"

/**
 * What to set on a series so that its instances go to `to`'s time of day: the same shift of the wall clock, applied to the series' own start, and the
 * new length. Null when the day would change too: that needs another rule, not another start (RFC 5545 3.8.5.3).
 */
export function shiftSeries(series: CalendarEvent, instance: CalendarEvent, to: Span): EventPatch | null {
  const { start } = series
  if (start.kind !== "timed" || instance.start.kind !== "timed" || to.start.kind !== "timed" || to.end.kind !== "timed")
    return null
  const zone = start.timeZone
  const from = wallOf(instance.start.at, zone)
  const target = wallOf(to.start.at, zone)
  if (from.date !== target.date) return null
  const at = readWall({ date: wallOf(start.at, zone).date, minutes: target.minutes }, zone)
  if (at.kind !== "one") return null
  const moved: When = { kind: "timed", at: at.at, timeZone: zone }
  const lengthMs = epochMs(to.end) - epochMs(to.start)
  return { start: moved, end: { kind: "timed", at: new Date(epochMs(moved) + lengthMs).toISOString(), timeZone: zone } }
}
