import { readDate } from "@/lib/domain/date-text"
import type { CalendarEvent, Span, When } from "@/lib/domain/event"
import { addDays, daysBetween, readWall, wallOf } from "@/lib/domain/zoned-time"
import { instantOf } from "./shifted"

/** What the fields of "Move to..." hold: a date and two clock times (`HH:MM`), in the reader's zone. */
export interface TypedSpan {
  readonly date: string
  readonly start: string
  readonly end: string
}

export const typedSpan = (event: Span, timeZone: string): TypedSpan => ({
  date: dateOf(event.start, timeZone),
  start: clockOf(event.start, timeZone),
  end: clockOf(event.end, timeZone),
})

/** The span that was typed, in the zone the event is written in; or why there is none. An end at or before the start is on the next day only at 00:00. */
export function readTypedSpan(typed: TypedSpan, event: CalendarEvent, timeZone: string): Span | string {
  if (readDate(typed.date) === null) return "Choose a date."
  if (event.start.kind === "allDay" || event.end.kind === "allDay") return movedDays(typed.date, event)
  const [from, to] = [minutesOf(typed.start), minutesOf(typed.end)]
  if (from === null || to === null) return "Write both times as HH:MM."
  if (to !== 0 && to <= from) return "The end must be after the start."
  const start = readWall({ date: typed.date, minutes: from }, timeZone)
  const end = readWall({ date: to === 0 ? addDays(typed.date, 1) : typed.date, minutes: to }, timeZone)
  if (start.kind === "skipped" || end.kind === "skipped") return "The clocks change then: that time does not exist."
  return {
    start: { kind: "timed", at: instantOf(start), timeZone: event.start.timeZone },
    end: { kind: "timed", at: instantOf(end), timeZone: event.end.timeZone },
  }
}

function movedDays(date: string, { start, end }: Span): Span {
  const length = start.kind === "allDay" && end.kind === "allDay" ? daysBetween(start.on, end.on) : 1
  return { start: { kind: "allDay", on: date }, end: { kind: "allDay", on: addDays(date, Math.max(1, length)) } }
}

const dateOf = (when: When, timeZone: string): string =>
  when.kind === "allDay" ? when.on : wallOf(when.at, timeZone).date

const clockOf = (when: When, timeZone: string): string =>
  clockText(when.kind === "allDay" ? 0 : wallOf(when.at, timeZone).minutes)

/** `HH:MM`. @param minutes since midnight */
export function clockText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`
}

/** Minutes since midnight, of `HH:MM`; null for anything else. */
export function minutesOf(clock: string): number | null {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(clock)
  return found ? Number(found[1]) * 60 + Number(found[2]) : null
}
