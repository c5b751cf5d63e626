import { describe, expect, test } from "vitest"
import { allDay, calendarEvent, guest, thursday, timed } from "../testing/builders"
import type { CalendarEvent } from "./event"
import { type CareField, careDiff, careDigest, patched, whatMovedUnseen } from "./event-diff"

const base = calendarEvent({
  summary: "Café",
  location: "Zoë's room",
  recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=TU", "EXDATE:X"],
})
const [ada, ben, grace] = base.attendees as [(typeof base.attendees)[0], ...typeof base.attendees]
const replied = base.attendees.map((a) => ({ ...a, rsvp: "declined" as const }))

const NOBODY_CARES: readonly (readonly [string, Partial<CalendarEvent>])[] = [
  ["the same instant in another zone", { start: timed("2026-11-26T09:00:00Z", "Europe/Paris") }],
  ["the same instant with an offset", { start: timed("2026-11-26T10:00:00+01:00") }],
  ["a fraction of a second", { end: timed("2026-11-26T09:30:00.0000000Z") }],
  ["a fraction that is not nothing", { end: timed("2026-11-26T09:30:00.999Z") }],
  ["guests in another order", { attendees: [...base.attendees].reverse() }],
  ["a guest twice", { attendees: [...base.attendees, ...base.attendees] }],
  ["a guest's address in capitals", { attendees: base.attendees.map((a) => ({ ...a, email: a.email.toUpperCase() })) }],
  ["replies only", { attendees: replied }],
  ["a guest's name, and whether they must come", { attendees: base.attendees.map((a) => ({ ...a, optional: true })) }],
  ["the organizer left out of the guests", { attendees: base.attendees.filter((a) => !a.organizer) }],
  ["a title composed otherwise (NFD)", { summary: "Cafe\u0301" }],
  ["a place composed otherwise (NFD)", { location: "Zoe\u0308's room" }],
  ["blanks around the texts", { summary: " Café ", location: "Zoë's room\n" }],
  ["rules in another order", { recurrence: ["EXDATE:X", "RRULE:FREQ=WEEKLY;BYDAY=TU "] }],
  ["a rule's parts in another order", { recurrence: ["RRULE:BYDAY=TU;FREQ=WEEKLY", "EXDATE:X"] }],
  ["our own mark", { marker: "00000000-0000-4000-8000-000000000000" }],
  ["its link, its rights, whether it blocks", { webUrl: "https://x.test", movable: false, busy: false }],
]

const SOMEBODY_CARES: readonly (readonly [string, Partial<CalendarEvent>, readonly CareField[]])[] = [
  ["a title", { summary: "Cafe" }, ["summary"]],
  ["a title in capitals", { summary: "CAFÉ" }, ["summary"]],
  ["a start, by a second", { start: timed("2026-11-26T09:00:01Z") }, ["start"]],
  ["an end", { end: thursday("11:00") }, ["end"]],
  [
    "a day instead of a time (no clock reads its rules then)",
    { start: allDay("2026-11-26"), end: allDay("2026-11-27") },
    ["start", "end", "recurrence"],
  ],
  ["a rule", { recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=TH", "EXDATE:X"] }, ["recurrence"]],
  ["a place", { location: "" }, ["location"]],
  ["one guest less", { attendees: [ada, ...(ben ? [ben] : [])] }, ["attendees"]],
  ["one guest more", { attendees: [...base.attendees, guest("kim@example.test")] }, ["attendees"]],
  ["another guest", { attendees: base.attendees.with(1, guest("kim@example.test")) }, ["attendees"]],
  ["a status", { status: "tentative" }, ["status"]],
  ["no meeting link", { conferenceUrl: null }, ["conference"]],
  ["all at once", { summary: "x", location: "y", status: "cancelled" }, ["summary", "location", "status"]],
]

describe("B3 the care digest", () => {
  test.each(NOBODY_CARES)("stays for %s", (_, change) => {
    const now = { ...base, ...change }
    expect(careDiff(base, now)).toEqual([])
    expect(careDigest(now)).toBe(careDigest(base))
  })

  test.each(SOMEBODY_CARES)("moves for %s, and says which field", (_, change, fields) => {
    const now = { ...base, ...change }
    expect(careDiff(base, now)).toEqual(fields)
    expect(careDiff(now, base)).toEqual(fields)
    expect(careDigest(now)).not.toBe(careDigest(base))
  })

  test("is 64 hexadecimal digits", () => {
    expect(careDigest(base)).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe("B3 the zone of a series is when it is", () => {
  const master = calendarEvent({ shape: "series", recurrence: ["RRULE:FREQ=WEEKLY"] })
  const inZone = (zone: string) => ({
    ...master,
    start: timed("2026-11-26T09:00:00Z", zone),
    end: timed("2026-11-26T09:30:00Z", zone),
  })

  test("a zone with other clock changes moves every instance after the next one: people care", () => {
    expect(careDiff(master, inZone("America/New_York"))).toEqual(["recurrence"])
    expect(careDiff(master, inZone("Africa/Lagos"))).toEqual(["recurrence"])
    expect(careDiff(master, inZone("Africa/Johannesburg"))).toEqual(["recurrence"])
    expect(careDiff(master, inZone("Not/A_Zone"))).toEqual(["recurrence"])
  })

  test("its start and its rules are two things", () => {
    expect(careDiff(calendarEvent(), master)).toEqual(["recurrence"])
    const inSummer = { start: timed("2026-07-30T08:00:00Z"), end: timed("2026-07-30T08:30:00Z") }
    expect(careDiff(master, { ...master, ...inSummer })).toEqual(["start", "end"])
  })

  test.each(["Europe/Paris", "Arctic/Longyearbyen"])("another name for the same clock is nothing: %s", (zone) => {
    expect(careDiff(master, inZone(zone))).toEqual([])
  })
})

describe("B3 what moved unseen", () => {
  test("a reply is told apart from anything else", () => {
    expect(whatMovedUnseen(base, { ...base, attendees: replied })).toBe("rsvp")
    expect(whatMovedUnseen(base, { ...base, attendees: [...base.attendees].reverse() })).toBe("other")
    expect(whatMovedUnseen(base, { ...base, marker: "x" })).toBe("other")
    expect(
      whatMovedUnseen(base, { ...base, attendees: base.attendees.with(2, { ...ada, email: grace?.email ?? "" }) }),
    ).toBe("rsvp")
  })
})

test("a patch sets what it names and nothing else", () => {
  expect(patched(base, { location: "Room 4" })).toEqual({ ...base, location: "Room 4" })
  expect(patched(base, {})).toEqual(base)
})
