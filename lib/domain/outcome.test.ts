import { expect, test } from "vitest"
import { type OutcomeKind, STATUS } from "./outcome"

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
