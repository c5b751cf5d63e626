import { describe, expect, it } from "vitest"
import { makeMatcher } from "../../domain/matcher"
import { type EventFact, type FactId, type Plan, type PlanAnswer, type PlannerFacts, placeOf } from "../../domain/plan"
import { processorTime } from "../../testing/processor-time"
import { grammarPlanner } from "./planner"

const BERLIN = "Europe/Berlin"
const id = (name: string): FactId => name as FactId

const timed = (name: string, start: string, end: string, more: Partial<EventFact> = {}): EventFact => ({
  id: id(name),
  series: null,
  start: { kind: "timed", at: start, timeZone: BERLIN },
  end: { kind: "timed", at: end, timeZone: BERLIN },
  busy: true,
  movable: true,
  guests: 0,
  answer: null,
  ...more,
})

const SYNC = { series: id("s") }

/** Monday 23 November 2026, 08:30 in Berlin. Times in the events are UTC, an hour behind. */
const facts: PlannerFacts = {
  now: "2026-11-23T07:30:00Z",
  timeZone: BERLIN,
  workingHours: { days: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" },
  events: [
    timed("sync1", "2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z", SYNC),
    timed("design", "2026-11-25T13:00:00Z", "2026-11-25T14:00:00Z"),
    timed("locked", "2026-11-26T08:00:00Z", "2026-11-26T09:00:00Z", { movable: false }),
    timed("board", "2026-11-26T14:00:00Z", "2026-11-26T16:00:00Z"),
    timed("short", "2026-11-26T16:00:00Z", "2026-11-26T16:30:00Z"),
    {
      ...timed("trip", "", ""),
      start: { kind: "allDay", on: "2026-11-30" },
      end: { kind: "allDay", on: "2026-12-02" },
      busy: false,
    },
    timed("sync2", "2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z", SYNC),
  ],
  lastMentioned: [id("design")],
}

const TITLES: Readonly<Record<string, string>> = {
  sync1: "Weekly sync",
  sync2: "Weekly sync",
  design: "Design review",
  locked: "All hands",
  board: "Board prep",
  short: "Debrief",
  trip: "Trip to Bonn",
}

const matcher = makeMatcher(
  facts.events.map((event) => ({ id: event.id, title: TITLES[event.id] ?? "", location: "", people: [] })),
)

function ask(words: string, changed: Partial<PlannerFacts> = {}): PlanAnswer {
  const answer = grammarPlanner.plan(words, { ...facts, ...changed }, matcher)
  if (answer instanceof Promise) throw new TypeError("the grammar planner answers at once")
  return answer
}

const plan = (words: string) => {
  const answer = ask(words)
  if (answer.kind !== "plan") throw new TypeError(`${words}: ${JSON.stringify(answer)}`)
  return answer.plan
}

const starts = (words: string) =>
  plan(words).operations.map((op) => {
    const start = placeOf(op)?.start
    return [op.kind === "create" ? op.title : op.target, start && ("at" in start ? start.at : start.on)]
  })

const startOf = ({ operations: [first] }: Plan) => (first ? placeOf(first)?.start : undefined)

describe("input that cannot be planned gets its own answer", () => {
  it.each([
    ["", "empty"],
    [" \n\t ", "empty"],
    ["move the design review to Friday ".repeat(320).slice(0, 10_000), "too-long"],
    ["?!... 🎉", "not-understood"],
    ["move the design review to 20 November", "in-the-past"],
    ["move the design review to yesterday", "in-the-past"],
    ["move the design review to 31 June", "no-such-date"],
    ["move the design review to Thursday 27 November", "no-such-date"],
    ["move the design review to 25:00", "no-such-time"],
    ["move the design review to 4pm-3pm", "no-such-time"],
    ["move the trip to 3pm", "all-day"],
    ["push the trip by an hour", "all-day"],
    ["move all hands to Friday", "not-movable"],
    ["move the kickoff to Friday", "no-such-event"],
    ["move the design review", "missing-time"],
    ["move the design review to Wednesday at 2pm", "already-there"],
    ["move the board prep to Saturday morning, please", null],
    ["move the design review every week to Friday", "not-understood"],
  ])("%j: %s", (words, reason) => {
    const answer = ask(words)
    expect(answer.kind === "refusal" ? answer.reason : null).toBe(reason)
  })

  it.each([
    "don't move the design review to Friday",
    "never move the design review to Friday",
    "invite Tom to the design review on Friday",
    "move the design review to Thursday or Friday",
    "move the design review to Friday if Tom is free",
    "move the design review to Friday unless it rains",
    "move the design review to Friday and paint the fence",
    "move the design review to Friday. Cancel.",
    "cancel the design review and move it to Friday or Thursday",
    "move the design review and the board prep to Friday",
    "move everything to Friday",
    "move Thursday to Friday",
    "move the last weekly sync to Friday",
    "postpone the design review to Tuesday at 9am",
    "what's on Friday?",
  ])("half of %j is not carried out", (words) => {
    expect(ask(words)).toEqual({ kind: "refusal", reason: "not-understood" })
  })

  it("never throws and never plans for noise", () => {
    for (const words of [
      "to to to",
      "move",
      "swap and",
      "push by",
      "3pm",
      "move to to 3",
      "'",
      "make it",
      "1/1/1",
      "99th",
      "-",
      "move - to -",
    ]) {
      expect(ask(words, { lastMentioned: [] }).kind, words).toBe("refusal")
    }
  })
})

describe("clock changes", () => {
  const deploy = timed("design", "2027-03-27T21:00:00Z", "2027-03-27T22:00:00Z")

  it("asks about a time that is skipped, with the nearest before and after", () => {
    const answer = ask("move it to Sunday at 2:30am", { now: "2027-03-26T11:00:00Z", events: [deploy] })
    expect(answer.kind === "question" && [answer.about, answer.choices.map(startOf)]).toEqual([
      "skipped-time",
      [
        { kind: "timed", at: "2027-03-28T00:30:00Z", timeZone: BERLIN },
        { kind: "timed", at: "2027-03-28T01:30:00Z", timeZone: BERLIN },
      ],
    ])
  })

  it("keeps the wall clock over days and counts hours as they pass", () => {
    const at = (words: string) => {
      const answer = ask(words, { now: "2027-03-26T11:00:00Z", events: [deploy] })
      return answer.kind === "plan" ? startOf(answer.plan) : answer
    }
    expect(at("push it by a day")).toMatchObject({ at: "2027-03-28T20:00:00Z" })
    expect(at("push it by 24 hours")).toMatchObject({ at: "2027-03-28T21:00:00Z" })
  })
})

describe("what the proposal says aloud", () => {
  it.each([
    ["move my weekly sync to 11", ["next-occurrence", "same-day"]],
    ["move the design review to Friday", ["kept-time"]],
    ["move the design review to Thursday at 3pm", ["slot-taken"]],
    ["move the design review to Saturday at 11", ["outside-working-hours"]],
    ["move the design review to Friday morning", ["first-free"]],
    ["swap the design review and board prep", ["kept-duration"]],
    ["move Tuesday's sync to Friday at 11", []],
  ])("%s: %j", (words, readings) => {
    expect(plan(words).readings).toEqual(readings)
  })
})

describe("several orders at once", () => {
  const kinds = (words: string) => plan(words).operations.map(({ kind }) => kind)

  it("are one plan, in their order", () => {
    expect(kinds("move the design review to Friday and cancel the board prep")).toEqual(["move", "cancel"])
    expect(kinds("Cancel the board prep. Move the design review to Friday.")).toEqual(["cancel", "move"])
  })

  it("see the calendar as the ones before left it, and speak of what they touched", () => {
    expect(starts("move the design review to Friday at 2pm and push it by an hour")).toEqual([
      ["design", "2026-11-27T14:00:00Z"],
    ])
  })

  it("leave one question, whose choices hold all the rest", () => {
    const answer = ask("cancel the weekly sync and move the design review to Friday")
    expect(answer.kind === "question" && [answer.about, answer.choices.map((one) => one.operations.length)]).toEqual([
      "which-scope",
      [2, 2],
    ])
  })

  it.each([
    "cancel the design review and move the design review to Friday",
    "move the design review to Friday and cancel it",
    "move the design review to Friday and tell me a joke",
    "cancel the board prep and when am I free?",
    Array.from({ length: 6 }, () => "cancel the board prep").join(". "),
  ])("%j is not half carried out", (words) => {
    expect(ask(words).kind).toBe("refusal")
  })
})

describe("a new event", () => {
  it("keeps the person's own words and capitals as its title, and whatever else they say is not guessed at", () => {
    const titled = (words: string) => plan(words).operations.flatMap((op) => (op.kind === "create" ? [op.title] : []))
    expect(titled('add "Q3 Re-org: Phase 2" on Friday at 2pm')).toEqual(["Q3 Re-org: Phase 2"])
    expect(titled("schedule a 1:1 with Zoë on Friday at 2pm")).toEqual(["1:1 with Zoë"])
    expect(plan("schedule a 1:1 with Zoë on Friday at 2pm").readings).toContain("nobody-invited")
    expect(plan("schedule a call on Friday at 2pm").readings).toContain("default-length")
    expect(ask("set up the board prep for Friday at 2pm").kind).toBe("refusal")
  })
})

describe("what was not looked at", () => {
  it.each([
    "am I free on 1 February?",
    "cancel everything on 1 February",
    "find an hour on 1 February",
    "move the design review to 1 February in the afternoon",
    "book lunch on 1 February in the afternoon",
  ])("%j is neither free nor empty", (words) => {
    expect(ask(words, { until: "2027-01-04T08:00:00Z" })).toEqual({ kind: "refusal", reason: "too-far" })
  })
})

describe("bad input", () => {
  it("is answered at once, however long and in whatever script", () => {
    const long = "and cancel everything after 3 and move it to Friday or ".repeat(40).slice(0, 2_000)
    const took = processorTime()
    for (const words of [
      long,
      "a".repeat(2_000),
      "mon tue wed ".repeat(160),
      "5 ".repeat(900),
      "会議を金曜日に移動して",
      "with ".repeat(390),
    ])
      expect(ask(words).kind, words.slice(0, 40)).toBe("refusal")
    expect(took()).toBeLessThan(5_000)
  })

  it("more than a hundred events are too many for one plan", () => {
    const many = Array.from({ length: 101 }, (_, i) => timed(`m${i}`, "2026-11-23T12:00:00Z", "2026-11-23T12:30:00Z"))
    expect(ask("cancel everything today", { events: many })).toEqual({ kind: "refusal", reason: "too-many" })
  })
})

describe("moves", () => {
  it("gives each the other's start", () => {
    expect(starts("swap board prep and the debrief")).toEqual([
      ["board", "2026-11-26T16:00:00Z"],
      ["short", "2026-11-26T14:00:00Z"],
    ])
  })

  it("keeps two neighbours apart when they swap and the later one is longer", () => {
    const short = timed("short", "2026-11-26T14:00:00Z", "2026-11-26T14:30:00Z")
    const board = timed("board", "2026-11-26T14:30:00Z", "2026-11-26T16:30:00Z")
    const answer = ask("swap board prep and the debrief", { events: [short, board] })
    expect(answer.kind === "plan" && answer.plan.operations.map((op) => placeOf(op)?.start)).toMatchObject([
      { at: "2026-11-26T14:00:00Z" },
      { at: "2026-11-26T16:00:00Z" },
    ])
  })

  it("does not let an event stand in its own way", () => {
    const long = timed("board", "2026-11-26T11:00:00Z", "2026-11-26T13:00:00Z")
    const answer = ask("move board prep to Thursday afternoon", { events: [long] })
    expect(answer.kind === "plan" && startOf(answer.plan)).toMatchObject({ at: "2026-11-26T12:00:00Z" })
  })

  it("offers this one and the series for a plural weekday", () => {
    const answer = ask("move the weekly sync to Thursdays at 2pm")
    expect(
      answer.kind === "question" && [
        answer.about,
        answer.choices.map(({ operations: [op] }) => op?.kind === "move" && op.scope),
      ],
    ).toEqual(["which-scope", ["this", "series"]])
  })

  it.each([
    "move it to 4pm",
    "move this to 4pm",
    "make that 4pm",
    "move the meeting to 4pm",
    "to 4pm",
    "move to 4pm",
    "2 hours later",
  ])("%j means the event last spoken of", (words) => {
    expect(starts(words)).toEqual([["design", "2026-11-25T15:00:00Z"]])
    expect(ask(words, { lastMentioned: [] })).toEqual({ kind: "refusal", reason: "no-such-event" })
  })

  it("takes a day at its word when it names an instance", () => {
    expect(starts("move the sync on the 1st to 11")).toEqual([["sync2", "2026-12-01T10:00:00Z"]])
    expect(ask("move this Thursday's sync to Friday")).toEqual({ kind: "refusal", reason: "no-such-event" })
  })

  it("moves an all-day event by whole days", () => {
    expect(plan("move the trip to 7 December").operations.map(placeOf)).toEqual([
      { start: { kind: "allDay", on: "2026-12-07" }, end: { kind: "allDay", on: "2026-12-09" } },
    ])
  })
})

describe("T13 how far a change reaches", () => {
  const reach = (words: string) =>
    plan(words).operations.map((op) => (op.kind === "create" ? op.kind : [op.target, op.scope]))

  it.each([
    ["move the weekly sync to 3pm from now on", "sync1", "following"],
    ["move the weekly sync to 3pm going forward", "sync1", "following"],
    ["move tomorrow's weekly sync and all later ones to 3pm", "sync1", "following"],
    ["move this and all following ones of the weekly sync to 3pm", "sync1", "following"],
    ["push the weekly sync on 1 December and following ones by an hour", "sync2", "following"],
    ["move the weekly sync to 3pm from 1 December on", "sync2", "following"],
    ["from Thursday on move the weekly sync to 3pm", "sync2", "following"],
    ["move the weekly sync to 3pm from next week onwards", "sync2", "following"],
    ["move the weekly sync to 3pm every week", "sync1", "series"],
    ["move the weekly sync to 3pm permanently", "sync1", "series"],
    ["move the weekly sync to 3pm just this once", "sync1", "this"],
    ["move the weekly sync to 3pm", "sync1", "this"],
  ])("%s", (words, event, scope) => {
    expect(reach(words)).toEqual([[event, scope]])
  })

  it("of what is no series there are no later ones", () => {
    expect(ask("move the design review to 3pm from now on")).toMatchObject({
      kind: "refusal",
      reason: "not-understood",
    })
    expect(ask("swap the design review and the board prep from now on")).toMatchObject({ kind: "refusal" })
  })

  it("Thursdays may still be this one or all of them: that is asked as before", () => {
    expect(ask("move the weekly sync to Thursdays at 3pm")).toMatchObject({ kind: "question", about: "which-scope" })
  })
})
