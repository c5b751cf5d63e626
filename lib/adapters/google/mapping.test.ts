import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js"
import { describe, expect, test } from "vitest"
import type { ConnectionId } from "../../domain/event"
import { clientId, editorsOf, fromDraft, fromPatch, fromSeries, type ReadFrom, toCalendar, toEvent } from "./mapping"

const from: ReadFrom = { connectionId: "c1" as ConnectionId, calendarId: "ada@google.test", accessRole: "owner" }
const marker = "0d3f5a52-7f0c-4a53-9a5e-1b1f7f6b7c11"

const google = (over: calendar_v3.Schema$Event = {}): calendar_v3.Schema$Event => ({
  id: "abc",
  etag: '"42"',
  status: "confirmed",
  summary: "Budget review",
  organizer: { email: "ada@google.test", self: true },
  start: { dateTime: "2026-11-26T15:00:00+01:00", timeZone: "Europe/Berlin" },
  end: { dateTime: "2026-11-26T15:30:00+01:00", timeZone: "Europe/Berlin" },
  ...over,
})
const value = (over: calendar_v3.Schema$Event = {}, where = from) => toEvent(google(over), where).value

describe("toEvent", () => {
  test("the etag is the version, quotes and all", () => expect(toEvent(google(), from).version).toBe('"42"'))

  test.each([
    ["no etag", { etag: undefined }],
    ["an empty etag", { etag: "" }],
    ["no id", { id: undefined }],
    ["no start", { start: {} }],
  ])("refuses %s", (_, over) => expect(() => toEvent(google(over), from)).toThrow(RangeError))

  test("an offset becomes the instant, the zone is kept", () => {
    expect(value().start).toEqual({ kind: "timed", at: "2026-11-26T14:00:00Z", timeZone: "Europe/Berlin" })
  })

  test("all-day", () => {
    const day = value({ start: { date: "2026-11-26" }, end: { date: "2026-11-27" } })
    expect([day.start, day.end]).toEqual([
      { kind: "allDay", on: "2026-11-26" },
      { kind: "allDay", on: "2026-11-27" },
    ])
  })

  test.each([
    ["single", {}, "single", null],
    ["series", { recurrence: ["RRULE:FREQ=WEEKLY"] }, "series", "abc"],
    [
      "occurrence",
      { recurringEventId: "m", originalStartTime: { dateTime: "2026-11-26T14:00:00Z" } },
      "occurrence",
      "m",
    ],
    ["exception", { recurringEventId: "m", originalStartTime: { dateTime: "2026-11-25T14:00:00Z" } }, "exception", "m"],
  ])("shape: %s", (_, over, shape, seriesId) => expect(value(over)).toMatchObject({ shape, seriesId }))

  test.each([
    ["own", {}, "owner", null],
    ["own, as a writer", {}, "writer", null],
    ["a calendar that can only be read", {}, "reader", "read-only-calendar"],
    ["a guest", { organizer: { email: "b@x" } }, "owner", "not-organizer"],
    ["a guest who may change it", { organizer: { email: "b@x" }, guestsCanModify: true }, "owner", null],
    ["a birthday", { eventType: "birthday" }, "owner", "event-type"],
    ["a working location", { eventType: "workingLocation" }, "owner", "event-type"],
    ["focus time", { eventType: "focusTime" }, "owner", null],
    ["locked", { locked: true }, "owner", "event-type"],
  ])("unmovable: %s", (_, over, accessRole, unmovable) => {
    expect(value(over, { ...from, accessRole })).toMatchObject({ movable: unmovable === null, unmovable })
  })

  test("who else may change it: guests only where its organizer lets them", () => {
    expect(value({ guestsCanModify: true }).guestsMayEdit).toBe(true)
    expect(value({}).guestsMayEdit).toBeUndefined()
  })

  test.each([
    ["opaque", {}, true],
    ["transparent", { transparency: "transparent" }, false],
    ["declined by me", { attendees: [{ email: "ada@google.test", self: true, responseStatus: "declined" }] }, false],
    ["declined by another", { attendees: [{ email: "b@x", responseStatus: "declined" }] }, true],
  ])("busy: %s", (_, over, busy) => expect(value(over).busy).toBe(busy))

  test("attendees, conference, marker", () => {
    const event = value({
      attendees: [{ email: "b@x", displayName: "Ben", responseStatus: "tentative", optional: true }],
      conferenceData: { entryPoints: [{ entryPointType: "video", uri: "https://meet.test/1" }] },
      extendedProperties: { private: { ifmatchIntent: marker, other: "1" } },
    })
    expect(event.attendees).toEqual([
      { email: "b@x", name: "Ben", rsvp: "tentative", self: false, organizer: false, optional: true },
    ])
    expect(event.conferenceUrl).toBe("https://meet.test/1")
    expect(event.marker).toBe(marker)
    expect(value().marker).toBeNull()
  })
})

describe("what is sent", () => {
  const start = { kind: "timed", at: "2026-11-26T14:00:00Z", timeZone: "Europe/Berlin" } as const
  const mark = { extendedProperties: { private: { ifmatchIntent: marker } } }

  test("a time change carries times and the marker, nothing else", () => {
    expect(fromPatch({ start }, marker)).toEqual({
      start: { dateTime: "2026-11-26T14:00:00Z", timeZone: "Europe/Berlin", date: null },
      ...mark,
    })
  })

  test("an all-day start clears the timed one", () => {
    expect(fromPatch({ start: { kind: "allDay", on: "2026-11-26" } }, marker).start).toEqual({
      date: "2026-11-26",
      dateTime: null,
      timeZone: null,
    })
  })

  test("an empty text is a change, an absent one is none", () => {
    expect(fromPatch({ location: "" }, marker)).toEqual({ location: "", ...mark })
  })

  test("a draft has an id that Google accepts", () => {
    const draft = fromDraft({ summary: "New", start, end: start, attendees: ["b@x"] }, marker)
    expect(draft.id).toMatch(/^[a-v0-9]{5,1024}$/)
    expect(draft).toMatchObject({ id: clientId(marker), attendees: [{ email: "b@x" }], ...mark })
  })
})

describe("calendars", () => {
  test.each([
    ["owner", true],
    ["writer", true],
    ["reader", false],
    ["freeBusyReader", false],
  ])("%s writable: %s", (accessRole, writable) => {
    expect(toCalendar({ id: "x", summary: "X", accessRole }, "unknown").writable).toBe(writable)
  })

  const rule = (role: string, type: string, of?: string) => ({ role, scope: { type, value: of } })
  const mine = rule("owner", "user", "Ada@google.test")
  test.each([
    ["mine alone", [mine], "only-me"],
    ["and the world sees free/busy", [mine, rule("freeBusyReader", "default")], "only-me"],
    ["a second owner", [mine, rule("owner", "user", "b@x")], "others"],
    ["a writer group", [mine, rule("writer", "group", "ada@google.test")], "others"],
    ["the calendar itself", [mine, rule("owner", "user", "side@group")], "only-me"],
    ["nobody", [], "unknown"],
  ])("editors: %s", (_, rules, editors) => expect(editorsOf(rules, "side@group", "ada@google.test")).toBe(editors))
})

describe("a series that is copied", () => {
  const patch = {
    start: { kind: "timed", at: "2026-11-26T14:00:00Z", timeZone: "Europe/Berlin" },
    end: { kind: "timed", at: "2026-11-26T14:30:00Z", timeZone: "Europe/Berlin" },
    recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"],
  } as const
  const stored = {
    kind: "calendar#event",
    id: "old",
    etag: '"1"',
    iCalUID: "old@google.com",
    sequence: 3,
    status: "tentative",
    hangoutLink: "https://meet.google.com/abc",
    summary: "Sync",
    description: "<b>Agenda</b>",
    colorId: "5",
    visibility: "private",
    transparency: "transparent",
    guestsCanInviteOthers: false,
    reminders: { useDefault: false, overrides: [{ method: "email", minutes: 60 }] },
    attachments: [{ fileUrl: "https://drive.google.com/x", title: "Minutes" }],
    attendees: [{ email: "ben@example.test", responseStatus: "accepted", optional: true, comment: "ok" }],
    conferenceData: { conferenceId: "abc", createRequest: { requestId: "r" }, entryPoints: [{ uri: "https://x" }] },
    extendedProperties: { private: { other: "app", ifmatchIntent: "before" }, shared: { a: "b" } },
    organizer: { self: true, email: "ada@example.test" },
    start: { dateTime: "2026-11-03T10:00:00+01:00", timeZone: "Europe/Berlin" },
    recurrence: ["RRULE:FREQ=WEEKLY"],
  }

  test("keeps all that the provider keeps, and has its own id, mark, times and rules", () => {
    const { kind, id, etag, iCalUID, sequence, hangoutLink, organizer, conferenceData, ...kept } = stored
    expect(fromSeries(stored, patch, "11111111-2222-4333-8444-555555555555")).toEqual({
      ...kept,
      id: "11111111222243338444555555555555",
      conferenceData: { conferenceId: "abc", entryPoints: [{ uri: "https://x" }] },
      start: { dateTime: "2026-11-26T14:00:00Z", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-11-26T14:30:00Z", timeZone: "Europe/Berlin" },
      recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"],
      extendedProperties: {
        private: { other: "app", ifmatchIntent: "11111111-2222-4333-8444-555555555555" },
        shared: { a: "b" },
      },
    })
    for (const own of [kind, id, etag, iCalUID, sequence, hangoutLink, organizer, conferenceData])
      expect(own).toBeDefined()
  })

  test("a list of guests that was cut short is not copied", () => {
    expect(fromSeries({ ...stored, attendeesOmitted: true }, patch, "m")).toBeNull()
  })
})
