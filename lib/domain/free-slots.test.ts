import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type FreeSlotQuestion, freeSlots } from "./free-slots"

const QUARTER_MS = 15 * 60_000
const ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]

/** The wall clock by Intl alone: which ISO weekday, and what time as `HH:MM`. */
function wallIn(timeZone: string) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  })
  return (ms: number) => {
    const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]))
    const day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(parts.weekday ?? "") + 1
    return { day, clock: `${parts.hour}:${parts.minute}` }
  }
}

/** Every quarter of an hour of the days asked about that could be a start, by trying each one. */
function possibleStarts(q: FreeSlotQuestion): number[] {
  const wall = wallIn(q.timeZone)
  const { days, start, end } = q.workingHours
  const from = Math.ceil(Date.parse(q.notBefore) / QUARTER_MS) * QUARTER_MS
  const sameDay = new Intl.DateTimeFormat("en-CA", { timeZone: q.timeZone })
  const seenDays = new Set([sameDay.format(Date.parse(q.notBefore))])
  const starts: number[] = []
  for (let at = from; ; at += QUARTER_MS) {
    seenDays.add(sameDay.format(at))
    if (seenDays.size > q.days) return starts
    const [first, last] = [wall(at), wall(at + q.lengthMs - 1)]
    const inside = days.includes(first.day) && first.day === last.day && first.clock >= start && last.clock < end
    const free = q.busy.every((b) => Date.parse(b.start) >= at + q.lengthMs || Date.parse(b.end) <= at)
    if (inside && free) starts.push(at)
  }
}

const question: fc.Arbitrary<FreeSlotQuestion> = fc
  .record({
    origin: fc.integer({
      min: Date.parse("2026-01-01T00:00:00Z") / 60_000,
      max: Date.parse("2026-12-01T00:00:00Z") / 60_000,
    }),
    busy: fc.array(fc.tuple(fc.nat(4 * 24 * 60), fc.integer({ min: 1, max: 600 })), { maxLength: 12 }),
    quarters: fc.integer({ min: 1, max: 8 }),
    near: fc.nat(4 * 24 * 60),
    days: fc.integer({ min: 1, max: 4 }),
    timeZone: fc.constantFrom(...ZONES),
    workingDays: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
    start: fc.constantFrom("06:00", "08:30", "09:00", "09:15"),
    end: fc.constantFrom("12:00", "17:00", "17:45", "23:45"),
    most: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ origin, busy, quarters, near, days, timeZone, workingDays, start, end, most }) => {
    const iso = (minutes: number) => new Date((origin + minutes) * 60_000).toISOString()
    return {
      busy: busy.map(([from, length]) => ({ start: iso(from), end: iso(from + length) })),
      lengthMs: quarters * QUARTER_MS,
      notBefore: iso(0),
      near: iso(near),
      days,
      timeZone,
      workingHours: { days: workingDays, start, end },
      most,
    }
  })

describe("T9 free times near a wish, against trying every quarter of an hour", () => {
  test("each is possible, none overlaps another, and nothing nearer was passed over", () => {
    fc.assert(
      fc.property(question, (q) => {
        const possible = possibleStarts(q)
        const found = freeSlots(q).map((iso) => Date.parse(iso))
        const distance = (at: number) => Math.abs(at - Date.parse(q.near))
        expect(found.length).toBeLessThanOrEqual(q.most)
        for (const at of found) expect(possible).toContain(at)
        expect(found.map(distance)).toEqual(found.map(distance).sort((a, b) => a - b))
        const overlap = (a: number, b: number) => Math.abs(a - b) < q.lengthMs
        for (const [i, at] of found.entries()) expect(found.slice(0, i).some((other) => overlap(at, other))).toBe(false)
        const full = found.length === q.most
        const furthest = Math.max(...found.map(distance))
        for (const at of possible) {
          const crowdedOut = found.some((other) => overlap(at, other) && distance(other) <= distance(at))
          expect(crowdedOut || (full && distance(at) >= furthest)).toBe(true)
        }
      }),
      { numRuns: 250 },
    )
  })

  const plain: FreeSlotQuestion = {
    busy: [],
    lengthMs: 30 * 60_000,
    notBefore: "2026-11-26T08:00:00Z",
    near: "2026-11-26T14:00:00Z",
    days: 1,
    timeZone: "Europe/Berlin",
    workingHours: { days: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" },
    most: 4,
  }

  test("hours that begin at an odd minute still give quarters", () => {
    const starts = freeSlots({ ...plain, workingHours: { ...plain.workingHours, start: "09:10" } })
    expect(starts).not.toEqual([])
    for (const at of starts) expect(Date.parse(at) % QUARTER_MS).toBe(0)
  })

  test.each([
    ["no day is worked", { workingHours: { ...plain.workingHours, days: [] } }],
    ["it is longer than the day", { lengthMs: 9 * 60 * 60_000 }],
    ["the day is full", { busy: [{ start: "2026-11-26T07:00:00Z", end: "2026-11-26T17:00:00Z" }] }],
    ["it is evening", { notBefore: "2026-11-26T15:31:00Z" }],
  ])("none when %s", (_, over) => {
    expect(freeSlots({ ...plain, ...over })).toEqual([])
  })
})
