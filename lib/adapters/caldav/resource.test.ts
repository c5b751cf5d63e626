import ICAL from "ical.js"
import { describe, expect, test } from "vitest"
import type { ConnectionId } from "../../domain/event"
import { processorTime } from "../../testing/processor-time"
import { parseCalendar, writeCalendar } from "./content-lines"
import { dropInstance, patchInstance, patchWhole } from "./edit"
import { eventId, parseEventId } from "./ids"
import type { ReadFrom } from "./mapping"
import { newResource } from "./new-resource"
import { eventIn, eventsWithin, UNREADABLE_SUMMARY } from "./read-events"
import { instancesOf, readResource } from "./resource"

const ZONE = "Europe/Berlin"
const from: ReadFrom = {
  connectionId: "c" as ConnectionId,
  calendarId: "cal",
  resource: "a.ics",
  addresses: ["ada@example.com"],
  writable: true,
}
const stamp = { marker: "0d3f5a52-7f0c-4a53-9a5e-1b1f7f6b7c11", nowMs: Date.parse("2026-11-20T09:00:00Z") }
const week = { from: "2026-11-23T00:00:00Z", to: "2026-11-30T00:00:00Z" }

const calendar = (...lines: string[]) => ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n")
const event = (...lines: string[]) => calendar("BEGIN:VEVENT", "UID:u", ...lines, "END:VEVENT")
const listed = (text: string, window = week) =>
  eventsWithin(text, '"1"', from, window, ZONE, false).events.map(({ value }) => value)
const startsOf = (text: string, window = week) =>
  listed(text, window).map(({ start }) => (start.kind === "timed" ? start.at : start.on))

const VTIMEZONE = [
  ...["BEGIN:VTIMEZONE", "TZID:Ours"],
  ...["BEGIN:STANDARD", "DTSTART:19701025T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"],
  ...["TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD"],
  ...["BEGIN:DAYLIGHT", "DTSTART:19700329T020000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"],
  ...["TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE"],
]

const WEEKLY = calendar(
  ...VTIMEZONE.map((line) => line.replace("Ours", "Europe/Berlin")),
  "BEGIN:VEVENT",
  "UID:u",
  "DTSTART;TZID=Europe/Berlin:20261103T100000",
  "DTEND;TZID=Europe/Berlin:20261103T103000",
  "RRULE:FREQ=WEEKLY",
  "SUMMARY:Sync",
  'X-FOO;X-BAR="a;b":kept, as it',
  "  was written",
  "BEGIN:VALARM",
  "ACTION:DISPLAY",
  "TRIGGER:-PT10M",
  "END:VALARM",
  "END:VEVENT",
)
const month = { from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z" }

describe("ids", () => {
  test.each(["a.ics", "a#b", "a#20261124", "a#20261124T090000Z", "a#", "##", "a/b%c d?e#f"])(
    "%s comes back",
    (resource) => {
      for (const instance of [null, "2026-11-24", "2026-11-24T09:00:00Z"])
        expect(parseEventId(eventId({ resource, instance }))).toEqual({ resource, instance })
    },
  )
})

describe("times", () => {
  test.each([
    ["IANA", "DTSTART;TZID=America/New_York:20261124T090000", "2026-11-24T14:00:00Z"],
    ["Windows", "DTSTART;TZID=W. Europe Standard Time:20261124T090000", "2026-11-24T08:00:00Z"],
    ["a path", "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Athens:20261124T090000", "2026-11-24T07:00:00Z"],
    ["floating: the person's", "DTSTART:20261124T090000", "2026-11-24T08:00:00Z"],
    ["UTC", "DTSTART:20261124T090000Z", "2026-11-24T09:00:00Z"],
    ["a date", "DTSTART;VALUE=DATE:20261124", "2026-11-24"],
  ])("%s", (_, line, at) => expect(startsOf(event(line))).toEqual([at]))

  test.each([
    ["gap: the offset before it", "20260329T023000", "2026-03-29T01:30:00Z"],
    ["fold: the first", "20261025T023000", "2026-10-25T00:30:00Z"],
  ])("%s (RFC 5545 3.3.5), by name and by VTIMEZONE alike", (_, wall, at) => {
    const year = { from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z" }
    expect(startsOf(event(`DTSTART;TZID=Europe/Berlin:${wall}`), year)).toEqual([at])
    const custom = calendar(...VTIMEZONE, "BEGIN:VEVENT", "UID:u", `DTSTART;TZID=Ours:${wall}`, "END:VEVENT")
    expect(startsOf(custom, year)).toEqual([at])
  })

  test("a zone of its own is named after the clock it keeps", () => {
    const custom = calendar(...VTIMEZONE, "BEGIN:VEVENT", "UID:u", "DTSTART;TZID=Ours:20261124T090000", "END:VEVENT")
    expect(listed(custom)[0]?.start).toEqual({ kind: "timed", at: "2026-11-24T08:00:00Z", timeZone: ZONE })
  })

  test("DURATION instead of DTEND; neither: a day, or a moment", () => {
    const end = (...lines: string[]) => listed(event(...lines))[0]?.end
    expect(end("DTSTART:20261124T090000Z", "DURATION:PT90M")).toMatchObject({ at: "2026-11-24T10:30:00Z" })
    expect(end("DTSTART;VALUE=DATE:20261124", "DURATION:P2D")).toEqual({ kind: "allDay", on: "2026-11-26" })
    expect(end("DTSTART;VALUE=DATE:20261124")).toEqual({ kind: "allDay", on: "2026-11-25" })
    expect(end("DTSTART:20261124T090000Z")).toMatchObject({ at: "2026-11-24T09:00:00Z" })
  })
})

describe("series", () => {
  test("keep their wall clock when clocks change", () => {
    const text = WEEKLY.replaceAll("20261103", "20261020")
    expect(startsOf(text, { from: "2026-10-19T00:00:00Z", to: "2026-11-01T00:00:00Z" })).toEqual([
      "2026-10-20T08:00:00Z",
      "2026-10-27T09:00:00Z",
    ])
  })

  test("EXDATE in any form, RDATE, UNTIL", () => {
    const rule = [
      "DTSTART;TZID=Europe/Berlin:20261123T100000",
      "DURATION:PT1H",
      "RRULE:FREQ=DAILY;UNTIL=20261127T090000Z",
    ]
    const extra = ["EXDATE:20261124T090000Z", "EXDATE;VALUE=DATE:20261125", "RDATE;TZID=Europe/Berlin:20261128T120000"]
    expect(startsOf(event(...rule, ...extra)).sort()).toEqual(
      ["23T09", "26T09", "27T09", "28T11"].map((at) => `2026-11-${at}:00:00Z`),
    )
  })

  test("RANGE=THISANDFUTURE moves all that follow, and is not ours to edit", () => {
    const text = WEEKLY.replace(
      "END:VCALENDAR",
      [
        "BEGIN:VEVENT",
        "UID:u",
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261117T100000",
        "DTSTART;TZID=Europe/Berlin:20261118T120000",
        "DTEND;TZID=Europe/Berlin:20261118T130000",
        "END:VEVENT",
        "END:VCALENDAR",
      ].join("\r\n"),
    )
    expect(startsOf(text, month).sort()).toEqual(
      ["03T09", "10T09", "18T11", "25T11"].map((at) => `2026-11-${at}:00:00Z`),
    )
    expect(listed(text, month).every((each) => !each.movable && each.unmovable === "event-type")).toBe(true)
  })
})

describe("bad input: bounded, and never free", () => {
  test.each([
    ["not a calendar", "hello"],
    ["cut short", WEEKLY.slice(0, -20)],
    ["an unknown zone", event("DTSTART;TZID=Nowhere/Land:20261124T090000")],
    ["no start", event("SUMMARY:x")],
    ["no such day", event("DTSTART:20260231T090000Z")],
    ["every second", event("DTSTART:20200101T000000Z", "RRULE:FREQ=SECONDLY")],
    ["100,000 minutes", event("DTSTART:20260901T000000Z", "RRULE:FREQ=MINUTELY;COUNT=100000")],
    ["no rule", event("DTSTART:20260901T000000Z", "RRULE:FREQ=NEVER")],
    [
      "a clock that changes every second",
      calendar(
        ...VTIMEZONE.map((l) => l.replace("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=SECONDLY")),
        "BEGIN:VEVENT",
        "UID:u",
        "DTSTART;TZID=Ours:20261124T090000",
        "END:VEVENT",
      ),
    ],
    ["25 MB", event("DTSTART:20261124T090000Z", `DESCRIPTION:${"x".repeat(25_000_000)}`)],
    ["nested 1,000 deep", calendar(...Array<string>(1_000).fill("BEGIN:X"))],
  ])("%s", (_, text) => {
    const took = processorTime()
    const [only, ...others] = listed(text)
    expect(took()).toBeLessThan(1_000)
    expect(others).toEqual([])
    expect(only).toMatchObject({ summary: UNREADABLE_SUMMARY, busy: true, movable: false })
    expect(only?.start).toMatchObject({ at: week.from })
    expect(() => eventIn(text, null, from, ZONE) && listedStrictly(text)).toThrow(RangeError)
  })

  const listedStrictly = (text: string) =>
    instancesOf(readResource(text, ZONE), Date.parse(week.from), Date.parse(week.to))

  test.each([
    ["daily for 10,000 years", ["DTSTART:20200101T090000Z", "RRULE:FREQ=DAILY;UNTIL=99991231T000000Z"], 7],
    ["daily since the year 1", ["DTSTART:00010101T090000Z", "RRULE:FREQ=DAILY"], 7],
    ["30 February", ["DTSTART:20200130T090000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"], 0],
    ["100,000 days", ["DTSTART:20200101T090000Z", "RRULE:FREQ=DAILY;COUNT=100000"], 7],
  ])("%s is read, quickly", (_, lines, count) => {
    const took = processorTime()
    expect(startsOf(event(...lines))).toHaveLength(count)
    expect(took()).toBeLessThan(2_000)
  })

  test("an end before its start is busy between the two, and stays where it is", () => {
    const [only] = listed(event("DTSTART:20261124T100000Z", "DTEND:20261124T090000Z"))
    expect(only).toMatchObject({
      start: { at: "2026-11-24T09:00:00Z" },
      end: { at: "2026-11-24T10:00:00Z" },
      unmovable: "event-type",
    })
  })
})

describe("edits", () => {
  const at = (hour: number) =>
    ({ kind: "timed", at: `2026-11-17T${String(hour).padStart(2, "0")}:00:00Z`, timeZone: ZONE }) as const
  const valid = (text: string) => new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").length

  test("nothing is lost on the way through", () => expect(writeCalendar(parseCalendar(WEEKLY))).toBe(WEEKLY))

  test("one instance: an override with everything of its series, the series as it was to the byte", () => {
    const text =
      patchInstance(readResource(WEEKLY, ZONE), "2026-11-17T09:00:00Z", { start: at(13), end: at(14) }, stamp) ?? ""
    expect(text.startsWith(WEEKLY.replace("END:VCALENDAR\r\n", ""))).toBe(true)
    expect(text.slice(WEEKLY.length - 20)).toContain('X-FOO;X-BAR="a;b":kept, as it\r\n  was written')
    expect(text).toContain("RECURRENCE-ID;TZID=Europe/Berlin:20261117T100000\r\n")
    expect(text).toContain("SEQUENCE:1\r\n")
    expect(valid(text)).toBe(2)
    expect(startsOf(text, month).sort()).toEqual(["03T09", "10T09", "17T13", "24T09"].map((d) => `2026-11-${d}:00:00Z`))
    const moved = eventIn(text, "2026-11-17T09:00:00Z", from, ZONE)
    expect(moved).toMatchObject({ shape: "exception", marker: stamp.marker, start: at(13), end: at(14) })
  })

  test("one instance less: an exclusion, and its override goes", () => {
    const key = "2026-11-17T09:00:00Z"
    const moved = patchInstance(readResource(WEEKLY, ZONE), key, { start: at(13), end: at(14) }, stamp) ?? ""
    const text = dropInstance(readResource(moved, ZONE), key, stamp) ?? ""
    expect(valid(text)).toBe(1)
    expect(startsOf(text, month)).toEqual(["03T09", "10T09", "24T09"].map((d) => `2026-11-${d}:00:00Z`))
    expect(eventIn(text, key, from, ZONE)).toBeNull()
    expect(dropInstance(readResource(text, ZONE), key, stamp)).toBeNull()
  })

  test("a series that moves takes its exclusions and the names of its exceptions along", () => {
    const first = patchInstance(readResource(WEEKLY, ZONE), "2026-11-17T09:00:00Z", { summary: "Special" }, stamp) ?? ""
    const both = dropInstance(readResource(first, ZONE), "2026-11-24T09:00:00Z", stamp) ?? ""
    const start = { kind: "timed", at: "2026-11-03T10:00:00Z", timeZone: ZONE } as const
    const end = { ...start, at: "2026-11-03T10:30:00Z" }
    const text = patchWhole(readResource(both, ZONE), { start, end }, stamp)
    expect(eventIn(text, "2026-11-17T10:00:00Z", from, ZONE)).toMatchObject({ summary: "Special" })
    expect(eventIn(text, "2026-11-24T10:00:00Z", from, ZONE)).toBeNull()
    expect(listed(text, month)).toHaveLength(3)
  })

  test("a new event carries its marker as UID and property, its zone, and its guests", () => {
    const draft = { summary: "a, b; c\nd", start: at(9), end: at(10), attendees: ["ben@example.com"] }
    const text = newResource(draft, stamp, ZONE, "ada@example.com")
    expect(valid(text)).toBe(1)
    expect(text).toContain(`UID:${stamp.marker}`)
    expect(text).toContain("BYMONTH=3;BYDAY=-1SU")
    const made = eventIn(text, null, from, ZONE)
    expect(made).toMatchObject({
      summary: draft.summary,
      marker: stamp.marker,
      organizer: { self: true },
      movable: true,
    })
    expect(() => newResource({ ...draft, attendees: ["x@y\r\nX-BAD:1"] }, stamp, ZONE, "a@b")).toThrow(RangeError)
  })

  test("a guest's copy is not the guest's to move", () => {
    const text = event(
      "DTSTART:20261124T090000Z",
      "ORGANIZER:mailto:eve@example.com",
      "ATTENDEE:mailto:ada@example.com",
    )
    expect(listed(text)[0]).toMatchObject({ movable: false, unmovable: "not-organizer" })
  })
})
