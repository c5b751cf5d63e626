import type { Attendee, CalendarEvent, ConnectionId, EventRef, When } from "../domain/event"
import { type Seen, version } from "../domain/version"

/* Values for tests of pure rules. Each builder gives something whole and ordinary; a test names only what it is about. */

/** @param at ISO instant */
export const timed = (at: string, timeZone = "Europe/Berlin"): When => ({ kind: "timed", at, timeZone })

export const allDay = (on: string): When => ({ kind: "allDay", on })

/** The 26th of November 2026, a Thursday, in Berlin's winter time. @param clock `HH:MM` */
export const thursday = (clock: string): When => timed(new Date(`2026-11-26T${clock}:00+01:00`).toISOString())

export const eventRef = (eventId: string, calendarId = "primary"): EventRef => ({
  connectionId: "c1" as ConnectionId,
  calendarId,
  eventId,
})

export const guest = (email: string, over: Partial<Attendee> = {}): Attendee => ({
  email,
  name: null,
  rsvp: "needsAction",
  self: false,
  organizer: false,
  optional: false,
  ...over,
})

/** Ada's own event with two guests, Thursday 10:00 to 10:30. */
export const calendarEvent = (over: Partial<CalendarEvent> = {}): CalendarEvent => ({
  ref: eventRef("e1"),
  shape: "single",
  seriesId: null,
  originalStart: null,
  start: thursday("10:00"),
  end: thursday("10:30"),
  summary: "Weekly sync",
  location: "Room Spree",
  recurrence: [],
  attendees: [
    guest("ada@example.test", { name: "Ada Park", self: true, organizer: true, rsvp: "accepted" }),
    guest("ben@example.test", { name: "Ben Osei" }),
    guest("grace@example.test", { name: "Grace Lund" }),
  ],
  organizer: { email: "ada@example.test", self: true },
  status: "confirmed",
  conferenceUrl: "https://meet.example.test/abc",
  busy: true,
  movable: true,
  unmovable: null,
  marker: null,
  webUrl: null,
  ...over,
})

export const seen = (event: CalendarEvent, etag = '"1"'): Seen<CalendarEvent> => ({
  value: event,
  version: version(etag),
})
