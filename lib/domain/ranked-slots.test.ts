import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { rankedByDefinition } from "../testing/ranked-by-definition"
import type { PersonsTime } from "./availability"
import { rankedSlots, type SlotSearch } from "./ranked-slots"
import { HOUR_MS, MINUTE_MS } from "./zoned-time"

const at = (text: string) => Date.parse(text)
const hours = (start: string, end: string, days = [1, 2, 3, 4, 5]) => ({ days, start, end })
const time = (over: Partial<PersonsTime> = {}): PersonsTime => ({
  taken: [],
  bufferMs: 0,
  timeZone: "Europe/Berlin",
  workingHours: hours("09:00", "17:00"),
  focusBlocks: [],
  ...over,
})
const DAY = { from: at("2026-11-26T00:00:00Z"), to: at("2026-11-27T00:00:00Z") } // a Thursday
const search = (over: Partial<SlotSearch> = {}): SlotSearch => ({
  me: time(),
  guests: [],
  window: DAY,
  durationMs: HOUR_MS,
  near: DAY.from,
  most: 20,
  ...over,
})
const found = (over: Partial<SlotSearch> = {}) =>
  rankedSlots(search(over)).map(({ from, outsideHours }) =>
    [new Date(from).toISOString().slice(11, 16), ...outsideHours.map(({ who, clock }) => `${who} ${clock}`)].join(" "),
  )

describe("which are offered", () => {
  test("free ones within one's hours, none overlapping another, the nearest to the wish first", () => {
    expect(found({ most: 3 })).toEqual(["08:00", "09:00", "10:00"])
    expect(found({ most: 3, near: at("2026-11-26T12:30:00Z") })).toEqual(["12:30", "11:30", "13:30"])
  })

  test("everybody's buffers and focus blocks are kept free", () => {
    const taken = [{ from: at("2026-11-26T09:00:00Z"), to: at("2026-11-26T14:00:00Z") }]
    expect(found({ me: time({ taken }) })).toEqual(["08:00", "14:00", "15:00"])
    expect(found({ me: time({ taken, bufferMs: 15 * MINUTE_MS }) })).toEqual(["14:15"])
    const focused = time({ focusBlocks: [hours("09:00", "15:30", [4])] })
    expect(found({ guests: [{ who: "ben", time: focused }] })).toEqual(["14:30"])
  })

  test("outside a guest's hours comes last, and says what their clock shows; of whom nothing is known there is nothing outside", () => {
    const tokyo = time({ timeZone: "Asia/Tokyo", workingHours: hours("09:00", "18:00") })
    const early = { most: 3, guests: [{ who: "Kim", time: tokyo }] }
    expect(found(early)).toEqual(["08:00", "09:00 Kim 18:00", "10:00 Kim 19:00"])
    expect(found({ most: 3, guests: [{ who: "Kim", time: { ...tokyo, workingHours: null } }] })).toEqual([
      "08:00",
      "09:00",
      "10:00",
    ])
  })

  test("a wish is nearer than an hour is convenient for none", () => {
    const late = time({ workingHours: hours("14:00", "17:00") })
    const guests = [{ who: "Kim", time: late }]
    expect(found({ most: 4, guests })).toEqual(["13:00", "14:00", "15:00", "08:00 Kim 09:00"])
  })

  test("what touches something of one's own is said to", () => {
    const taken = [{ from: at("2026-11-26T09:00:00Z"), to: at("2026-11-26T10:00:00Z") }]
    const slots = rankedSlots(search({ me: time({ taken }), most: 3 }))
    expect(slots.map(({ backToBack }) => backToBack)).toEqual([true, true, false])
  })

  test("nothing where nobody can", () => {
    expect(found({ guests: [{ who: "ben", time: time({ taken: [DAY] }) }] })).toEqual([])
    expect(found({ window: { from: DAY.to, to: DAY.from } })).toEqual([])
    expect(found({ most: 0 })).toEqual([])
  })
})

test("the same as looking at every candidate, in 2,000 random cases", { timeout: 120_000 }, () => {
  // on the days on which some of their clocks change, outside the hour of the change
  const start = fc.constantFrom(
    at("2026-10-24T00:00:00Z"),
    at("2026-10-31T00:00:00Z"),
    at("2026-10-03T00:00:00Z"),
    at("2026-11-26T07:05:00Z"),
  )
  const grid = (n: number) => n * 5 * MINUTE_MS
  const someHours = fc
    .tuple(
      fc.integer({ min: 4, max: 20 }),
      fc.integer({ min: 1, max: 8 }),
      fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
    )
    .map(([from, length, days]) =>
      hours(`${String(from).padStart(2, "0")}:00`, `${String(Math.min(23, from + length)).padStart(2, "0")}:30`, days),
    )
  const person = (from: number, always: boolean) =>
    fc.record({
      taken: fc
        .array(fc.tuple(fc.integer({ min: -300, max: 900 }), fc.integer({ min: 1, max: 60 })), { maxLength: 10 })
        .map((all) => all.map(([a, length]) => ({ from: from + grid(a), to: from + grid(a + length) }))),
      bufferMs: fc.integer({ min: 0, max: 6 }).map(grid),
      timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"),
      workingHours: always ? someHours : fc.option(someHours),
      focusBlocks: fc.array(someHours, { maxLength: 1 }),
    })
  const question = start.chain((from) =>
    fc.record({
      me: person(from, true),
      guests: fc
        .array(person(from, false), { maxLength: 4 })
        .map((all) => all.map((one, n) => ({ who: `guest ${n}`, time: one }))),
      window: fc.integer({ min: 1, max: 576 }).map((length) => ({ from, to: from + grid(length) })),
      durationMs: fc.integer({ min: 1, max: 24 }).map(grid),
      near: fc.integer({ min: -10, max: 600 }).map((n) => from + grid(n)),
      most: fc.constantFrom(1, 5, 1_000),
    }),
  )
  fc.assert(
    fc.property(question, (asked) => {
      expect(rankedSlots(asked)).toEqual(rankedByDefinition(asked))
    }),
    { numRuns: 2_000, seed: 6 },
  )
})
