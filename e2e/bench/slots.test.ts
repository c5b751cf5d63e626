import { expect, test } from "vitest"
import { measureSlots } from "./parts/slots"

/* That the bench compares: a small one, over people who hardly ever can and over one who often can. How fast it is, no busy machine can say. */

test("D17 the search comes to what the scan comes to, and faster", () => {
  const { slots, same, p50, scanMs } = measureSlots({ people: 3, days: 14, calls: 5 })
  expect(slots).toBeGreaterThan(0)
  expect(same).toBe(true)
  expect(p50).toBeLessThan(scanMs)
})
