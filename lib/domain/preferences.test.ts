import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  afterChange,
  againstPreferences,
  agentRecordKey,
  defaultLength,
  isDefaultLength,
  keptFree,
  type Preference,
  type Preferences,
  preferencesKey,
  subjectOf,
  wantedOf,
  without,
} from "./preferences"

const ZONE = "Europe/Berlin"
const EARLY: Preference = { kind: "not-before", time: "09:30", days: [] }
const LATE_MONDAY: Preference = { kind: "not-after", time: "16:00", days: [1] }
const FRIDAY: Preference = { kind: "day-free", day: 5 }
const SHORT: Preference = { kind: "default-length", minutes: 25 }
const REVIEW: Preference = { kind: "name", words: "the review", title: "Design review" }

/** Thursday 26 November 2026 to Saturday, midnight to midnight in Berlin. */
const THREE_DAYS = { start: "2026-11-25T23:00:00Z", end: "2026-11-28T23:00:00Z" }

const move = (start: string, end: string) =>
  ({
    kind: "move",
    target: "e1" as never,
    scope: "this",
    to: {
      start: { kind: "timed", at: start, timeZone: ZONE },
      end: { kind: "timed", at: end, timeZone: ZONE },
    },
  }) as const

const line = fc.oneof(
  fc.record({
    kind: fc.constantFrom("not-before" as const, "not-after" as const),
    time: fc.constantFrom("08:00", "09:30", "16:00"),
    days: fc.constantFrom([], [1], [1, 5]),
  }),
  fc.record({ kind: fc.constant("day-free" as const), day: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ kind: fc.constant("default-length" as const), minutes: fc.constantFrom(5, 45, 480) }),
  fc.record({
    kind: fc.constant("name" as const),
    words: fc.constantFrom("the review", "Review", "standup"),
    title: fc.constantFrom("Design review", "Daily"),
  }),
)

describe("what is kept in mind", () => {
  test("the latest line about a subject stands in its place, and forgetting takes only what is named", () => {
    const later = { ...EARLY, time: "10:00" }
    const both = afterChange([EARLY, FRIDAY], { op: "remember", lines: [later, REVIEW] })
    expect(both).toEqual([later, FRIDAY, REVIEW])
    const again = { ...REVIEW, words: "my Review", title: "Board review" }
    expect(afterChange(both, { op: "remember", lines: [again] })).toEqual([later, FRIDAY, again])
    expect(afterChange(both, { op: "forget", lines: [FRIDAY] })).toEqual([later, REVIEW])
  })

  test("never two lines of one subject, whatever is said in whatever order", () => {
    const change = fc.record({ op: fc.constantFrom("remember" as const, "forget" as const), lines: fc.array(line) })
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const kept = changes.reduce<Preferences>(afterChange, [])
        expect(new Set(kept.map(subjectOf)).size).toBe(kept.length)
      }),
    )
  })

  test("nothing is wanted before, after, and on days kept free, by the person's own clock", () => {
    expect(wantedOf([THREE_DAYS], { preferences: [EARLY, FRIDAY], timeZone: ZONE })).toEqual([
      { start: "2026-11-26T08:30:00Z", end: "2026-11-26T23:00:00Z" },
      { start: "2026-11-28T08:30:00Z", end: "2026-11-28T23:00:00Z" },
    ])
    expect(keptFree([LATE_MONDAY, REVIEW], THREE_DAYS, ZONE)).toEqual([])
    // the night on which the clocks go forward: 02:30 is not there
    const spring = { start: "2027-03-27T23:00:00Z", end: "2027-03-28T22:00:00Z" }
    const skipped = { ...EARLY, time: "02:30" }
    expect(wantedOf([spring], { preferences: [skipped], timeZone: ZONE })[0]?.start).toBe("2027-03-28T01:30:00Z")
  })

  test("what is taken out of stretches is in none of them, and nothing else is lost", () => {
    const hour = (n: number) => new Date(Date.UTC(2026, 10, 26, n)).toISOString()
    const stretch = fc
      .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 9 }))
      .map(([from, length]) => ({ start: hour(from), end: hour(from + length) }))
    const covers = (all: readonly { start: string; end: string }[], at: string) =>
      all.some(({ start, end }) => start <= at && at < end)
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 5 }), fc.array(stretch, { maxLength: 5 }), (all, taken) => {
        const left = without(all, taken)
        for (let n = 0; n < 50; n++) expect(covers(left, hour(n))).toBe(covers(all, hour(n)) && !covers(taken, hour(n)))
      }),
    )
  })

  test("an order against it is told what it goes against, once", () => {
    const all = [EARLY, FRIDAY, LATE_MONDAY, REVIEW]
    expect(againstPreferences([move("2026-11-27T08:00:00Z", "2026-11-27T09:00:00Z")], all, ZONE)).toEqual([
      "earlier-than-wanted",
      "kept-free-friday",
    ])
    expect(againstPreferences([move("2026-11-30T14:30:00Z", "2026-11-30T15:30:00Z")], all, ZONE)).toEqual([
      "later-than-wanted",
    ])
    expect(againstPreferences([move("2026-11-26T08:30:00Z", "2026-11-26T09:00:00Z")], all, ZONE)).toEqual([])
  })

  test("a new event lasts an hour, or as long as the person wants by default, which is told otherwise", () => {
    const hour = { lengthMs: 3_600_000, reading: "default-length" }
    for (const preferences of [undefined, [], [EARLY, FRIDAY, REVIEW]]) expect(defaultLength(preferences)).toEqual(hour)
    expect(defaultLength([EARLY, SHORT])).toEqual({ lengthMs: 1_500_000, reading: "wanted-length" })
  })

  test("a default length is one, of whole minutes from five to eight hours", () => {
    expect([4, 5, 45.5, 480, 481, Number.NaN, -30].filter(isDefaultLength)).toEqual([5, 480])
    const longer = { ...SHORT, minutes: 50 }
    expect(afterChange([EARLY, SHORT], { op: "remember", lines: [longer] })).toEqual([EARLY, longer])
    expect(afterChange([EARLY, longer], { op: "forget", lines: [SHORT] })).toEqual([EARLY])
  })

  test("a default length keeps no time free, and no order goes against it", () => {
    expect(keptFree([SHORT], THREE_DAYS, ZONE)).toEqual([])
    expect(keptFree([SHORT, FRIDAY], THREE_DAYS, ZONE)).toEqual(keptFree([FRIDAY], THREE_DAYS, ZONE))
    expect(againstPreferences([move("2026-11-26T08:30:00Z", "2026-11-26T12:00:00Z")], [SHORT], ZONE)).toEqual([])
  })

  test("no key that an agent may name lies among people's own", () => {
    const own = preferencesKey("cm1abc")
    expect(own).toBe("_people/cm1abc/preferences")
    expect(agentRecordKey(own)).toBeNull()
    expect(agentRecordKey(own.toUpperCase())).toBeNull()
    expect(agentRecordKey("people/cm1abc/preferences")).not.toBeNull()
    expect(() => preferencesKey("../x")).toThrow(RangeError)
  })
})
