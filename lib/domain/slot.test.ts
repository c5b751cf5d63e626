import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { allDay, calendarEvent, eventRef, thursday, timed } from "../testing/builders"
import type { CalendarEvent, Span } from "./event"
import { guestsThen, newlyTaken, slotTaken, type Taken } from "./slot"

/** Two hours, minute by minute: every stretch here is known by the minutes it covers. */
const MINUTES = Array.from({ length: 120 }, (_, minute) => minute)
const START = Date.parse("2026-11-26T09:00:00Z")
const at = (minute: number) => new Date(START + minute * 60_000).toISOString()
const covers = (taken: Taken, minute: number) =>
  Date.parse(taken.start) <= START + minute * 60_000 && Date.parse(taken.end) > START + minute * 60_000
const minutesOf = (taken: readonly Taken[]) => MINUTES.filter((minute) => taken.some((one) => covers(one, minute)))

const span = (from: number, to: number): Span => ({ start: timed(at(from)), end: timed(at(to)) })
const stretch = fc
  .tuple(fc.integer({ min: -30, max: 149 }), fc.integer({ min: 0, max: 60 }))
  .map(([from, length]): [number, number] => [from, from + length])
/** As `slotTaken` gives them: none without length. */
const taken = fc
  .array(stretch, { maxLength: 6 })
  .map((list) => list.filter(([from, to]) => from < to).map(([from, to]) => ({ start: at(from), end: at(to) })))

const kindOfEvent = fc.constantFrom<Partial<CalendarEvent>>(
  {},
  { busy: false },
  { status: "cancelled" },
  { status: "tentative" },
  { start: allDay("2026-11-26"), end: allDay("2026-11-27") },
)
const events = fc
  .array(fc.tuple(stretch, kindOfEvent), { maxLength: 8 })
  .map((list) =>
    list.map(([[from, to], over], i) => calendarEvent({ ref: eventRef(`e${i}`), ...span(from, to), ...over })),
  )

describe("B2 what stands in a slot, against an oracle that goes minute by minute", () => {
  test("exactly the minutes of busy timed events, those of the plan left out", () => {
    fc.assert(
      fc.property(events, stretch, fc.subarray([0, 1, 2, 3]), (all, [from, to], leftOut) => {
        const except = leftOut.map((i) => eventRef(`e${i}`))
        const blocks = (e: CalendarEvent, i: number) =>
          e.busy && e.status !== "cancelled" && e.start.kind === "timed" && !leftOut.includes(i)
        const expected = MINUTES.filter(
          (minute) =>
            minute >= from &&
            minute < to &&
            all.some((e, i) => {
              const { start, end } = e
              if (!blocks(e, i) || start.kind !== "timed" || end.kind !== "timed") return false
              return covers({ start: start.at, end: end.at }, minute)
            }),
        )
        const found = slotTaken(all, span(from, to), except)
        expect(minutesOf(found)).toEqual(expected)
        for (const [i, one] of found.entries()) {
          expect(Date.parse(one.start)).toBeLessThan(Date.parse(one.end))
          const next = found[i + 1]
          if (next) expect(Date.parse(one.end)).toBeLessThan(Date.parse(next.start))
        }
      }),
      { numRuns: 500 },
    )
  })

  test("the same state read in another order is the same answer", () => {
    fc.assert(
      fc.property(events, stretch, (all, [from, to]) => {
        expect(slotTaken([...all].reverse(), span(from, to), [])).toEqual(slotTaken(all, span(from, to), []))
      }),
    )
  })

  test("nothing stands in the way of an all-day event", () => {
    const day: Span = { start: allDay("2026-11-26"), end: allDay("2026-11-27") }
    expect(slotTaken([calendarEvent({ start: thursday("10:00"), end: thursday("11:00") })], day, [])).toEqual([])
  })

  test("an event of the same id on another calendar is not the one that is moved", () => {
    const elsewhere = calendarEvent({ ref: eventRef("e1", "side-project") })
    expect(slotTaken([elsewhere], elsewhere, [eventRef("e1")])).toHaveLength(1)
  })
})

describe("B2 what is newly taken", () => {
  test("nothing exactly when every minute was taken before; else the first stretch that was not", () => {
    fc.assert(
      fc.property(taken, events, (planned, all) => {
        const now = slotTaken(all, span(0, 120), [])
        const fresh = minutesOf(now).filter((minute) => !minutesOf(planned).includes(minute))
        const found = newlyTaken(planned, now)
        const isNew = found !== null
        expect(isNew).toBe(fresh.length > 0)
        const first = fresh.findIndex((minute, i) => i > 0 && minute !== (fresh[i - 1] ?? 0) + 1)
        const run = fresh.slice(0, first === -1 ? undefined : first)
        expect(minutesOf(found ? [found] : [])).toEqual(run)
      }),
      { numRuns: 500 },
    )
  })

  test.each<[string, [number, number][], [number, number][], [number, number] | null]>([
    ["free before, free now", [], [], null],
    ["the same", [[0, 30]], [[0, 30]], null],
    ["less than before", [[0, 30]], [[10, 20]], null],
    ["free before", [], [[0, 30]], [0, 30]],
    ["longer at the end", [[0, 30]], [[0, 45]], [30, 45]],
    ["longer at the start", [[10, 30]], [[0, 30]], [0, 10]],
    [
      "two that touch cover one",
      [
        [0, 10],
        [10, 30],
      ],
      [[0, 30]],
      null,
    ],
    [
      "a hole is filled",
      [
        [0, 10],
        [20, 30],
      ],
      [[0, 30]],
      [10, 20],
    ],
    [
      "one known, one new",
      [[0, 10]],
      [
        [0, 10],
        [60, 70],
      ],
      [60, 70],
    ],
  ])("%s", (_, planned, now, expected) => {
    const list = (stretches: [number, number][]) => stretches.map(([from, to]) => ({ start: at(from), end: at(to) }))
    const found = newlyTaken(list(planned), list(now))
    expect(found && [found.start, found.end].map((iso) => (Date.parse(iso) - START) / 60_000)).toEqual(expected)
  })
})

describe("B2 guests in a target slot", () => {
  const busy = (...pieces: readonly (readonly [number, number])[]) =>
    pieces.map(([from, to]) => ({ start: at(from), end: at(to) }))
  const then = (now: Span, slot: Span, taken: readonly Taken[] | null) =>
    guestsThen(now, slot, [{ email: "mia@example.com", busy: taken }])

  test("busy with something else, free, and not known", () => {
    const told = [
      { email: "a", busy: busy([40, 50]) },
      { email: "b", busy: busy([0, 30], [60, 90]) },
      { email: "c", busy: null },
    ]
    expect(guestsThen(span(0, 30), span(30, 60), told)).toEqual({ busy: ["a"], unknown: ["c"] })
  })

  test("the meeting itself takes their time where it is now: half an hour later they are not busy with it", () => {
    expect(then(span(0, 60), span(30, 90), busy([0, 60]))).toEqual({ busy: [], unknown: [] })
    expect(then(span(0, 60), span(30, 90), busy([0, 70]))).toEqual({ busy: ["mia@example.com"], unknown: [] })
  })

  test("what cannot be read is never free", () => {
    expect(then(span(0, 60), span(30, 90), null)).toEqual({ busy: [], unknown: ["mia@example.com"] })
  })
})
