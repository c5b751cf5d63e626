import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { backoffMs, syncWindow, windowIsOld } from "./sync-times"

const NOW = Date.parse("2026-11-20T09:00:00Z")
const HOUR_MS = 3_600_000

test("a week back, eight weeks ahead", () => {
  expect(syncWindow(NOW)).toEqual({ from: "2026-11-13T09:00:00.000Z", to: "2027-01-15T09:00:00.000Z" })
})

test.each([
  [0, false],
  [23, false],
  [24, true],
  [24 * 30, true],
  // a clock that was set back
  [-23, false],
  [-24, true],
])("a window begun %i hours ago: old is %s", (hours, old) => {
  expect(windowIsOld(syncWindow(NOW - hours * HOUR_MS).from, NOW)).toBe(old)
})

describe("the wait after the n-th failure in a row", () => {
  test.each([
    [1, 0, 0, 1_000],
    [1, 0, 0.5, 2_000 * 0.75],
    [2, 0, 0, 2_000],
    [5, 0, 0, 16_000],
    [10, 0, 0, 450_000],
    [1_000, 0, 0, 450_000],
    [1, 30_000, 0, 30_000],
    [1, 30_000, 0.5, 30_500],
    [10, 5_000, 0, 450_000],
  ])("failure %i, asked for %i ms, chance %d: %i ms", (failures, askedMs, chance, waitMs) => {
    expect(backoffMs(failures, askedMs, chance)).toBe(waitMs)
  })

  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  test("never less than was asked for, never more than 15 minutes longer than that", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.nat(10_000_000), chance, (failures, askedMs, by) => {
        const waitMs = backoffMs(failures, askedMs, by)
        expect(waitMs).toBeGreaterThanOrEqual(askedMs)
        expect(waitMs).toBeLessThanOrEqual(askedMs + 15 * 60_000)
      }),
    )
  })
})
