import { describe, expect, test } from "vitest"
import { hoursOf } from "./working-hours"

const told = {
  daysOfWeek: ["monday" as const, "thursday" as const],
  startTime: "08:00:00.0000000",
  endTime: "17:30:00.0000000",
  timeZone: { name: "Tokyo Standard Time" },
}

describe("D17 when an Outlook colleague works", () => {
  test("days, clocks and zone", () =>
    expect(hoursOf(told)).toEqual({
      timeZone: "Asia/Tokyo",
      workingHours: { days: [1, 4], start: "08:00", end: "17:30" },
    }))

  test.each([
    ["nothing is told", null],
    ["a zone of their own making", { ...told, timeZone: { name: "Customized Time Zone" } }],
    ["no day", { ...told, daysOfWeek: [] }],
    ["no clock", { ...told, startTime: null }],
    ["hours that end before they begin", { ...told, endTime: "07:00:00.0000000" }],
  ])("nothing is known where it is %s", (_, hours) => expect(hoursOf(hours)).toBeNull())
})
