import { expect, test } from "vitest"
import type { EventFact, FactId, Operation, PlannerFacts } from "./plan"
import { factsAfter, newId } from "./plan-effect"

const moment = (at: string) => ({ kind: "timed" as const, at, timeZone: "Europe/Berlin" })
const span = (start: string, end: string) => ({ start: moment(start), end: moment(end) })

const fact = (id: string, start: string, end: string, series: string | null = null): EventFact => ({
  id: id as FactId,
  series: series as FactId | null,
  ...span(start, end),
  busy: true,
  movable: true,
  guests: 0,
  answer: null,
})

const facts: PlannerFacts = {
  now: "2026-11-23T07:30:00Z",
  timeZone: "Europe/Berlin",
  workingHours: { days: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" },
  events: [
    fact("a", "2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z", "s"),
    fact("b", "2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z", "s"),
    fact("c", "2026-12-08T09:00:00Z", "2026-12-08T10:00:00Z", "s"),
  ],
  lastMentioned: [],
}
const [a, b, c] = ["a", "b", "c"] as unknown as readonly [FactId, FactId, FactId]
const after = (...operations: Operation[]) => factsAfter(facts, { operations, readings: [] })
const starts = (...operations: Operation[]) =>
  after(...operations).events.map(({ id, start }) => [id, start.kind === "timed" && start.at])

test("a move takes the named one, those after it, or all, each by as much", () => {
  const to = span("2026-12-01T11:00:00Z", "2026-12-01T12:00:00Z")
  const move = (scope: "this" | "following" | "series"): Operation => ({ kind: "move", target: b, scope, to })
  const [first, second, third] = [
    ["a", "2026-11-24T09:00:00Z"],
    ["b", "2026-12-01T11:00:00Z"],
    ["c", "2026-12-08T09:00:00Z"],
  ]
  expect(starts(move("this"))).toEqual([first, second, third])
  expect(starts(move("following"))).toEqual([first, second, ["c", "2026-12-08T11:00:00Z"]])
  expect(starts(move("series"))).toEqual([["a", "2026-11-24T11:00:00Z"], second, ["c", "2026-12-08T11:00:00Z"]])
})

test("what is cancelled is gone, what is answered carries it, what is made is there and is spoken of", () => {
  expect(after({ kind: "cancel", target: b, scope: "following" }).events.map(({ id }) => id)).toEqual([a])
  expect(after({ kind: "respond", target: c, scope: "this", rsvp: "declined" }).events[2]).toMatchObject({
    answer: "declined",
  })
  const made = after({
    kind: "create",
    title: "Lunch",
    to: span("2026-11-25T11:00:00Z", "2026-11-25T12:00:00Z"),
    guests: [],
  })
  expect(made.events.map(({ id }) => id)).toEqual([a, newId(0), b, c])
  expect(made.lastMentioned).toEqual([newId(0)])
})
