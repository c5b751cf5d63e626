import { expect, test } from "vitest"
import { racePlans } from "./races"

/* The small form of `npm run faults -- plans`. */

test("B2, T4 plans of several steps while the person goes on working: no edit lost, no event lost, every report true", {
  timeout: 90_000,
}, async () => {
  const { broken, acts, ends } = await racePlans(6, Math.floor(Math.random() * 1e9))
  expect(broken).toEqual([])
  expect(acts).toBeGreaterThan(0)
  expect(Object.keys(ends)).toEqual(expect.arrayContaining(["update applied"]))
})

test("a tool that writes without a precondition is found", { timeout: 90_000 }, async () => {
  expect((await racePlans(12, 5, "no-if-match")).broken).not.toEqual([])
})
