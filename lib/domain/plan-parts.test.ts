import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { allDay, calendarEvent, eventRef, seen, thursday } from "../testing/builders"
import type { Change } from "./change"
import type { CalendarEvent, ConnectionId } from "./event"
import { epochMs } from "./plan"
import { narrowedTo, type PartStep, partsOf } from "./plan-parts"
import { type SlotView, UNGUARDED_SLOT } from "./slot"

/* What may be ticked apart in a plan of several steps, and what a narrower plan is. */

const GUARDED = { calendars: [{ connectionId: "c1" as ConnectionId, calendarId: "primary" }], taken: [] }
const at = (from: string, to: string) => ({ start: thursday(from), end: thursday(to) })
const event = (id: string, from: string, to: string, over: Partial<CalendarEvent> = {}) =>
  calendarEvent({ ref: eventRef(id), ...at(from, to), ...over })
const step = (value: CalendarEvent, change: Change, slot: SlotView = GUARDED): Omit<PartStep, "position"> => ({
  base: seen(value),
  change,
  slot,
})
const move = (value: CalendarEvent, from: string, to: string, slot: SlotView = GUARDED) =>
  step(value, { kind: "update", patch: at(from, to) }, slot)
const plan = (...steps: Omit<PartStep, "position">[]): PartStep[] =>
  steps.map((one, position) => ({ ...one, position }))

const [nine, ten, noon] = [event("a", "09:00", "09:30"), event("b", "10:00", "10:30"), event("c", "12:00", "12:30")]

describe("what belongs together", () => {
  test("three moves that mind nobody are three parts", () => {
    const steps = plan(move(nine, "15:00", "15:30"), move(ten, "16:00", "16:30"), step(noon, { kind: "delete" }))
    expect(partsOf(steps)).toEqual([[0], [1], [2]])
  })

  test("a swap is one; a step beside it is its own", () => {
    const steps = plan(move(nine, "10:00", "10:30"), move(noon, "17:00", "17:30"), move(ten, "09:00", "09:30"))
    expect(partsOf(steps)).toEqual([[0, 2], [1]])
  })

  test("a move to where another one is moved, cancelled or declined away goes with it, whichever comes first", () => {
    const there = move(nine, "12:00", "12:30")
    for (const away of [
      move(noon, "17:00", "17:30"),
      step(noon, { kind: "delete" }),
      step(noon, { kind: "respond", rsvp: "declined" }),
    ]) {
      expect(partsOf(plan(there, away))).toEqual([[0, 1]])
      expect(partsOf(plan(away, there))).toEqual([[0, 1]])
    }
  })

  test("so does something new where another one stands", () => {
    const draft = { summary: "Checkup", ...at("12:15", "12:45") }
    const made = step(event("new", "12:15", "12:45"), { kind: "create", draft })
    expect(partsOf(plan(made, step(noon, { kind: "delete" })))).toEqual([[0, 1]])
    expect(partsOf(plan(made, step(ten, { kind: "delete" })))).toEqual([[0], [1]])
  })

  test("a chain that is pushed along is one, also where its middle comes last", () => {
    const [a, b, c] = [event("a", "15:00", "15:30"), event("b", "15:30", "16:00"), event("c", "16:00", "16:30")]
    const pushed = [move(a, "15:30", "16:00"), move(c, "16:30", "17:00"), move(b, "16:00", "16:30")]
    expect(partsOf(plan(...pushed))).toEqual([[0, 1, 2]])
  })

  test("touching is not standing in the way", () => {
    for (const [start, end] of [
      ["10:30", "11:00"],
      ["09:30", "10:00"],
    ] as const)
      expect(partsOf(plan(move(nine, start, end), step(ten, { kind: "delete" })))).toEqual([[0], [1]])
  })

  test.each<[string, Partial<CalendarEvent>]>([
    ["what is free", { busy: false }],
    ["what is called off", { status: "cancelled" }],
    ["a whole day", { start: allDay("2026-11-26"), end: allDay("2026-11-27") }],
    ["the first day of a series", { shape: "series" }],
  ])("%s is in nobody's way", (_, over) => {
    const other = step({ ...noon, ...over }, { kind: "delete" })
    expect(partsOf(plan(move(nine, "12:00", "12:30"), other))).toEqual([[0], [1]])
  })

  test("a step whose slot is not guarded minds nobody", () => {
    const steps = plan(move(nine, "12:00", "12:30", UNGUARDED_SLOT), step(noon, { kind: "delete" }))
    expect(partsOf(steps)).toEqual([[0], [1]])
  })

  test("two steps about one event, a split's halves, and a series with one of its instances", () => {
    const series = event("s", "09:00", "09:30", { shape: "series" })
    const instance = event("s_1", "18:00", "18:30", { seriesId: "s" })
    const other = event("s_2", "19:00", "19:30", { seriesId: "s" })
    const from = thursday("18:00")
    const halves = plan(
      step(series, { kind: "split", from, patch: { ...at("18:00", "18:30"), recurrence: [] } }),
      step(series, { kind: "trim", from, patch: { start: series.start, recurrence: [] } }),
      step(noon, { kind: "delete" }),
    )
    expect(partsOf(halves)).toEqual([[0, 1], [2]])
    expect(partsOf(plan(step(series, { kind: "delete" }), step(instance, { kind: "delete" })))).toEqual([[0, 1]])
    expect(partsOf(plan(step(other, { kind: "delete" }), step(instance, { kind: "delete" })))).toEqual([[0], [1]])
  })
})

describe("a narrower plan", () => {
  const swapAndMore = plan(
    move(nine, "10:00", "10:30"),
    move(noon, "17:00", "17:30"),
    move(ten, "09:00", "09:30"),
    step(event("d", "19:00", "19:30"), { kind: "delete" }),
  )

  test("has the steps that stay, as they were, numbered anew", () => {
    expect(narrowedTo(swapAndMore, [2, 3, 0])).toEqual([
      swapAndMore[0],
      { ...swapAndMore[2], position: 1 },
      { ...swapAndMore[3], position: 2 },
    ])
    expect(narrowedTo(swapAndMore, [0, 1, 2, 3])).toEqual(swapAndMore)
  })

  test.each<[string, readonly number[]]>([
    ["nothing", []],
    ["half a swap", [0, 1, 3]],
    ["the other half", [1, 2]],
    ["a step that is not there", [1, 4]],
    ["no position", [1, -1]],
  ])("is never made of %s", (_, keep) => {
    expect(narrowedTo(swapAndMore, keep)).toBeNull()
  })

  test("any plan: each step in one part, the parts can be kept in any choice, and nothing that is left needs what is gone", () => {
    const clock = fc.integer({ min: 8, max: 14 })
    const text = (hour: number) => `${String(hour).padStart(2, "0")}:00`
    const planned = fc
      .array(fc.tuple(clock, clock), { minLength: 1, maxLength: 7 })
      .map((list) =>
        plan(...list.map(([from, to], i) => move(event(`e${i}`, text(from), text(from + 1)), text(to), text(to + 1)))),
      )
    // every event and every place is a whole hour: one is in the other's way where they are the same
    const goesWhere = (one: PartStep, other: PartStep) =>
      one.change.kind === "update" && epochMs(one.change.patch.start ?? nine.start) === epochMs(other.base.value.start)
    fc.assert(
      fc.property(planned, fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), (steps, choice) => {
        const parts = partsOf(steps)
        expect(parts.flat().sort((a, b) => a - b)).toEqual(steps.map(({ position }) => position))
        const keep = parts.filter((_, i) => choice[i]).flat()
        const left = narrowedTo(steps, keep) ?? []
        expect(left.map(({ base }) => base)).toEqual(steps.filter((_, i) => keep.includes(i)).map(({ base }) => base))
        const gone = steps.filter(({ position }) => !keep.includes(position))
        expect(left.filter((one) => gone.some((other) => goesWhere(one, other)))).toEqual([])
      }),
    )
  })
})
