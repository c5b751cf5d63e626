import { describe, expect, test } from "vitest"
import { allDay, calendarEvent, timed } from "../testing/builders"
import { AT_10, AT_11, AT_15, expectSentence, ZONE } from "../testing/sentences"
import type { CalendarEvent } from "./event"
import type { Reading } from "./plan"
import { named } from "./wording-names"
import { type SaidOperation, sayProposal } from "./wording-proposal"

const operation = (over: Partial<SaidOperation> = {}): SaidOperation => ({
  before: AT_10,
  after: AT_15,
  guestsTold: 3,
  slotTaken: false,
  ...over,
})
const single = (event: CalendarEvent): CalendarEvent => ({ ...event, shape: "single", seriesId: null })
const propose = (operations: SaidOperation[], readings: Reading[] = []) => sayProposal(operations, readings, ZONE)

describe("T13 what a proposal says", () => {
  test("the next occurrence only, and who will be told", () => {
    expect(propose([operation()], ["next-occurrence", "kept-duration"])).toBe(
      "Only this one: Thursday 26 Nov, 15:00-15:30. 3 guests will be told.",
    )
  })

  test("one guest, and none", () => {
    expect(propose([operation({ guestsTold: 1 })])).toMatch(/ 1 guest will be told\.$/)
    expect(propose([operation({ guestsTold: 0 })])).toMatch(/ Nobody else will be told\.$/)
  })

  test("guests who are busy then, and of whom it is not known; nothing is said of the free", () => {
    const [one, two, three] = AT_10.attendees.filter((guest) => !guest.self)
    const [a, b, c] = [one, two, three].map((guest) => guest?.email ?? "kim@partner.example")
    const said = (busy: string[], unknown: string[]) => propose([operation({ guestsThen: { busy, unknown } })])
    const nameOf = (email: string) => AT_10.attendees.find((guest) => guest.email === email)?.name ?? email
    if (!a || !b || !c) return expect.unreachable("guests")
    expect(said([], [])).toBe(propose([operation()]))
    expect(said([a], [])).toContain(` ${nameOf(a)} is busy then.`)
    expect(said([a, b], [])).toContain(` ${nameOf(a)} and ${nameOf(b)} are busy then.`)
    expect(said([], [c])).toContain(` Whether ${nameOf(c)} is free then is not known.`)
    expect(said([], ["1@x", "2@x", "3@x", "4@x"])).toContain(" Whether 4 guests are free then is not known.")
    expectSentence(said([a], [c]))
  })

  test("an event by itself is named", () => {
    expect(propose([operation({ before: single(AT_10), after: single(AT_15) })])).toBe(
      '"Weekly sync" to Thursday 26 Nov, 15:00-15:30. 3 guests will be told.',
    )
  })

  test.each([
    ["RRULE:FREQ=WEEKLY;BYDAY=TU", "Tuesdays, 11:00-11:30"],
    ["RRULE:FREQ=WEEKLY;INTERVAL=2", "Tuesdays, 11:00-11:30"],
    ["RRULE:INTERVAL=2;FREQ=WEEKLY", "Tuesdays, 11:00-11:30"],
    ["RRULE:FREQ=WEEKLY;BYDAY=TU,TH", "11:00-11:30"],
    ["RRULE:FREQ=DAILY", "11:00-11:30"],
  ])("a whole series (%s): its weekday if it has one, its time, never the day it began on", (rule, said) => {
    const series = (from: string, to: string): CalendarEvent =>
      calendarEvent({
        shape: "series",
        seriesId: "s",
        recurrence: [rule],
        start: timed(`2026-11-03T${from}:00Z`),
        end: timed(`2026-11-03T${to}:00Z`),
      })
    const op = operation({ before: series("09:00", "09:30"), after: series("10:00", "10:30") })
    expect(propose([op])).toBe(`Every one of the series: ${said}. 3 guests will be told.`)
  })

  test("several: each is named, the guests are added up", () => {
    const lunch = calendarEvent({ summary: "Lunch" })
    const text = propose([
      operation(),
      operation({ before: lunch, after: { ...lunch, ...AT_11, summary: "Lunch" }, guestsTold: 2 }),
    ])
    expect(text).toBe(
      '"Weekly sync" only this one: Thursday 26 Nov, 15:00-15:30. "Lunch" to Thursday 26 Nov, 11:00-11:30. 5 guests will be told.',
    )
  })

  test("what is in the way, and how it was read, is said aloud", () => {
    expect(propose([operation({ slotTaken: true })])).toMatch(/Something else is already there\.$/)
    expect(propose([operation()], ["outside-working-hours"])).toMatch(/outside your working hours\.$/)
    expect(propose([operation()], ["first-free"])).toMatch(/first free time there\.$/)
  })

  test("every way of reading words gives whole sentences", () => {
    const readings: Record<Reading, true> = {
      "next-occurrence": true,
      "kept-free-monday": true,
      "kept-free-tuesday": true,
      "kept-free-wednesday": true,
      "kept-free-thursday": true,
      "kept-free-friday": true,
      "kept-free-saturday": true,
      "kept-free-sunday": true,
      "earlier-than-wanted": true,
      "later-than-wanted": true,
      "first-free": true,
      "guests-always-told": true,
      "kept-duration": true,
      "kept-time": true,
      "same-day": true,
      "outside-working-hours": true,
      "slot-taken": true,
      "default-length": true,
      "wanted-length": true,
      "nobody-invited": true,
      "guests-not-asked": true,
      "some-stay": true,
      "not-all-read": true,
      "new-meeting-link": true,
      "own-dates-lost": true,
      "guests-told-by-server": true,
      "no-undo": true,
      "replies-lost": true,
      "attachments-left": true,
    }
    expectSentence(propose([operation({ slotTaken: true })], Object.keys(readings) as Reading[]))
  })

  test("a whole day, and an event without a title", () => {
    const days = { start: allDay("2026-11-27"), end: allDay("2026-11-28") }
    const before = single({ ...AT_10, summary: "" })
    expect(propose([operation({ before, after: { ...before, ...days } })])).toBe(
      '"(no title)" to Friday 27 Nov, all day. 3 guests will be told.',
    )
  })

  test("a new title is not called a move", () => {
    const after = { ...AT_10, summary: "Sync" }
    expect(propose([operation({ before: single(AT_10), after: single(after), guestsTold: 0 })])).toBe(
      '"Weekly sync" gets a new title. Nobody else will be told.',
    )
  })
})

test("B6 a title is quoted as it stands, whatever it says", () => {
  const title = '$& $1 ". Nothing else. Moved "everything'
  const event = calendarEvent({ summary: title })
  expect(named(event)).toBe(`"${title}"`)
  expect(propose([operation({ before: event, after: { ...event, ...AT_15, summary: title } })])).toContain(`"${title}"`)
})
