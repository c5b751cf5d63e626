import { expect, test } from "vitest"
import { PreferencesRequest } from "./preferences"

const isTaken = (...preferences: unknown[]): boolean => PreferencesRequest.safeParse({ preferences }).success

test.each([
  [5, true],
  [480, true],
  [4, false],
  [481, false],
  [45.5, false],
  ["45", false],
  [null, false],
])("a default length of %j minutes is taken: %j", (minutes, taken) => {
  expect(isTaken({ kind: "default-length", minutes })).toBe(taken)
})

test("there is one default length, and nothing else in its line", () => {
  const line = { kind: "default-length", minutes: 45 }
  expect(isTaken(line, { kind: "day-free", day: 5 })).toBe(true)
  expect(isTaken(line, { ...line, minutes: 25 })).toBe(false)
  expect(isTaken({ ...line, days: [5] })).toBe(false)
})
