import "server-only"
import { Temporal } from "temporal-polyfill"
import type { CalendarEvent, When } from "../../domain/event"
import { type Seen, version } from "../../domain/version"
import type { Window } from "../../ports/calendar-provider"
import { eventId } from "./ids"
import { type ReadFrom, toInstance, toWhole } from "./mapping"
import { instanceOf, instancesOf, readResource } from "./resource"

/** What one window's worth of a calendar may cost to read; what is left then counts as unreadable. */
export const READ_BUDGET_MS = 4_000

/**
 * The events of one resource in a window, cancelled ones left out. A resource that cannot be read takes the whole window: its time must not look free.
 * @param outOfTime no more resources can be expanded
 */
export function eventsWithin(
  text: string,
  etag: string,
  from: ReadFrom,
  window: Window,
  zone: string,
  outOfTime: boolean,
): { readonly kind: "readable" | "unreadable"; readonly events: readonly Seen<CalendarEvent>[] } {
  try {
    if (outOfTime) throw new RangeError("too much to read")
    const events = readable(text, from, window, zone).map((value) => ({ value, version: version(etag) }))
    return { kind: "readable", events }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { kind: "unreadable", events: [{ value: unreadable(from, window), version: version(etag) }] }
  }
}

function readable(text: string, from: ReadFrom, window: Window, zone: string): CalendarEvent[] {
  const resource = readResource(text, zone)
  const [fromMs, toMs] = [Date.parse(window.from), Date.parse(window.to)]
  const whole = resource.recurs || !resource.master ? null : toWhole(resource, from)
  const all = whole ? [whole] : instancesOf(resource, fromMs, toMs).map((each) => toInstance(resource, each, from))
  return all.filter((event) => event.status !== "cancelled" && overlaps(event, fromMs, toMs, zone))
}

/** An event of no length is where it starts. */
function overlaps({ start, end }: CalendarEvent, fromMs: number, toMs: number, zone: string): boolean {
  const [a, b] = [instantMs(start, zone), instantMs(end, zone)]
  return a < toMs && (b > fromMs || (a === b && a >= fromMs))
}

export const instantMs = (when: When, zone: string): number =>
  when.kind === "timed" ? Date.parse(when.at) : Temporal.PlainDate.from(when.on).toZonedDateTime(zone).epochMilliseconds

export const UNREADABLE_SUMMARY = "An event that cannot be read"

/** Stands for what cannot be read: busy throughout, nobody's to move. */
const unreadable = ({ connectionId, calendarId, resource }: ReadFrom, { from, to }: Window): CalendarEvent => ({
  ref: { connectionId, calendarId, eventId: eventId({ resource, instance: null }) },
  shape: "single",
  seriesId: null,
  start: { kind: "timed", at: from, timeZone: "UTC" },
  end: { kind: "timed", at: to, timeZone: "UTC" },
  originalStart: null,
  summary: UNREADABLE_SUMMARY,
  location: "",
  recurrence: [],
  attendees: [],
  organizer: null,
  status: "confirmed",
  conferenceUrl: null,
  busy: true,
  movable: false,
  unmovable: "event-type",
  marker: null,
  webUrl: null,
})

/** The event or instance that an id names within its resource; null when it is not there any more. @throws {RangeError} */
export function eventIn(text: string, instance: string | null, from: ReadFrom, zone: string): CalendarEvent | null {
  const resource = readResource(text, zone)
  if (instance === null) return toWhole(resource, from)
  const found = resource.recurs || resource.overrides.size > 0 ? instanceOf(resource, instance) : null
  return found && toInstance(resource, found, from)
}
