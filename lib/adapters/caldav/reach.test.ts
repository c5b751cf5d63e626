import { Temporal } from "temporal-polyfill"
import { describe, expect, test } from "vitest"
import { at, calendarText } from "../../testing/caldav/texts"
import { meets, reachOf } from "./reach"
import { instantMs } from "./read-events"
import { instancesOf, readResource } from "./resource"

const ZONE = "Europe/Berlin"
const YEAR_MS = 366 * 86_400_000

const series = (rule: string, day: string, ...more: readonly string[]) => {
  const on = Temporal.PlainDate.from(day)
  const time = [at("DTSTART", on, 9), at("DTEND", on, 10)]
  return calendarText(["UID:u", ...time, `RRULE:${rule}`, "SUMMARY:x", ...more])
}
const startMs = (day: string) => Date.parse(`${day}T08:00:00Z`)

/** From the first instance's start to the last one's end, by expanding thirty years. */
function span(text: string, day: string) {
  const all = instancesOf(readResource(text, ZONE), startMs(day) - YEAR_MS, startMs(day) + 30 * YEAR_MS)
  return {
    fromMs: Math.min(...all.map(({ start }) => instantMs(start, ZONE))),
    toMs: Math.max(...all.map(({ end }) => instantMs(end, ZONE))),
  }
}

const DAYS = ["2024-01-31", "2024-02-29", "2024-03-04", "2024-12-30"]

describe("how far a series reaches", () => {
  test.each([
    "FREQ=DAILY;COUNT=1",
    "FREQ=DAILY;COUNT=40",
    "FREQ=DAILY;INTERVAL=3;COUNT=40",
    "FREQ=DAILY;BYDAY=MO;COUNT=10",
    "FREQ=DAILY;BYMONTH=1;COUNT=40",
    "FREQ=WEEKLY;COUNT=5",
    "FREQ=WEEKLY;BYDAY=MO,SU;COUNT=5",
    "FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=TU,SU;COUNT=5",
    "FREQ=WEEKLY;BYMONTH=7;COUNT=9",
    "FREQ=MONTHLY;COUNT=9",
    "FREQ=MONTHLY;BYDAY=2TU;COUNT=9",
    "FREQ=MONTHLY;BYDAY=5MO;COUNT=9",
    "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2;COUNT=9",
    "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=9",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2;COUNT=9",
    "FREQ=YEARLY;COUNT=3",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=3",
    "FREQ=WEEKLY;UNTIL=20240601T000000Z",
    "FREQ=WEEKLY;UNTIL=20240601",
    "freq=weekly;count=4",
  ])("%s: no instance lies outside", (rule) => {
    for (const day of DAYS) {
      const text = series(rule, day)
      const [reach, own] = [reachOf(text, ZONE), span(text, day)]
      expect(reach.fromMs, day).toBeLessThanOrEqual(own.fromMs)
      expect(reach.toMs, day).toBeGreaterThanOrEqual(own.toMs)
    }
  })

  test.each([
    ["FREQ=DAILY;COUNT=40", 2],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=5", 6],
    ["FREQ=MONTHLY;BYDAY=2TU;COUNT=9", 12],
    ["FREQ=MONTHLY;COUNT=9", 12],
    ["FREQ=WEEKLY;UNTIL=20240601T000000Z", 4],
  ])("%s: it has an end, within %i months", (rule, months) => {
    const until = Temporal.PlainDate.from("2024-03-04").add({ months }).toString()
    expect(reachOf(series(rule, "2024-03-04"), ZONE).toMs).toBeLessThan(Date.parse(until))
  })

  test.each([
    series("FREQ=WEEKLY", "2024-03-04"),
    series("FREQ=WEEKLY;COUNT=3", "2024-03-04", "RDATE;TZID=Europe/Berlin:20300101T090000"),
    series("FREQ=WEEKLY;COUNT=x", "2024-03-04"),
    series("FREQ=WEEKLY;UNTIL=soon", "2024-03-04"),
    "BEGIN:VCALENDAR",
  ])("without an end, added to, or not understood: there is no window that it is not in", (text) => {
    expect(meets(reachOf(text, ZONE), { from: "2034-01-01T00:00:00Z", to: "2034-01-02T00:00:00Z" })).toBe(true)
  })

  test("an exception that was moved far away belongs to it", () => {
    const [master, far] = [Temporal.PlainDate.from("2024-03-04"), Temporal.PlainDate.from("2025-06-02")]
    const text = calendarText(
      ["UID:u", at("DTSTART", master, 9), at("DTEND", master, 10), "RRULE:FREQ=WEEKLY;COUNT=3"],
      ["UID:u", at("RECURRENCE-ID", master.add({ weeks: 1 }), 9), at("DTSTART", far, 9), at("DTEND", far, 10)],
    )
    expect(meets(reachOf(text, ZONE), { from: "2025-06-02T00:00:00Z", to: "2025-06-03T00:00:00Z" })).toBe(true)
    expect(meets(reachOf(text, ZONE), { from: "2025-07-02T00:00:00Z", to: "2025-07-03T00:00:00Z" })).toBe(false)
  })
})
