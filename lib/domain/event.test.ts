import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type ConnectionId, type EventRef, eventKey, parseEventKey } from "./event"

const part = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.string({ unit: fc.constantFrom("/", "%", ".", "2", "F", "+", " ", "?", "#", "@", "=", "é"), minLength: 1 }),
  fc.constantFrom(".", "..", "/", "%2F", "%", "a/b", "c_1@group.calendar.google.com", "AAMkADAw+/=_20261124T090000Z"),
)
const ref: fc.Arbitrary<EventRef> = fc.record({
  connectionId: part.map((id) => id as ConnectionId),
  calendarId: part,
  eventId: part,
})

describe("T1 one string for one event", () => {
  test("every id comes back as it was, slashes, percent signs and dots included", () => {
    fc.assert(
      fc.property(ref, (one) => {
        expect(parseEventKey(eventKey(one))).toEqual(one)
      }),
      { numRuns: 2_000 },
    )
  })

  test("two events never share a key", () => {
    const short = fc.string({ unit: fc.constantFrom("/", "%", "2", "F", "a"), minLength: 1, maxLength: 3 })
    const refs = fc.record({ connectionId: short.map((id) => id as ConnectionId), calendarId: short, eventId: short })
    fc.assert(
      fc.property(refs, refs, (a, b) => {
        expect(eventKey(a) === eventKey(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    "",
    "c1",
    "c1/cal",
    "c1/cal/",
    "/cal/e1",
    "c1//e1",
    "c1/cal/e1/x",
    "c1/cal/e1/",
    "c1/cal/%",
    "c1/cal/%zz",
    "c1/cal/%ff",
  ])("%j is no key", (key) => {
    expect(() => parseEventKey(key)).toThrow(RangeError)
  })

  test.each(["c1/cal/%65%31", "c1/cal/a b", "c1/cal/a%2fb"])(
    "%j is another spelling of a key: refused, or one event would have two locks",
    (key) => {
      expect(() => parseEventKey(key)).toThrow(RangeError)
    },
  )
})
