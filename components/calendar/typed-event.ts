import { readDate } from "@/lib/domain/date-text"
import type { EventDraft, Span } from "@/lib/domain/event"
import { addDays, readWall, type Wall } from "@/lib/domain/zoned-time"
import { instantOf } from "./shifted"
import { clockText, minutesOf } from "./typed-span"

/** What the fields of a new event hold. Dates are `YYYY-MM-DD` and clock times `HH:MM`, in the reader's zone; `lastDay` is the last one that it takes. */
export interface TypedEvent {
  readonly title: string
  readonly allDay: boolean
  readonly date: string
  readonly start: string
  readonly end: string
  readonly lastDay: string
  readonly place: string
  /** Addresses, apart by commas or spaces. */
  readonly guests: string
}

const NOTHING: Pick<TypedEvent, "title" | "place" | "guests"> = { title: "", place: "", guests: "" }
const SLOT_MINUTES = 30
const DAY_MINUTES = 24 * 60

/** An empty form that begins at a wall clock time and takes one slot. @param minutes null: all day */
export function typedAt(date: string, minutes: number | null): TypedEvent {
  const start = minutes ?? 9 * 60
  const clocks = { start: clockText(start), end: clockText((start + SLOT_MINUTES) % DAY_MINUTES) }
  return { ...NOTHING, ...clocks, allDay: minutes === null, date, lastDay: date }
}

/** Where "New event" begins: the next slot of today in this week, else where the week's first day of work does. */
export function typedNext(now: Wall, monday: string, isThisWeek: boolean, workStart: string): TypedEvent {
  if (!isThisWeek) return typedAt(monday, minutesOf(workStart))
  const next = (Math.floor(now.minutes / SLOT_MINUTES) + 1) * SLOT_MINUTES
  return next < DAY_MINUTES ? typedAt(now.date, next) : typedAt(addDays(now.date, 1), 0)
}

export type TypedField = "title" | "date" | "end" | "lastDay" | "guests"
export type TypedProblems = Readonly<Partial<Record<TypedField, string>>>

const ADDRESS = /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/

/** The event that was typed, or what is wrong, by field. Two clock times across midnight end on the next day. */
export function readTypedEvent(typed: TypedEvent, timeZone: string): EventDraft | TypedProblems {
  const title = typed.title.trim()
  const place = typed.place.trim()
  const guests = typed.guests.split(/[\s,;]+/).filter(Boolean)
  const odd = guests.find((guest) => !ADDRESS.test(guest))
  const span = typed.allDay ? typedDays(typed) : typedTimes(typed, timeZone)
  const problems: TypedProblems = {
    ...("start" in span ? {} : span),
    ...(title === "" && { title: "Give it a title." }),
    ...(odd !== undefined && { guests: `"${odd}" is no address.` }),
  }
  if (!("start" in span) || Object.keys(problems).length > 0) return problems
  return {
    summary: title,
    start: span.start,
    end: span.end,
    ...(place && { location: place }),
    ...(guests.length > 0 && { attendees: [...new Set(guests)] }),
  }
}

function typedDays({ date, lastDay }: TypedEvent): Span | TypedProblems {
  if (readDate(date) === null) return { date: "Choose a date." }
  if (readDate(lastDay) === null || lastDay < date) return { lastDay: "The last day must not be before the first." }
  return { start: { kind: "allDay", on: date }, end: { kind: "allDay", on: addDays(lastDay, 1) } }
}

function typedTimes(typed: TypedEvent, timeZone: string): Span | TypedProblems {
  const [from, to] = [minutesOf(typed.start), minutesOf(typed.end)]
  if (readDate(typed.date) === null) return { date: "Choose a date." }
  if (from === null || to === null) return { end: "Write both times as HH:MM." }
  if (from === to) return { end: "The end must be after the start." }
  const start = readWall({ date: typed.date, minutes: from }, timeZone)
  const end = readWall({ date: to < from ? addDays(typed.date, 1) : typed.date, minutes: to }, timeZone)
  if (start.kind === "skipped" || end.kind === "skipped")
    return { end: "The clocks change then: that time does not exist." }
  return {
    start: { kind: "timed", at: instantOf(start), timeZone },
    end: { kind: "timed", at: instantOf(end), timeZone },
  }
}
