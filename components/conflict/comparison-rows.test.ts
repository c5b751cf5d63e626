import { expect, test } from "vitest"
import type { ConflictView } from "@/lib/client/proposals"
import type { Attendee, CalendarEvent, ConnectionId } from "@/lib/domain/event"
import { comparisonRows, guestsOf } from "./comparison-rows"

const guest = (email: string, more: Partial<Attendee> = {}): Attendee => ({
  email,
  name: null,
  rsvp: "accepted",
  self: false,
  organizer: false,
  optional: false,
  ...more,
})

const sync: CalendarEvent = {
  ref: { connectionId: "c1" as ConnectionId, calendarId: "ada", eventId: "sync" },
  shape: "single",
  seriesId: null,
  originalStart: null,
  start: { kind: "timed", at: "2026-11-24T09:00:00Z", timeZone: "Europe/Berlin" },
  end: { kind: "timed", at: "2026-11-24T09:30:00Z", timeZone: "Europe/Berlin" },
  summary: "Weekly sync",
  location: "",
  recurrence: [],
  attendees: [guest("ben@x.example")],
  organizer: null,
  status: "confirmed",
  conferenceUrl: null,
  busy: true,
  movable: true,
  unmovable: null,
  marker: null,
  webUrl: null,
}

const conflict = (more: Partial<ConflictView>): ConflictView => ({
  id: "k1",
  position: 0,
  was: sync,
  is: sync,
  intended: sync,
  changedFields: [],
  intendedFields: [],
  relation: "collision",
  by: "you",
  mayHaveApplied: false,
  inTheWay: null,
  title: "",
  text: "",
  choices: ["keep", "move"],
  ...more,
})

test("start and end are one row, and each side is marked for itself", () => {
  const { differing, same } = comparisonRows(
    conflict({ changedFields: ["summary", "end"], intendedFields: ["start", "end"] }),
  )
  expect(differing).toEqual([
    { kind: "title", label: "Title", changed: true, intended: false },
    { kind: "when", label: "When", changed: true, intended: true },
  ])
  expect(same.map((row) => row.kind)).toEqual(["guests"])
})

test("a place that only one side has is shown", () => {
  const { same } = comparisonRows(conflict({ is: { ...sync, location: "Room Spree" } }))
  expect(same.map((row) => row.kind)).toEqual(["title", "when", "where", "guests"])
})

test("the organizer is no guest, and a guest listed twice is one", () => {
  const attendees = [
    guest("ada@x.example", { organizer: true }),
    guest("Ben@x.example"),
    guest("ben@x.example", { name: "Ben" }),
  ]
  expect(guestsOf({ ...sync, attendees })).toEqual(["Ben"])
})
