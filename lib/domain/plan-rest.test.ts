import { describe, expect, test } from "vitest"
import { allDay, calendarEvent, eventRef, guest, seen, thursday } from "../testing/builders"
import type { Change } from "./change"
import type { CalendarEvent } from "./event"
import type { Outcome } from "./outcome"
import { type EndedStep, restOf, shownSteps, whyNotAgain } from "./plan-rest"
import { sayLeftOut, sayStopped } from "./wording-plans"

/* What a plan that stopped did not come to, and what of that can be done on what stands by then. */

const at = (from: string, to: string) => ({ start: thursday(from), end: thursday(to) })
const MOVE: Change = { kind: "update", patch: at("15:00", "15:30") }
const NOON_MS = Date.parse("2026-11-26T11:00:00Z")
const ended = (
  state: EndedStep["state"],
  change: Change = MOVE,
  outcome: Outcome | null = null,
  base: CalendarEvent = calendarEvent(),
): EndedStep => ({ base: seen(base), change, state, outcome })

const from = thursday("10:00")
const SPLIT: Change = { kind: "split", from, patch: { ...at("15:00", "15:30"), recurrence: [] } }
const TRIM: Change = { kind: "trim", from, patch: { start: from, recurrence: [] } }

describe("the rest", () => {
  test("is what failed and what was not reached; what was kept is decided, what stands is done", () => {
    const states = ["applied", "unchanged", "kept", "conflict", "pending", "failed", "skipped"] as const
    expect(restOf(states.map((state) => ended(state))).map(({ state }) => state)).toEqual(["failed", "skipped"])
  })

  test("of a plan of one step is nothing: that is said again, not gone on with", () => {
    expect(restOf([ended("failed")])).toEqual([])
  })

  test("takes a split as the one thing it was shown as, whatever was done to take its half back", () => {
    const steps = [
      ended("failed"),
      ended("takenBack", SPLIT),
      ended("failed", TRIM),
      ended("applied", { kind: "delete" }),
    ]
    expect(shownSteps(steps)).toEqual(steps.slice(0, 2))
    expect(restOf(steps)).toEqual(steps.slice(0, 2))
    expect(restOf(steps.slice(1))).toEqual([])
    expect(restOf([ended("failed"), ended("applied", SPLIT), ended("failed", TRIM)])).toHaveLength(1)
  })
})

describe("done again", () => {
  const again = (step: EndedStep, fresh: CalendarEvent | null = calendarEvent()) => whyNotAgain(step, fresh, NOON_MS)

  test("where it stands as it was, and where somebody has moved or renamed it since", () => {
    expect(again(ended("skipped"))).toBeNull()
    expect(again(ended("skipped"), calendarEvent({ ...at("12:00", "13:00"), summary: "Another" }))).toBeNull()
    expect(again(ended("skipped", { kind: "delete" }), calendarEvent(at("12:00", "13:00")))).toBeNull()
  })

  test("not where it is gone, or stands as intended", () => {
    expect(again(ended("failed"), null)).toBe("gone")
    expect(again(ended("failed"), calendarEvent({ status: "cancelled" }))).toBe("gone")
    expect(again(ended("failed"), calendarEvent(at("15:00", "15:30")))).toBe("stands")
    const guests = [guest("ada@example.test", { self: true, rsvp: "declined" })]
    const answered = calendarEvent({ attendees: guests })
    expect(again(ended("failed", { kind: "respond", rsvp: "declined" }), answered)).toBe("stands")
    const withTime: Change = { kind: "respond", rsvp: "declined", proposed: at("15:00", "15:30") }
    expect(again(ended("failed", withTime), answered)).toBeNull()
  })

  test("not where it would go to a time that has passed; what has begun may get another end, a series goes on", () => {
    const early: Change = { kind: "update", patch: at("08:00", "08:30") }
    expect(again(ended("skipped", early))).toBe("passed")
    const longer: Change = { kind: "update", patch: { end: thursday("13:00") } }
    expect(again(ended("skipped", longer))).toBeNull()
    expect(again(ended("skipped", { kind: "update", patch: { end: thursday("11:00") } }))).toBe("passed")
    expect(again(ended("skipped", early), calendarEvent({ shape: "series" }))).toBeNull()
    const draft = { summary: "Checkup", ...at("08:00", "08:30") }
    const drafted = calendarEvent({ ref: eventRef("new"), ...at("08:00", "08:30") })
    expect(again(ended("skipped", { kind: "create", draft }, null, drafted), null)).toBe("passed")
  })

  test("not where it became a whole day", () => {
    const day = calendarEvent({ start: allDay("2026-11-26"), end: allDay("2026-11-27") })
    expect(again(ended("skipped"), day)).toBe("other-kind")
  })

  test("not the rule of a series that somebody has changed since: theirs would be written over", () => {
    const rule = ["RRULE:FREQ=WEEKLY"]
    const series = calendarEvent({ shape: "series", recurrence: rule })
    const shift: Change = { kind: "update", patch: { ...at("15:00", "15:30"), recurrence: rule } }
    const step = ended("skipped", shift, null, series)
    expect(again(step, series)).toBeNull()
    expect(again(step, { ...series, recurrence: [...rule, "EXDATE:20261203T090000Z"] })).toBe("series-changed")
  })

  test("nothing new while the one whose answer was lost may still turn up", () => {
    const lost: Outcome = { kind: "notApplied", reason: "no-trace" }
    const draft = { summary: "Checkup", ...at("15:00", "15:30") }
    const drafted = calendarEvent({ ref: eventRef("new"), ...at("15:00", "15:30") })
    expect(again(ended("failed", { kind: "create", draft }, lost, drafted), null)).toBe("may-arrive")
    expect(again(ended("failed", SPLIT, lost))).toBe("may-arrive")
    // what was to be changed is guarded by its version, whenever the first request arrives
    expect(again(ended("failed", MOVE, lost))).toBeNull()
    const refused: Outcome = { kind: "notApplied", reason: "create-refused" }
    expect(again(ended("failed", { kind: "create", draft }, refused, drafted), null)).toBeNull()
  })
})

test("said: how far it got, and why a step is not among the rest", () => {
  expect([0, 1, 2].map((done) => sayStopped(done, 3, "open"))).toEqual([
    "None of the 3 was done.",
    "1 of 3 was done, the other 2 were not.",
    "2 of 3 were done, the other one was not.",
  ])
  expect((["continued", "left", "undone"] as const).map((choice) => sayStopped(1, 2, choice))).toEqual([
    "1 of 2 was done. The rest was proposed anew.",
    "1 of 2 was done. The rest was left.",
    "1 of 2 was done, and that was undone.",
  ])
  const event = calendarEvent()
  expect(sayLeftOut(event, { kind: "notNow", reason: "stands" })).toBe(
    '"Weekly sync" is not among it. It is already as you wanted it.',
  )
  expect(sayLeftOut(event, { kind: "forbidden", reason: "not-organizer" })).toContain("Only its organizer")
  expect(sayLeftOut(event, { kind: "refused", reason: "series-day" })).toContain("I can move a whole series")
})
