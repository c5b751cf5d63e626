import type { CalendarEvent, EventPatch } from "../../domain/event"
import type { EventRow } from "../../sandbox/calendar/event"
import type { Change } from "./story"

/** An event as a person would describe it. `time` is "start/end" in instants. */
export interface Looks {
  readonly time: string
  readonly title: string
  readonly place: string
}

export type Field = keyof Looks
export const FIELDS: readonly Field[] = ["time", "title", "place"]

/** Half an hour from a full hour on, in Berlin's winter. */
export const halfHour = (date: string, hour: number): { start: string; end: string } => {
  const start = Date.parse(`${date}T${String(hour).padStart(2, "0")}:00:00+01:00`)
  return { start: instant(start), end: instant(start + 1_800_000) }
}

export const wishOf = (change: Change, date: string): Partial<Looks> => {
  switch (change.field) {
    case "time": {
      const { start, end } = halfHour(date, change.hour)
      return { time: `${start}/${end}` }
    }
    case "title":
      return { title: change.text }
    case "place":
      return { place: change.text }
  }
}

/** The same wish in the words of the app. */
export function patchOf(change: Change, date: string): EventPatch {
  switch (change.field) {
    case "time": {
      const { start, end } = halfHour(date, change.hour)
      return { start: moment(start), end: moment(end) }
    }
    case "title":
      return { summary: change.text }
    case "place":
      return { location: change.text }
  }
}

/** As the provider's own storage has it: read past every adapter. */
export const looksOfRow = ({ content, deleted }: Pick<EventRow, "content" | "deleted">): Looks | null =>
  deleted ? null : { time: timeOf(content), title: content.summary, place: content.location }

/** As the app tells it. */
export const looksOfEvent = (event: CalendarEvent): Looks => ({
  time: timeOf(event),
  title: event.summary,
  place: event.location,
})

/** The fields in which two looks differ. */
export const differing = (a: Looks, b: Looks): Field[] => FIELDS.filter((field) => a[field] !== b[field])

function timeOf({ start, end }: Pick<CalendarEvent, "start" | "end">): string {
  if (start.kind !== "timed" || end.kind !== "timed") throw new Error("these stories have no all-day events")
  return `${instant(Date.parse(start.at))}/${instant(Date.parse(end.at))}`
}

const instant = (ms: number): string => new Date(ms).toISOString()
const moment = (at: string) => ({ kind: "timed" as const, at, timeZone: "Europe/Berlin" })
