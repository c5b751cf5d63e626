import { describe, expect, test } from "vitest"
import { fromRules, toRules } from "./recurrence"

/** A Tuesday. */
const start = { kind: "timed", at: "2026-11-24T09:00:00Z", timeZone: "Europe/Berlin" } as const

describe("a rule survives the way to Graph and back", () => {
  test.each([
    "RRULE:FREQ=DAILY",
    "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=5",
    "RRULE:FREQ=WEEKLY;BYDAY=TU",
    "RRULE:FREQ=WEEKLY;BYDAY=TU,TH;INTERVAL=2;UNTIL=20261231T225959Z",
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=24",
    "RRULE:FREQ=MONTHLY;BYDAY=4TU",
    "RRULE:FREQ=MONTHLY;BYDAY=-1FR",
    "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "RRULE:FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=24",
    "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TU",
  ])("%s", (rule) => expect(toRules(fromRules([rule], start), start)).toEqual([rule]))
})

test("what a rule leaves out comes from the start", () => {
  expect(fromRules(["RRULE:FREQ=WEEKLY"], start)).toEqual({
    pattern: { type: "weekly", interval: 1, daysOfWeek: ["tuesday"], firstDayOfWeek: "monday" },
    range: { type: "noEnd", startDate: "2026-11-24", recurrenceTimeZone: "W. Europe Standard Time" },
  })
})

test("an all-day series ends on a date", () => {
  const day = { kind: "allDay", on: "2026-11-24" } as const
  expect(toRules(fromRules(["RRULE:FREQ=DAILY;UNTIL=20261130"], day), day)).toEqual(["RRULE:FREQ=DAILY;UNTIL=20261130"])
})

test.each([
  [["RRULE:FREQ=HOURLY"]],
  [["RRULE:FREQ=WEEKLY;BYHOUR=9"]],
  [["RRULE:FREQ=MONTHLY;BYDAY=5TU"]],
  [["RRULE:FREQ=WEEKLY;BYDAY=XX"]],
  [["RRULE:FREQ=WEEKLY", "EXDATE:20261201T090000Z"]],
  [[]],
])("Graph cannot say %s", (rules) => expect(() => fromRules(rules, start)).toThrow(RangeError))

test("no recurrence, no rule", () => expect(toRules(null, start)).toEqual([]))
