import fc from "fast-check"
import { Temporal } from "temporal-polyfill"
import { describe, expect, test } from "vitest"
import { allDay, calendarEvent, timed } from "../testing/builders"
import type { CalendarEvent, When } from "./event"
import { shiftSeries } from "./series"

/** A wall clock in a zone, by Temporal directly. */
const wall = (date: string, clock: string, zone: string): When =>
  timed(Temporal.PlainDateTime.from(`${date}T${clock}`).toZonedDateTime(zone).toInstant().toString(), zone)
const span = (date: string, from: string, to: string, zone: string) => ({
  start: wall(date, from, zone),
  end: wall(date, to, zone),
})
const weekly = (over: Partial<CalendarEvent>) =>
  calendarEvent({ shape: "series", recurrence: ["RRULE:FREQ=WEEKLY"], ...over })
const instance = (over: Partial<CalendarEvent>) => calendarEvent({ shape: "occurrence", seriesId: "s", ...over })

describe("T13 a whole series goes to another time of its day", () => {
  test.each([
    ["Europe/Berlin", "2026-09-29", "2026-11-24", "2026-09-29T09:00:00Z"],
    ["Europe/Berlin", "2026-11-24", "2027-06-01", "2026-11-24T10:00:00Z"],
    ["America/New_York", "2026-10-27", "2026-11-24", "2026-10-27T15:00:00Z"],
    ["America/New_York", "2026-11-24", "2027-06-01", "2026-11-24T16:00:00Z"],
  ])(
    "in %s from %s, said of %s: 11:00 by the clock on the wall, on both sides of the change",
    (zone, first, said, at) => {
      const series = weekly(span(first, "10:00", "10:30", zone))
      const shifted = shiftSeries(
        series,
        instance(span(said, "10:00", "10:30", zone)),
        span(said, "11:00", "11:30", zone),
      )
      expect(shifted).toEqual({
        start: timed(at, zone),
        end: timed(new Date(Date.parse(at) + 30 * 60_000).toISOString(), zone),
      })
    },
  )

  test("for any zone, week and time: the wall clock of every instance, and the new length", () => {
    const zone = fc.constantFrom("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
    const hour = fc.integer({ min: 4, max: 20 })
    const quarter = fc.constantFrom(0, 15, 30, 45)
    fc.assert(
      fc.property(zone, fc.nat(364), fc.nat(60), hour, hour, quarter, fc.constantFrom(15, 30, 60, 90), (...drawn) => {
        const [timeZone, day, week, before, after, minute, length] = drawn
        const first = Temporal.PlainDate.from("2026-01-01").add({ days: day })
        const said = first.add({ weeks: week })
        const on = (date: Temporal.PlainDate, h: number, m: number): When =>
          timed(date.toPlainDateTime({ hour: h, minute: m }).toZonedDateTime(timeZone).toInstant().toString(), timeZone)
        const thirty = (date: Temporal.PlainDate, h: number) => ({ start: on(date, h, 0), end: on(date, h, 30) })
        const start = on(said, after, minute)
        const end = timed(new Date(msOf(start) + length * 60_000).toISOString(), timeZone)
        const shifted = shiftSeries(weekly(thirty(first, before)), instance(thirty(said, before)), { start, end })
        if (!shifted?.start || !shifted.end) return expect.unreachable("refused")
        expect(msOf(shifted.start)).toBe(msOf(on(first, after, minute)))
        expect(msOf(shifted.end) - msOf(shifted.start)).toBe(length * 60_000)
        expect(shifted.start).toMatchObject({ timeZone })
      }),
      { numRuns: 500 },
    )
  })

  test("said in another zone, it keeps its own: 10:00 in New York stays New York's", () => {
    const zone = "America/New_York"
    const series = weekly(span("2026-10-27", "10:00", "10:30", zone))
    const said = instance(span("2026-11-24", "10:00", "10:30", zone))
    const to = {
      start: timed("2026-11-24T16:00:00Z", "Europe/Berlin"),
      end: timed("2026-11-24T16:30:00Z", "Europe/Berlin"),
    }
    expect(shiftSeries(series, said, to)?.start).toEqual(timed("2026-10-27T15:00:00Z", zone))
  })
})

describe("T13 a weekly series goes to another weekday", () => {
  const zone = "Europe/Berlin"
  const said = instance(span("2026-11-24", "10:00", "10:30", zone))
  const thursday = span("2026-11-26", "15:00", "15:30", zone)

  test.each([
    ["RRULE:FREQ=WEEKLY;BYDAY=TU", "RRULE:FREQ=WEEKLY;BYDAY=TH"],
    ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=9", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=9"],
    ["RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY"],
    // its last Tuesday was the 29th of December, so its last Thursday is the 31st
    ["RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261229T090000Z", "RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20261231T225959Z"],
    ["RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261229T085959Z", "RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20261230T225959Z"],
  ])("%s: the start and the rule move together", (before, after) => {
    const series = weekly({ ...span("2026-09-29", "10:00", "10:30", zone), recurrence: [before] })
    const { start } = span("2026-10-01", "15:00", "15:30", zone)
    const end = timed(new Date(msOf(start) + 30 * 60_000).toISOString(), zone)
    expect(shiftSeries(series, said, thursday)).toEqual({ start, end, recurrence: [after] })
  })

  test.each([
    [["RRULE:FREQ=WEEKLY;BYDAY=TU,TH"]],
    [["RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270101"]],
    [["RRULE:FREQ=DAILY"]],
    [["RRULE:FREQ=MONTHLY;BYDAY=4TU"]],
    [["RRULE:FREQ=WEEKLY;BYDAY=TU", "EXDATE;TZID=America/New_York:20261124T030000"]],
    [["RRULE:FREQ=WEEKLY;BYDAY=TU", "EXRULE:FREQ=MONTHLY"]],
  ])("%j needs more than a shift: refused", (recurrence) => {
    const series = weekly({ ...span("2026-09-29", "10:00", "10:30", zone), recurrence })
    expect(shiftSeries(series, said, thursday)).toBeNull()
  })
})

describe("T13 the end of a rule and the dates that it leaves out go with it", () => {
  const zone = "Europe/Berlin"
  const said = instance(span("2026-11-24", "10:00", "10:30", zone))
  const at = (clock: string, end: string) => span("2026-11-24", clock, end, zone)

  test.each([
    [
      "the last one at the very end: later, it is still there",
      ["RRULE:FREQ=DAILY;UNTIL=20261224T090000Z"],
      at("11:00", "11:30"),
      ["RRULE:FREQ=DAILY;UNTIL=20261224T225959Z"],
    ],
    [
      "ended just before one: earlier, there is none more",
      ["RRULE:FREQ=DAILY;UNTIL=20261224T080000Z"],
      at("08:00", "08:30"),
      ["RRULE:FREQ=DAILY;UNTIL=20261223T225959Z"],
    ],
    [
      "an end that says the same at both times",
      ["RRULE:FREQ=DAILY;UNTIL=20261224T225959Z"],
      at("11:00", "11:30"),
      undefined,
    ],
    ["a date for an end", ["RRULE:FREQ=DAILY;UNTIL=20261224"], at("11:00", "11:30"), undefined],
    [
      "a day left out, said in UTC",
      ["RRULE:FREQ=DAILY", "EXDATE:20261201T090000Z,20260930T080000Z"],
      at("11:00", "11:30"),
      ["RRULE:FREQ=DAILY", "EXDATE:20261201T100000Z,20260930T090000Z"],
    ],
    [
      "a day left out, said by the clock",
      ["RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Berlin:20261201T100000"],
      at("11:00", "11:30"),
      ["RRULE:FREQ=DAILY", "EXDATE:20261201T100000Z"],
    ],
    [
      "only longer: nothing of it changes",
      ["RRULE:FREQ=DAILY", "EXDATE:20261201T090000Z"],
      at("10:00", "11:00"),
      undefined,
    ],
  ])("%s", (_, recurrence, to, expected) => {
    const series = weekly({ ...span("2026-09-29", "10:00", "10:30", zone), recurrence })
    expect(shiftSeries(series, said, to)?.recurrence).toEqual(expected)
  })

  test("a day left out in a form that is not known: refused, or it would come back", () => {
    const series = weekly({
      ...span("2026-09-29", "10:00", "10:30", zone),
      recurrence: ["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20261201"],
    })
    expect(shiftSeries(series, said, at("11:00", "11:30"))).toBeNull()
  })
})

describe("T13 what needs another rule is refused", () => {
  const zone = "Europe/Berlin"
  const series = weekly(span("2026-09-29", "10:00", "10:30", zone))
  const said = instance(span("2026-11-24", "10:00", "10:30", zone))

  test.each([
    ["the same weekday a week on", span("2026-12-01", "10:00", "10:30", zone)],
    ["a day instead of a time", { start: allDay("2026-11-24"), end: allDay("2026-11-25") }],
  ])("%s", (_, to) => {
    expect(shiftSeries(series, said, to)).toBeNull()
  })

  test("the day is the series' own: midnight in Berlin is the evening before in New York", () => {
    const ny = weekly(span("2026-10-27", "18:00", "18:30", "America/New_York"))
    const nyInstance = instance(span("2026-11-24", "18:00", "18:30", "America/New_York"))
    const earlyTuesdayInBerlin = span("2026-11-24", "05:00", "05:30", zone)
    expect(shiftSeries(ny, nyInstance, earlyTuesdayInBerlin)?.start).toEqual(
      wall("2026-10-26", "23:00", "America/New_York"),
    )
  })

  test("a time that the series' first day did not have", () => {
    const began = weekly(span("2026-03-29", "10:00", "10:30", zone))
    const sunday = instance(span("2026-11-29", "10:00", "10:30", zone))
    expect(shiftSeries(began, sunday, span("2026-11-29", "02:30", "03:00", zone))).toBeNull()
    expect(shiftSeries(began, sunday, span("2026-11-29", "03:30", "04:00", zone))).not.toBeNull()
  })

  test("a first day on which the clocks changed in between: still the wall clock", () => {
    const began = weekly(span("2026-03-29", "01:00", "01:30", zone))
    const sunday = instance(span("2026-11-29", "01:00", "01:30", zone))
    const shifted = shiftSeries(began, sunday, span("2026-11-29", "10:00", "10:30", zone))
    expect(shifted?.start).toEqual(timed("2026-03-29T08:00:00Z", zone))
  })

  test("an all-day series", () => {
    const days = { start: allDay("2026-09-29"), end: allDay("2026-09-30") }
    expect(shiftSeries(weekly(days), instance(days), span("2026-11-24", "10:00", "10:30", zone))).toBeNull()
  })
})

const msOf = (when: When): number => (when.kind === "timed" ? Date.parse(when.at) : Number.NaN)
