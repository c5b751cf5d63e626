import { describe, expect, test } from "vitest"
import { allDay, timed } from "../testing/builders"
import { epochMs, planHash } from "./plan"

describe("B7 the identity of a plan", () => {
  const plan = {
    operations: [
      { target: "e1", to: "15:00" },
      { target: "e2", to: "16:00" },
    ],
    readings: ["first-free"],
  }

  test("does not depend on how it was put together", () => {
    const { operations, readings } = plan
    expect(planHash({ readings, operations })).toBe(planHash({ operations, readings }))
  })

  test.each([
    ["another target", { ...plan, operations: [{ target: "e3", to: "15:00" }, plan.operations[1]] }],
    ["another time", { ...plan, operations: [{ target: "e1", to: "15:01" }, plan.operations[1]] }],
    ["another order", { ...plan, operations: [...plan.operations].reverse() }],
    ["one operation less", { ...plan, operations: plan.operations.slice(0, 1) }],
  ])("is another for %s", (_, other) => {
    expect(planHash(other)).not.toBe(planHash(plan))
  })
})

test("a moment is its instant, a day its midnight in UTC", () => {
  expect(epochMs(timed("2026-11-26T15:00:00+01:00"))).toBe(Date.UTC(2026, 10, 26, 14))
  expect(epochMs(allDay("2026-11-26"))).toBe(Date.UTC(2026, 10, 26))
})
