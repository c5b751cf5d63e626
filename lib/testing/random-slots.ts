import fc from "fast-check"
import type { AvailabilityQuestion } from "../domain/availability"
import type { WorkingHours } from "../domain/plan"
import type { SlotWish } from "../domain/rank-slots"
import { MINUTE_MS } from "../domain/zoned-time"

const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"] as const
const grid = (n: number) => n * 5 * MINUTE_MS

/** On the days on which Berlin's, New York's or Lord Howe's clocks change, outside the hour of the change. */
const start = fc.constantFrom(
  ...["2026-10-24T00:00:00Z", "2026-10-31T00:00:00Z", "2026-10-03T00:00:00Z", "2026-11-26T07:05:00Z"].map(Date.parse),
)

const hours: fc.Arbitrary<WorkingHours> = fc
  .tuple(
    fc.integer({ min: 4, max: 20 }),
    fc.integer({ min: 1, max: 12 }),
    fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
  )
  .map(([from, length, days]) => ({
    days,
    start: `${String(from).padStart(2, "0")}:00`,
    end: `${String(Math.min(23, from + length)).padStart(2, "0")}:30`,
  }))

const peopleFrom = (from: number) =>
  fc.array(
    fc.record({
      // events and holds alike
      taken: fc
        .array(fc.tuple(fc.integer({ min: -300, max: 900 }), fc.integer({ min: 1, max: 60 })), { maxLength: 8 })
        .map((all) => all.map(([a, length]) => ({ from: from + grid(a), to: from + grid(a + length) }))),
      bufferMs: fc.integer({ min: 0, max: 6 }).map(grid),
      timeZone: fc.constantFrom(...ZONES),
      workingHours: fc.option(hours, { freq: 5 }),
      focusBlocks: fc.array(hours, { maxLength: 1 }),
    }),
    { minLength: 1, maxLength: 5 },
  )

const lengths = {
  durationMs: fc.integer({ min: 1, max: 24 }).map(grid),
  stepMs: fc.constantFrom(1, 3, 6, 12).map(grid),
  most: fc.constantFrom(5, 1_000),
}

export const randomQuestion: fc.Arbitrary<AvailabilityQuestion> = start.chain((from) =>
  fc.record({
    people: peopleFrom(from),
    window: fc.integer({ min: 1, max: 576 }).map((length) => ({ from, to: from + grid(length) })),
    ...lengths,
  }),
)

export const randomWish: fc.Arbitrary<SlotWish> = start.chain((from) =>
  fc.record({
    people: peopleFrom(from).chain((times) =>
      fc.array(fc.boolean(), { minLength: times.length, maxLength: times.length }).map((flexible) =>
        times.map((time, i) => ({
          who: i === 0 ? null : `p${i}@example.test`,
          time,
          flexible: flexible[i] ?? false,
        })),
      ),
    ),
    unseen: fc.constantFrom([], ["unseen@example.test"]),
    within: fc
      .array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 200 })), {
        minLength: 1,
        maxLength: 3,
      })
      .map((all) => all.map(([a, length]) => ({ from: from + grid(a), to: from + grid(a + length) }))),
    nearMs: fc.integer({ min: -20, max: 600 }).map((n) => from + grid(n)),
    soonest: fc.boolean(),
    ...lengths,
  }),
)
