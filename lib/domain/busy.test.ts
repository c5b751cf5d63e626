import { expect, test } from "vitest"
import { mergeBusy } from "./busy"

const at = (hour: number) => Date.UTC(2026, 10, 26, hour)
const clock = (hour: number) => `2026-11-26T${String(hour).padStart(2, "0")}:00:00Z`

test.each([
  [
    "out of order",
    [
      [13, 14],
      [9, 10],
    ],
    [
      [9, 10],
      [13, 14],
    ],
  ],
  [
    "overlapping",
    [
      [9, 11],
      [10, 12],
    ],
    [[9, 12]],
  ],
  [
    "touching",
    [
      [9, 10],
      [10, 11],
    ],
    [[9, 11]],
  ],
  [
    "one inside another",
    [
      [9, 12],
      [10, 11],
    ],
    [[9, 12]],
  ],
  [
    "cut to the window",
    [
      [5, 9],
      [17, 23],
    ],
    [
      [8, 9],
      [17, 18],
    ],
  ],
  [
    "outside",
    [
      [5, 8],
      [18, 20],
    ],
    [],
  ],
  ["without length", [[9, 9]], []],
])("%s", (_, taken, merged) => {
  const stretches = taken.map(([from = 0, to = 0]) => ({ from: at(from), to: at(to) }))
  expect(mergeBusy(stretches, { from: at(8), to: at(18) })).toEqual(
    merged.map(([from = 0, to = 0]) => ({ start: clock(from), end: clock(to) })),
  )
})
