import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { slotsByDefinition } from "../testing/slots-by-definition"
import { type AvailabilityQuestion, availableSlots, type PersonsTime } from "./availability"
import type { WorkingHours } from "./plan"
import { HOUR_MS, MINUTE_MS } from "./zoned-time"

const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"] as const
const at = (text: string) => Date.parse(text)
const clocks = (start: string, end: string, days = [1, 2, 3, 4, 5]): WorkingHours => ({ days, start, end })
const person = (over: Partial<PersonsTime> = {}): PersonsTime => ({
  taken: [],
  bufferMs: 0,
  timeZone: "UTC",
  workingHours: clocks("09:00", "12:00"),
  focusBlocks: [],
  ...over,
})
const ask = (people: readonly PersonsTime[], over: Partial<AvailabilityQuestion> = {}) =>
  availableSlots({
    people,
    window: { from: at("2026-11-26T00:00:00Z"), to: at("2026-11-27T00:00:00Z") },
    durationMs: HOUR_MS,
    stepMs: HOUR_MS / 2,
    most: 1_000,
    ...over,
  }).map(({ from }) => new Date(from).toISOString().slice(11, 16))

describe("D17", () => {
  test("working hours, several people, different zones", () => {
    expect(ask([person()])).toEqual(["09:00", "09:30", "10:00", "10:30", "11:00"])
    expect(ask([person(), person({ timeZone: "Europe/Berlin" })])).toEqual(["09:00", "09:30", "10:00"])
    expect(ask([person(), person({ timeZone: "Asia/Tokyo" })])).toEqual([])
  })
  test("what stands there, with its buffer, and focus blocks without", () => {
    const taken = [{ from: at("2026-11-26T10:00:00Z"), to: at("2026-11-26T10:30:00Z") }]
    expect(ask([person({ taken })])).toEqual(["09:00", "10:30", "11:00"])
    expect(ask([person({ taken, bufferMs: 15 * MINUTE_MS })])).toEqual(["11:00"])
    expect(ask([person({ focusBlocks: [clocks("09:00", "10:30", [4])] })])).toEqual(["10:30", "11:00"])
    expect(ask([person({ focusBlocks: [clocks("09:00", "10:30", [5])] })])).toHaveLength(5)
  })
  test("at most so many, in order", () => expect(ask([person()], { most: 2 })).toEqual(["09:00", "09:30"]))

  test("the same as looking at every candidate, in 1,000 random cases", { timeout: 120_000 }, () => {
    // on the days on which Berlin's, New York's or Lord Howe's clocks change, outside the hour of the change
    const start = fc.constantFrom(
      at("2026-10-24T00:00:00Z"),
      at("2026-10-31T00:00:00Z"),
      at("2026-10-03T00:00:00Z"),
      at("2026-11-26T07:05:00Z"),
    )
    const hours = fc
      .tuple(
        fc.integer({ min: 4, max: 20 }),
        fc.integer({ min: 1, max: 8 }),
        fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
      )
      .map(([from, length, days]) =>
        clocks(
          `${String(from).padStart(2, "0")}:00`,
          `${String(Math.min(23, from + length)).padStart(2, "0")}:30`,
          days,
        ),
      )
    const grid = (n: number) => n * 5 * MINUTE_MS
    const question = start.chain((from) =>
      fc.record({
        people: fc.array(
          fc.record({
            taken: fc
              .array(fc.tuple(fc.integer({ min: -300, max: 900 }), fc.integer({ min: 1, max: 60 })), { maxLength: 12 })
              .map((all) => all.map(([a, length]) => ({ from: from + grid(a), to: from + grid(a + length) }))),
            bufferMs: fc.integer({ min: 0, max: 6 }).map(grid),
            timeZone: fc.constantFrom(...ZONES),
            workingHours: hours,
            focusBlocks: fc.array(hours, { maxLength: 2 }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        window: fc.integer({ min: 1, max: 576 }).map((length) => ({ from, to: from + grid(length) })),
        durationMs: fc.integer({ min: 1, max: 24 }).map(grid),
        stepMs: fc.constantFrom(1, 3, 6, 12).map(grid),
        most: fc.constantFrom(5, 1_000),
      }),
    )
    fc.assert(
      fc.property(question, (asked) => {
        expect(availableSlots(asked)).toEqual(slotsByDefinition(asked))
      }),
      { numRuns: 1_000, seed: 17 },
    )
  })
})
