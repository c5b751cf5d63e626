import { describe, expect, test } from "vitest"
import type { EventOperation, FactId, Operation, Plan, Scope } from "./plan"
import { isRescoped, withScope } from "./rescope"

const at = (hour: number, timeZone = "Europe/Berlin") => ({
  kind: "timed" as const,
  at: `2026-11-26T${hour}:00:00Z`,
  timeZone,
})
const [e1, e2] = ["e1" as FactId, "e2" as FactId]
const move = (scope: Scope, over: object = {}): EventOperation => ({
  kind: "move",
  target: e1,
  scope,
  to: { start: at(14), end: at(15) },
  ...over,
})
const answering = (rsvp: "accepted" | "declined", scope: "this" | "series"): EventOperation => ({
  kind: "respond",
  target: e1,
  scope,
  rsvp,
})
const planOf = (...operations: Operation[]): Plan => ({ operations, readings: [] })
const stands = (operation: EventOperation) => ({ operation, readings: [] })

describe("a plan that takes the place of what stands proposed", () => {
  test.each<[string, Plan, EventOperation]>([
    ["the same for all of them", planOf(move("series")), move("this")],
    ["the same for one", planOf(move("this")), move("following")],
    [
      "the same moment, written in another zone",
      planOf(move("series", { to: { start: at(14, "UTC"), end: at(15, "UTC") } })),
      move("this"),
    ],
    [
      "a cancelling",
      planOf({ kind: "cancel", target: e1, scope: "series" }),
      { kind: "cancel", target: e1, scope: "this" },
    ],
    ["an answer", planOf(answering("declined", "series")), answering("declined", "this")],
  ])("%s", (_, plan, operation) => {
    expect(isRescoped(plan, stands(operation))).toBe(true)
  })

  test.each<[string, Plan, EventOperation | null]>([
    ["nothing stands", planOf(move("series")), null],
    ["it is what stands", planOf(move("this")), move("this")],
    ["another event", planOf(move("series", { target: e2 })), move("this")],
    ["another start", planOf(move("series", { to: { start: at(13), end: at(15) } })), move("this")],
    ["another end", planOf(move("series", { to: { start: at(14), end: at(16) } })), move("this")],
    [
      "whole days",
      planOf(
        move("series", {
          to: { start: { kind: "allDay", on: "2026-11-26" }, end: { kind: "allDay", on: "2026-11-27" } },
        }),
      ),
      move("this"),
    ],
    ["something else is done", planOf({ kind: "cancel", target: e1, scope: "series" }), move("this")],
    ["another answer", planOf(answering("accepted", "series")), answering("declined", "this")],
    ["more than that", planOf(move("series"), move("this", { target: e2 })), move("this")],
    [
      "something new",
      planOf({ kind: "create", title: "X", guests: [], to: { start: at(14), end: at(15) } }),
      move("this"),
    ],
  ])("none: %s", (_, plan, operation) => {
    expect(isRescoped(plan, operation ? stands(operation) : undefined)).toBe(false)
  })
})

test("an answer goes for one or for all, and another time is proposed for one", () => {
  expect(withScope(answering("declined", "this"), "series")).toEqual(answering("declined", "series"))
  expect(withScope(answering("declined", "this"), "following")).toBeNull()
  const counter: EventOperation = {
    kind: "respond",
    target: e1,
    scope: "this",
    rsvp: "tentative",
    proposed: { start: at(14), end: at(15) },
  }
  expect(withScope(counter, "series")).toBeNull()
  expect(withScope(move("this"), "following")).toEqual(move("following"))
})
