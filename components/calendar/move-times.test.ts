import { describe, expect, test } from "vitest"
import type { Span } from "@/lib/domain/event"
import { allDay, calendarEvent, timed } from "@/lib/testing/builders"
import { shifted } from "./shifted"
import { readTypedSpan, typedSpan } from "./typed-span"

const BERLIN = "Europe/Berlin"
const between = (start: string, end: string, timeZone = BERLIN): Span => ({
  start: timed(start, timeZone),
  end: timed(end, timeZone),
})

describe("shifted", () => {
  test("minutes and days", () => {
    const sync = between("2026-11-24T09:00:00Z", "2026-11-24T09:30:00Z")
    expect(shifted(sync, { days: 2, minutes: -15 }, BERLIN)).toEqual(
      between("2026-11-26T08:45:00Z", "2026-11-26T09:15:00Z"),
    )
  })

  test("a day over a clock change keeps the wall clock and the length", () => {
    const saturday = between("2026-10-24T08:00:00Z", "2026-10-24T09:00:00Z")
    expect(shifted(saturday, { days: 1, minutes: 0 }, BERLIN)).toEqual(
      between("2026-10-25T09:00:00Z", "2026-10-25T10:00:00Z"),
    )
  })

  test("the event's own zone stays written in it", () => {
    const far = between("2026-11-24T09:00:00Z", "2026-11-24T09:30:00Z", "America/New_York")
    expect(shifted(far, { days: 0, minutes: 15 }, BERLIN).start).toMatchObject({ timeZone: "America/New_York" })
  })

  test("an all-day event moves by days only", () => {
    const day: Span = { start: allDay("2026-11-30"), end: allDay("2026-12-01") }
    expect(shifted(day, { days: 1, minutes: 45 }, BERLIN)).toEqual({
      start: allDay("2026-12-01"),
      end: allDay("2026-12-02"),
    })
  })
})

describe("what is typed into Move to", () => {
  const sync = calendarEvent(between("2026-11-24T09:00:00Z", "2026-11-24T09:30:00Z", "America/New_York"))

  test("is in the reader's zone and written in the event's", () => {
    expect(typedSpan(sync, BERLIN)).toEqual({ date: "2026-11-24", start: "10:00", end: "10:30" })
    expect(readTypedSpan({ date: "2026-11-26", start: "15:00", end: "15:30" }, sync, BERLIN)).toEqual(
      between("2026-11-26T14:00:00Z", "2026-11-26T14:30:00Z", "America/New_York"),
    )
  })

  test("may end at midnight", () => {
    expect(readTypedSpan({ date: "2026-11-26", start: "23:00", end: "00:00" }, sync, BERLIN)).toMatchObject({
      end: { at: "2026-11-26T23:00:00Z" },
    })
  })

  test.each([
    [{ date: "2026-11-26", start: "15:00", end: "15:00" }, "The end must be after the start."],
    [{ date: "", start: "15:00", end: "15:30" }, "Choose a date."],
    [{ date: "2026-11-26", start: "", end: "15:30" }, "Write both times as HH:MM."],
    [{ date: "2027-03-28", start: "02:30", end: "03:30" }, "The clocks change then: that time does not exist."],
  ])("%o is refused", (typed, reason) => expect(readTypedSpan(typed, sync, BERLIN)).toBe(reason))

  test("moves an all-day event with its length", () => {
    const trip = calendarEvent({ start: allDay("2026-11-26"), end: allDay("2026-11-29") })
    expect(readTypedSpan({ date: "2026-12-01", start: "", end: "" }, trip, BERLIN)).toEqual({
      start: allDay("2026-12-01"),
      end: allDay("2026-12-04"),
    })
  })
})
