import { describe, expect, it } from "vitest"
import { addDays, addMs, dateOf, daysBetween, mondayOf, readWall, startOfDay, wallOf, weekdayOf } from "./zoned-time"

describe("reading a wall clock in a zone", () => {
  it("finds the one instant of an ordinary time", () => {
    expect(readWall({ date: "2026-11-26", minutes: 15 * 60 }, "Europe/Berlin")).toEqual({
      kind: "one",
      at: "2026-11-26T14:00:00Z",
    })
    expect(readWall({ date: "2026-11-26", minutes: 30 }, "Asia/Kolkata")).toEqual({
      kind: "one",
      at: "2026-11-25T19:00:00Z",
    })
  })

  it("names the times on both sides of one that the clocks skip", () => {
    expect(readWall({ date: "2027-03-28", minutes: 150 }, "Europe/Berlin")).toEqual({
      kind: "skipped",
      before: "2027-03-28T00:30:00Z",
      after: "2027-03-28T01:30:00Z",
    })
  })

  it("names both instants of a time that the clocks repeat", () => {
    expect(readWall({ date: "2026-11-01", minutes: 90 }, "America/New_York")).toEqual({
      kind: "repeated",
      first: "2026-11-01T05:30:00Z",
      second: "2026-11-01T06:30:00Z",
    })
  })

  it("is undone by wallOf", () => {
    expect(wallOf("2026-11-01T06:30:00Z", "America/New_York")).toEqual({ date: "2026-11-01", minutes: 90 })
    expect(wallOf("2027-03-28T01:30:00Z", "Europe/Berlin")).toEqual({ date: "2027-03-28", minutes: 210 })
  })

  it("begins a day at its first instant, also where midnight is skipped", () => {
    expect(startOfDay("2026-11-26", "Europe/Berlin")).toBe("2026-11-25T23:00:00Z")
    expect(startOfDay("2026-09-06", "America/Santiago")).toBe("2026-09-06T04:00:00Z")
    expect(wallOf(startOfDay("2026-09-06", "America/Santiago"), "America/Santiago").minutes).toBe(60)
  })
})

describe("dates", () => {
  it("counts over month and year ends", () => {
    expect(addDays("2026-12-30", 3)).toBe("2027-01-02")
    expect(daysBetween("2026-12-30", "2027-01-02")).toBe(3)
    expect(daysBetween("2027-01-02", "2026-12-30")).toBe(-3)
  })

  it("knows weekdays and the Monday before them", () => {
    expect([weekdayOf("2026-11-23"), weekdayOf("2026-11-29")]).toEqual([1, 7])
    expect([mondayOf("2026-11-23"), mondayOf("2026-11-29")]).toEqual(["2026-11-23", "2026-11-23"])
  })

  it("has no 31 June and no 29 February 2026", () => {
    expect([dateOf(2026, 6, 31), dateOf(2026, 2, 29), dateOf(2026, 13, 1)]).toEqual([null, null, null])
    expect(dateOf(2028, 2, 29)).toBe("2028-02-29")
  })

  it("adds milliseconds to an instant", () => {
    expect(addMs("2026-11-26T23:59:00Z", 60_000)).toBe("2026-11-27T00:00:00Z")
  })
})

describe("the wall clock of an instant", () => {
  const ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]

  it("is what the platform's own zone tables say, every half hour around every clock change of a year", () => {
    let changes = 0
    for (const zone of ZONES) {
      const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" })
      const shown = (ms: number) => format.format(ms)
      const isChange = (ms: number) => shown(ms + 86_400_000).slice(11) !== shown(ms).slice(11)
      for (let day = Date.parse("2026-01-01T00:00:00Z"); day < Date.parse("2027-01-01T00:00:00Z"); day += 86_400_000) {
        if (!isChange(day)) continue
        changes++
        for (let ms = day - 86_400_000; ms < day + 2 * 86_400_000; ms += 1_800_000) {
          const { date, minutes } = wallOf(new Date(ms).toISOString(), zone)
          const clock = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":")
          expect(`${date} ${clock}`, `${zone} ${new Date(ms).toISOString()}`).toBe(shown(ms))
        }
      }
    }
    expect(changes).toBeGreaterThanOrEqual(8)
  })
})
