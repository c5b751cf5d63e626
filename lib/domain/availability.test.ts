import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { randomQuestion } from "../testing/random-slots"
import { slotsByDefinition } from "../testing/slots-by-definition"
import { type AvailabilityQuestion, availableSlots, type PersonsTime } from "./availability"
import type { WorkingHours } from "./plan"
import { HOUR_MS, MINUTE_MS } from "./zoned-time"

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

  test("the same as looking at every candidate, in 2,000 random cases", { timeout: 240_000 }, () => {
    fc.assert(
      fc.property(randomQuestion, (asked) => {
        expect(availableSlots(asked)).toEqual(slotsByDefinition(asked))
      }),
      { numRuns: 2_000, seed: 17 },
    )
  })
})
