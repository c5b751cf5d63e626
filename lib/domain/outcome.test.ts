import { expect, test } from "vitest"
import { NOT_APPLIED_REASONS, type Outcome, type OutcomeKind, parseOutcome, STATUS } from "./outcome"

/* The table of design.md, written down a second time: a status is part of the API. 412 (for If-Match) is lib/http's. */
test("T5 D7 every outcome has its status", () => {
  const expected: Record<OutcomeKind, number> = {
    applied: 200,
    unchanged: 200,
    unknown: 202,
    forbidden: 403,
    conflict: 409,
    busy: 409,
    outranked: 409,
    superseded: 409,
    reconnect: 409,
    notApplied: 409,
    gone: 410,
    expired: 410,
    throttled: 429,
  }
  expect(STATUS).toEqual(expected)
})

test.each(NOT_APPLIED_REASONS)("a kept outcome is read as it was: %s", (reason) => {
  const outcome: Outcome = { kind: "notApplied", reason }
  expect(parseOutcome(outcome)).toEqual(outcome)
})

test("a reason of another release has a sentence all the same; any other outcome stays as it is", () => {
  const kept = { kind: "notApplied", reason: "no connection to Google" } as const
  expect(parseOutcome(kept)).toEqual({ kind: "notApplied", reason: "other" })
  const forbidden: Outcome = { kind: "forbidden", reason: "not-organizer" }
  expect(parseOutcome(forbidden)).toBe(forbidden)
})
