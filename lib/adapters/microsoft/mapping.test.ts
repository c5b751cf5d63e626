import { describe, expect, test } from "vitest"
import type { ConnectionId } from "../../domain/event"
import {
  editorsOf,
  fromDraft,
  fromPatch,
  fromSeries,
  MARKER_ID,
  type ReadFrom,
  splitLosses,
  taken,
  toEvent,
  type WireEvent,
} from "./mapping"

const from: ReadFrom = {
  connectionId: "c1" as ConnectionId,
  calendarId: "cal",
  accountEmail: "mia@outlook.test",
  canEdit: true,
}
const marker = "0d3f5a52-7f0c-4a53-9a5e-1b1f7f6b7c11"

const graph = (over: WireEvent = {}): WireEvent => ({
  id: "AAMk/a+b=",
  "@odata.etag": 'W/"ZmFrZQ=="',
  type: "singleInstance",
  subject: "Budget review",
  isOrganizer: true,
  organizer: { emailAddress: { address: "mia@outlook.test" } },
  start: { dateTime: "2026-11-26T14:00:00.0000000", timeZone: "UTC" },
  end: { dateTime: "2026-11-26T14:30:00.0000000", timeZone: "UTC" },
  originalStartTimeZone: "W. Europe Standard Time",
  originalEndTimeZone: "W. Europe Standard Time",
  showAs: "busy",
  ...over,
})
const value = (over: WireEvent = {}, where = from) => toEvent(graph(over), where).value

describe("toEvent", () => {
  test("the etag is the version, W/ and all", () => expect(toEvent(graph(), from).version).toBe('W/"ZmFrZQ=="'))

  test.each([
    ["no etag", { "@odata.etag": undefined }],
    ["no id", { id: undefined }],
    ["no start", { start: null }],
  ])("refuses %s", (_, over) => expect(() => toEvent(graph(over), from)).toThrow(RangeError))

  test("seven digits go, the zone it was made in stays", () => {
    expect(value().start).toEqual({ kind: "timed", at: "2026-11-26T14:00:00Z", timeZone: "Europe/Berlin" })
  })

  test.each([
    ["FLE Standard Time", "Europe/Kiev"],
    ["Europe/Kyiv", "Europe/Kyiv"],
    ["UTC", "UTC"],
    ["tzone://Microsoft/Custom", "UTC"],
    [null, "UTC"],
  ])("zone %s", (originalStartTimeZone, timeZone) => {
    expect(value({ originalStartTimeZone }).start).toMatchObject({ timeZone })
  })

  test("all-day, and which day of its series in its own zone", () => {
    const day = value({
      isAllDay: true,
      type: "occurrence",
      seriesMasterId: "m",
      originalStart: "2026-11-25T23:00:00Z",
      start: { dateTime: "2026-11-26T00:00:00.0000000", timeZone: "UTC" },
      end: { dateTime: "2026-11-27T00:00:00.0000000", timeZone: "UTC" },
    })
    expect(day).toMatchObject({
      start: { kind: "allDay", on: "2026-11-26" },
      end: { kind: "allDay", on: "2026-11-27" },
      originalStart: { kind: "allDay", on: "2026-11-26" },
    })
  })

  test.each([
    ["singleInstance", undefined, "single", null],
    ["seriesMaster", undefined, "series", "AAMk/a+b="],
    ["occurrence", "m", "occurrence", "m"],
    ["exception", "m", "exception", "m"],
  ] as const)("type %s", (type, seriesMasterId, shape, seriesId) => {
    expect(value({ type, seriesMasterId })).toMatchObject({ shape, seriesId })
  })

  test.each([
    ["own", {}, true, null],
    ["a guest", { isOrganizer: false }, true, "not-organizer"],
    ["a calendar that can only be read", {}, false, "read-only-calendar"],
  ])("unmovable: %s", (_, over, canEdit, unmovable) => {
    expect(value(over, { ...from, canEdit })).toMatchObject({ movable: unmovable === null, unmovable })
  })

  test.each([
    ["busy", { showAs: "busy" }, true],
    ["out of office", { showAs: "oof" }, true],
    ["tentative", { showAs: "tentative" }, true],
    ["free", { showAs: "free" }, false],
    ["working elsewhere", { showAs: "workingElsewhere" }, false],
    ["declined", { responseStatus: { response: "declined" } }, false],
  ] as const)("busy: %s", (_, over, busy) => expect(value(over).busy).toBe(busy))

  test("attendees, conference, marker", () => {
    const event = value({
      attendees: [
        {
          emailAddress: { address: "Mia@outlook.test", name: "Mia" },
          type: "required",
          status: { response: "organizer" },
        },
        { emailAddress: { address: "b@x" }, type: "optional", status: { response: "tentativelyAccepted" } },
        { emailAddress: { address: "c@x" }, type: "required", status: { response: "notResponded" } },
      ],
      onlineMeeting: { joinUrl: "https://teams.test/1" },
      singleValueExtendedProperties: [{ id: MARKER_ID.toUpperCase(), value: marker }],
    })
    expect(event.attendees).toEqual([
      { email: "Mia@outlook.test", name: "Mia", rsvp: "accepted", self: true, organizer: true, optional: false },
      { email: "b@x", name: null, rsvp: "tentative", self: false, organizer: false, optional: true },
      { email: "c@x", name: null, rsvp: "needsAction", self: false, organizer: false, optional: false },
    ])
    expect(event.conferenceUrl).toBe("https://teams.test/1")
    expect(event.marker).toBe(marker)
  })
})

describe("what is sent", () => {
  const start = { kind: "timed", at: "2026-07-26T14:00:00Z", timeZone: "Europe/Berlin" } as const
  const mark = { singleValueExtendedProperties: [{ id: MARKER_ID, value: marker }] }

  test("the property set is ours and lower case", () =>
    expect(MARKER_ID).toMatch(/^String \{[0-9a-f-]{36}\} Name \w+$/))

  test("a time change carries times and the marker, in the zone's wall clock", () => {
    expect(fromPatch({ start }, marker)).toEqual({
      start: { dateTime: "2026-07-26T16:00:00", timeZone: "W. Europe Standard Time" },
      isAllDay: false,
      ...mark,
    })
  })

  test.each([
    ["Europe/Kyiv", "2026-07-26T17:00:00", "FLE Standard Time"],
    ["America/Ciudad_Juarez", "2026-07-26T08:00:00", "Mountain Standard Time"],
    ["Antarctica/Troll", "2026-07-26T14:00:00", "UTC"],
  ])("zone %s", (timeZone, dateTime, windows) => {
    expect(fromPatch({ start: { ...start, timeZone } }, marker).start).toEqual({ dateTime, timeZone: windows })
  })

  test("all-day", () => {
    const day = { kind: "allDay", on: "2026-11-26" } as const
    expect(fromPatch({ start: day }, marker)).toMatchObject({
      start: { dateTime: "2026-11-26T00:00:00", timeZone: "UTC" },
      isAllDay: true,
    })
  })

  test("another field alone leaves the times out", () => {
    expect(fromPatch({ summary: "" }, marker)).toEqual({ subject: "", ...mark })
  })

  test("a draft names its transaction", () => {
    const draft = fromDraft({ summary: "New", start, end: start, attendees: ["b@x"] }, marker)
    expect(draft).toMatchObject({
      transactionId: marker,
      attendees: [{ emailAddress: { address: "b@x" }, type: "required" }],
      ...mark,
    })
  })
})

test("an all-day event blocks the day of the person's zone", () => {
  const day = {
    ...value(),
    start: { kind: "allDay", on: "2026-11-26" },
    end: { kind: "allDay", on: "2026-11-27" },
  } as const
  const { from: begin, to } = taken(day, "Europe/Berlin")
  expect([begin, to]).toEqual([Date.parse("2026-11-25T23:00:00Z"), Date.parse("2026-11-26T23:00:00Z")])
})

test.each([
  ["nobody", [], "only-me"],
  ["free/busy for the organisation", [{ role: "freeBusyRead" }], "only-me"],
  ["a delegate", [{ role: "delegateWithoutPrivateEventAccess" }], "others"],
  ["a writer", [{ role: "read" }, { role: "write" }], "others"],
  ["a role not known", [{ role: "custom" }], "others"],
] as const)("editors: %s", (_, permissions, editors) => expect(editorsOf([...permissions])).toBe(editors))

describe("a series that is copied", () => {
  const patch = {
    start: { kind: "timed", at: "2026-11-26T14:00:00Z", timeZone: "Europe/Berlin" },
    end: { kind: "timed", at: "2026-11-26T14:30:00Z", timeZone: "Europe/Berlin" },
    recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=3"],
  } as const
  const kept = {
    subject: "Sync",
    body: { contentType: "html", content: "<p>Agenda</p>" },
    categories: ["Blue category"],
    importance: "high",
    sensitivity: "private",
    showAs: "free",
    isReminderOn: true,
    reminderMinutesBeforeStart: 45,
    responseRequested: false,
    allowNewTimeProposals: false,
    hideAttendees: true,
    location: { displayName: "Room Spree" },
    locations: [{ displayName: "Room Spree" }],
  } as const
  const stored: WireEvent = {
    ...kept,
    locations: [...kept.locations],
    categories: [...kept.categories],
    id: "old",
    changeKey: "1",
    iCalUId: "uid",
    transactionId: "before",
    isOnlineMeeting: true,
    onlineMeetingProvider: "teamsForBusiness",
    onlineMeeting: { joinUrl: "https://teams.example/1" },
    hasAttachments: true,
    attendees: [{ type: "optional", emailAddress: { address: "leo@example.test" }, status: { response: "accepted" } }],
  }

  test("keeps what a client may write, and has its own transaction, mark, times and rule", () => {
    const body = fromSeries(stored, patch, "marker")
    expect(body).toMatchObject({
      ...kept,
      transactionId: "marker",
      isOnlineMeeting: true,
      onlineMeetingProvider: "teamsForBusiness",
      attendees: [{ type: "optional", emailAddress: { address: "leo@example.test" } }],
      recurrence: { range: { type: "numbered", numberOfOccurrences: 3 } },
      singleValueExtendedProperties: [{ id: MARKER_ID, value: "marker" }],
    })
    for (const own of ["id", "changeKey", "iCalUId", "onlineMeeting", "hasAttachments"])
      expect(body).not.toHaveProperty(own)
    expect(body.attendees?.[0]).not.toHaveProperty("status")
  })

  test("tells what it will not have", () => {
    expect(splitLosses(stored)).toEqual(["new-meeting-link", "replies-lost", "attachments-left"])
    expect(splitLosses({ attendees: [{ status: { response: "none" } }] })).toEqual([])
  })
})
