import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { randomWish } from "../testing/random-slots"
import { rankedByDefinition } from "../testing/slots-by-definition"
import type { PersonsTime } from "./availability"
import { type Attendee, rankSlots, type SlotWish } from "./rank-slots"
import { HOUR_MS, MINUTE_MS } from "./zoned-time"

const at = (clock: string) => Date.parse(`2026-11-26T${clock}:00Z`) // a Thursday
const time = (over: Partial<PersonsTime> = {}): PersonsTime => ({
  taken: [],
  bufferMs: 0,
  timeZone: "UTC",
  workingHours: { days: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" },
  focusBlocks: [],
  ...over,
})
const you = (over: Partial<PersonsTime> = {}): Attendee => ({ who: null, time: time(over), flexible: false })
const bob = (over: Partial<PersonsTime> = {}): Attendee => ({
  who: "bob@example.test",
  time: time(over),
  flexible: true,
})
const ask = (people: readonly Attendee[], over: Partial<SlotWish> = {}) =>
  rankSlots({
    people,
    unseen: [],
    within: [{ from: at("00:00"), to: at("23:45") }],
    durationMs: HOUR_MS,
    stepMs: 15 * MINUTE_MS,
    nearMs: at("00:00"),
    most: 3,
    ...over,
  }).map(({ from, reasons }) => ({ start: new Date(from).toISOString().slice(11, 16), reasons }))
const starts = (...asked: Parameters<typeof ask>) => ask(...asked).map(({ start }) => start)

describe("D17 which free times are offered first", () => {
  test("the nearest to the wish, none overlapping another; nobody's first hour where another is as good", () => {
    expect(starts([you()], { nearMs: at("13:00") })).toEqual(["13:00", "12:00", "14:00"])
    expect(starts([you(), bob()])).toEqual(["09:30", "10:30", "11:30"])
    expect(starts([you(), bob()], { soonest: true })).toEqual(["09:00", "10:00", "11:00"])
  })

  test("no scrap of anybody's time is left where another time is near", () => {
    const taken = [{ from: at("12:00"), to: at("13:00") }]
    const [first] = ask([you(), bob({ taken })], { nearMs: at("10:50") })
    expect(first).toEqual({
      start: "11:00",
      reasons: [{ kind: "everyone-free" }, { kind: "right-before", who: "bob@example.test" }],
    })
    expect(ask([you(), bob({ taken })], { within: [{ from: at("10:45"), to: at("11:45") }] })).toEqual([
      {
        start: "10:45",
        reasons: [{ kind: "everyone-free" }, { kind: "leaves-scrap", who: "bob@example.test", minutes: 15 }],
      },
    ])
  })

  test("outside somebody's hours last, and their clock with it; never outside the asker's own", () => {
    const tokyo = bob({ timeZone: "Asia/Tokyo", workingHours: { days: [4, 5], start: "09:00", end: "18:30" } })
    const found = ask([you(), tokyo], {
      nearMs: at("14:00"),
      within: [{ from: at("08:00"), to: at("18:00") }],
      most: 8,
    })
    expect(found[0]).toMatchObject({ start: "14:00" })
    expect(found[0]?.reasons).toContainEqual({
      kind: "outside-hours",
      who: "bob@example.test",
      start: "23:00",
      timeZone: "Asia/Tokyo",
    })
    expect(found.map(({ start }) => start).filter((start) => start < "09:00" || start > "16:00")).toEqual([])
    const late = bob({ workingHours: { days: [4], start: "16:00", end: "20:00" } })
    expect(starts([you(), late])[0]).toBe("16:00")
  })

  test("whoever could not be seen is not counted as free", () =>
    expect(ask([you(), bob()], { unseen: ["ann@example.test"] })[0]?.reasons).toEqual([]))

  test("the same as looking at every five minutes of every candidate, in 2,000 random cases", {
    timeout: 240_000,
  }, () => {
    fc.assert(
      fc.property(randomWish, (wish) => {
        expect(rankSlots(wish)).toEqual(rankedByDefinition(wish))
      }),
      { numRuns: 2_000, seed: 6 },
    )
  })
})
