import type { Answer } from "./change"
import type { CalendarEvent } from "./event"
import { type CareField, careDiff } from "./event-diff"
import { formatSpan, spokenSpan } from "./format-when"

/*
 * What events, their times, their fields and their answers are called in sentences. Texts of events are quoted, never interpreted.
 */

export const named = (event: CalendarEvent): string => `"${event.summary || "(no title)"}"`

/** When an event is. A series is told by its weekday, where it has one, and its time: its own date is only the day it began. */
export function placed(event: CalendarEvent, timeZone: string): string {
  if (event.shape !== "series" || event.start.kind === "allDay") return formatSpan(event, timeZone)
  const { day, time } = spokenSpan(event, timeZone)
  const [weekday] = day.split(" ")
  return event.recurrence.some(isOnOneWeekday) ? `${weekday}s, ${time}` : time
}

const isOnOneWeekday = (rule: string): boolean => /^RRULE:(.*;)?FREQ=WEEKLY/.test(rule) && !/BYDAY=[^;]*,/.test(rule)

/** "title and place" where two states differ in anything but when; null where it is a move, or no change at all. */
export function changedButNotMoved(before: CalendarEvent, after: CalendarEvent): string | null {
  const changed = careDiff(before, after)
  const moved = changed.includes("start") || changed.includes("end")
  return moved || changed.length === 0 ? null : changed.map(fieldName).join(" and ")
}

const FIELD_NAMES: Record<CareField, string> = {
  summary: "title",
  start: "start",
  end: "end",
  recurrence: "repetition",
  location: "place",
  attendees: "guests",
  status: "status",
  conference: "meeting link",
}
export const fieldName = (field: CareField): string => FIELD_NAMES[field]

/** An answer to an invitation, as one gives it. */
export const ANSWERS: Record<Answer, string> = { accepted: "yes", tentative: "maybe", declined: "no" }
