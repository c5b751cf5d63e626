import type { Span, When } from "@/lib/domain/event"
import { epochMs } from "@/lib/domain/plan"
import { addDays, addMs, MINUTE_MS, readWall, type WallReading, wallOf } from "@/lib/domain/zoned-time"

export interface Shift {
  readonly days: number
  readonly minutes: number
}

/**
 * A span moved by days and minutes. Days keep the wall clock in the reader's zone, also over a clock change; the length stays. An all-day span has
 * no minutes to move by.
 */
export function shifted(span: Span, { days, minutes }: Shift, timeZone: string): Span {
  if (span.start.kind === "allDay") return { start: shiftDate(span.start, days), end: shiftDate(span.end, days) }
  const wall = wallOf(span.start.at, timeZone)
  const sameClock =
    days === 0 ? span.start.at : instantOf(readWall({ ...wall, date: addDays(wall.date, days) }, timeZone))
  const at = addMs(sameClock, minutes * MINUTE_MS)
  const lengthMs = epochMs(span.end) - epochMs(span.start)
  return {
    start: { ...span.start, at },
    end: { kind: "timed", at: addMs(at, lengthMs), timeZone: zoneOf(span.end, timeZone) },
  }
}

const shiftDate = (when: When, days: number): When =>
  when.kind === "allDay" ? { kind: "allDay", on: addDays(when.on, days) } : when

const zoneOf = (when: When, otherwise: string): string => (when.kind === "timed" ? when.timeZone : otherwise)

/** For moving by hand: the first of two readings, and what lies behind a gap. */
export function instantOf(reading: WallReading): string {
  switch (reading.kind) {
    case "one":
      return reading.at
    case "repeated":
      return reading.first
    case "skipped":
      return reading.after
    default:
      return reading satisfies never
  }
}
