import { expect, test } from "vitest"
import { letCanariesFly } from "./canaries"

/* The small form of `npm run faults -- injection --only canaries`. */

test("P4 what a private event says reaches nobody and nothing but its owner and itself", {
  timeout: 90_000,
}, async () => {
  const { leaks, looked, seenByOwner } = await letCanariesFly(2)
  expect(leaks).toEqual([])
  expect(looked).toBeGreaterThan(100)
  expect(seenByOwner).toBeGreaterThan(0)
})
