import { expect, test } from "vitest"
import type { Span, When } from "./event"
import { formatDay, formatInstant, formatSpan, formatWeek, spokenSpan } from "./format-when"

const timed = (at: string): When => ({ kind: "timed", at, timeZone: "Europe/Berlin" })
const span = (start: string, end: string): Span => ({ start: timed(start), end: timed(end) })
const days = (start: string, end: string): Span => ({
  start: { kind: "allDay", on: start },
  end: { kind: "allDay", on: end },
})

test("the reader's zone decides, not the zone the event is written in", () => {
  const sync = span("2026-11-26T14:00:00Z", "2026-11-26T14:30:00Z")
  expect(formatSpan(sync, "Europe/Berlin")).toBe("Thursday 26 Nov, 15:00-15:30")
  expect(formatSpan(sync, "America/New_York")).toBe("Thursday 26 Nov, 09:00-09:30")
  expect(formatSpan(sync, "Asia/Kolkata")).toBe("Thursday 26 Nov, 19:30-20:00")
})

test("midnight is 00:00, also at the end of an event", () => {
  expect(formatSpan(span("2026-11-25T23:00:00Z", "2026-11-25T23:30:00Z"), "Europe/Berlin")).toBe(
    "Thursday 26 Nov, 00:00-00:30",
  )
  expect(spokenSpan(span("2026-11-26T22:00:00Z", "2026-11-26T23:00:00Z"), "Europe/Berlin")).toEqual({
    day: "Thursday 26 Nov",
    time: "23:00 to 00:00 the next day",
  })
})

test("over several days both days are named", () => {
  expect(formatSpan(span("2026-11-26T14:00:00Z", "2026-11-28T09:00:00Z"), "Europe/Berlin")).toBe(
    "Thursday 26 Nov to Saturday 28 Nov, 15:00 to 10:00",
  )
})

test("the hour that a clock change takes away", () => {
  expect(formatSpan(span("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"), "Europe/Berlin")).toBe(
    "Sunday 25 Oct, 02:30-02:30",
  )
})

test("an all-day event has no zone and its end is exclusive", () => {
  expect(formatSpan(days("2026-11-26", "2026-11-27"), "Pacific/Auckland")).toBe("Thursday 26 Nov, all day")
  expect(formatSpan(days("2026-11-26", "2026-11-28"), "Pacific/Auckland")).toBe(
    "Thursday 26 Nov to Friday 27 Nov, all day",
  )
})

test("days, instants and weeks", () => {
  expect(formatDay("2026-09-01")).toBe("Tuesday 1 Sep")
  expect(formatInstant("2026-11-26T14:05:00Z", "Europe/Berlin")).toBe("Thursday 26 Nov, 15:05")
  expect(formatWeek("2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z", "Europe/Berlin")).toBe("23 - 29 Nov 2026")
  expect(formatWeek("2026-11-29T23:00:00Z", "2026-12-06T23:00:00Z", "Europe/Berlin")).toBe("30 Nov - 6 Dec 2026")
  expect(formatWeek("2026-12-27T23:00:00Z", "2027-01-03T23:00:00Z", "Europe/Berlin")).toBe("28 Dec 2026 - 3 Jan 2027")
})
