import { describe, expect, test } from "vitest"
import { canonicalJson } from "../../domain/canonical"
import { makeMatcher } from "../../domain/matcher"
import type { EventFact, FactId, PlanAnswer, PlannerFacts } from "../../domain/plan"
import { aliasesOf, type Preference, type Preferences } from "../../domain/preferences"
import { grammarPlanner } from "./planner"

const ZONE = "Europe/Berlin"
const event = (id: string, start: string, end: string): EventFact => ({
  id: id as FactId,
  series: null,
  start: { kind: "timed", at: start, timeZone: ZONE },
  end: { kind: "timed", at: end, timeZone: ZONE },
  busy: true,
  movable: true,
  guests: 0,
  answer: null,
})

const TITLES = ["Design review", "Budget review"]

/** Monday 23 November 2026, 08:30 in Berlin. */
const facts = (preferences: Preferences = []): PlannerFacts => ({
  now: "2026-11-23T07:30:00Z",
  timeZone: ZONE,
  workingHours: { days: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" },
  events: [
    event("e1", "2026-11-25T13:00:00Z", "2026-11-25T14:00:00Z"),
    event("e2", "2026-11-25T15:00:00Z", "2026-11-25T16:00:00Z"),
  ],
  lastMentioned: [],
  ...(preferences.length > 0 && { preferences }),
})

function ask(words: string, preferences: Preferences = []): PlanAnswer {
  const known = facts(preferences)
  const candidates = known.events.map(({ id }, at) => ({ id, title: TITLES[at] ?? "", location: "", people: [] }))
  return grammarPlanner.plan(words, known, makeMatcher(candidates, [], aliasesOf(preferences))) as PlanAnswer
}

const early = (time = "09:30", days: readonly number[] = []): Preference => ({ kind: "not-before", time, days })
const late = (time: string, days: readonly number[] = []): Preference => ({ kind: "not-after", time, days })
const free = (day: number): Preference => ({ kind: "day-free", day })
const lasting = (minutes: number): Preference => ({ kind: "default-length", minutes })
const REVIEW: Preference = { kind: "name", words: "the review", title: "design review" }

const remembered: readonly (readonly [string, Preferences])[] = [
  ["never before 9:30", [early()]],
  ["Never before 9.30, please!", [early()]],
  ["remember that I never want meetings before 10 on Mondays", [early("10:00", [1])]],
  ["from now on never schedule anything after 5pm", [late("17:00")]],
  ["no meetings after 4 on Mondays and Wednesdays", [late("16:00", [1, 3])]],
  ["keep Fridays free", [free(5)]],
  ["always keep my Mondays and Fridays free of meetings", [free(1), free(5)]],
  ["keep every Friday free", [free(5)]],
  ["I don't work on weekends", [free(6), free(7)]],
  ["by the review I mean the design review", [REVIEW]],
  ["when I say the review I mean design review", [REVIEW]],
  ["my meetings are 45 minutes by default", [lasting(45)]],
  ["My meetings are 45 minutes.", [lasting(45)]],
  ["meetings should last half an hour by default, please", [lasting(30)]],
  ["make new meetings 25 minutes unless I say otherwise", [lasting(25)]],
  ["make new meetings 25 minutes", [lasting(25)]],
  ["I want my new meetings to be 50 minutes long", [lasting(50)]],
  ["make my meetings 45 minutes by default", [lasting(45)]],
  ["always make meetings 45 minutes", [lasting(45)]],
  ["from now on schedule meetings for 30 minutes", [lasting(30)]],
  ["by default meetings are 1h30", [lasting(90)]],
  ["unless I say otherwise, meetings take an hour", [lasting(60)]],
  ["45-minute meetings by default", [lasting(45)]],
  ["set my default meeting length to 20 minutes", [lasting(20)]],
  ["remember that my default length is three quarters of an hour", [lasting(45)]],
  ["default to 50 minutes", [lasting(50)]],
  ["when I don't say how long, take 5 minutes", [lasting(5)]],
  ["use 8 hours if I don't say how long", [lasting(480)]],
  ["Standup means Daily sync", [{ kind: "name", words: "Standup", title: "Daily sync" }]],
]

describe("what the person wants kept in mind", () => {
  test.each(remembered)("%s", (words, lines) => {
    expect(ask(words)).toEqual({ kind: "remember", change: { op: "remember", lines } })
  })

  test.each([
    "never before 25:00",
    "never before 9:30 tomorrow",
    "keep Friday free",
    "keep Fridays busy",
    "never say never",
    "by the review I mean",
    "make all my meetings 25 minutes",
    "make meetings 25 minutes",
    "make my meetings tomorrow 45 minutes by default",
    "make the design review 45 minutes by default",
    "meetings are short by default",
    "use 45 minutes",
    "my meetings are 45 minutes by default on Fridays",
    "make new meetings 25 minutes tomorrow",
    "45 minute meetings by default with Tom",
    "book a 45 minute meeting on Friday at 2pm",
    "move the design review to Friday 9:00",
    "clear Friday afternoon",
  ])("an order, or what is not wholly understood, is none: %s", (words) => {
    expect(ask(words).kind).not.toBe("remember")
  })

  test("a name longer than is kept is not understood, and is not cut", () => {
    expect(ask(`by the review I mean ${"x".repeat(121)}`)).toEqual({ kind: "refusal", reason: "not-understood" })
  })

  test.each([
    "my meetings are 4 minutes by default",
    "make new meetings 481 minutes unless I say otherwise",
    "meetings last 0.5 minutes by default",
    "set my default length to 9 hours",
  ])("a default length out of bounds is refused: %s", (words) => {
    expect(ask(words)).toEqual({ kind: "refusal", reason: "no-such-length" })
  })

  test("what is kept is forgotten by its own words, by what it is about, or all of it", () => {
    const kept = [early(), free(5), lasting(45), REVIEW]
    const forget = (...lines: Preferences) => ({ kind: "remember", change: { op: "forget", lines } })
    expect(ask("forget that I never want meetings before 9:30", kept)).toEqual(forget(early()))
    expect(ask("forget about Fridays", kept)).toEqual(forget(free(5)))
    expect(ask("stop keeping Fridays free", kept)).toEqual(forget(free(5)))
    for (const words of ["forget my default length", "forget that my meetings are 30 minutes by default"])
      expect(ask(words, kept)).toEqual(forget(lasting(45)))
    expect(ask("forget my default length", [early()])).toEqual({ kind: "refusal", reason: "nothing-kept" })
    expect(ask("forget what I mean by the review", kept)).toEqual(forget(REVIEW))
    expect(ask("forget everything", kept)).toEqual(forget(...kept))
    expect(ask("forget about Mondays", kept)).toEqual({ kind: "refusal", reason: "nothing-kept" })
    expect(ask("forget everything")).toEqual({ kind: "refusal", reason: "nothing-kept" })
  })

  test.each(["What do you remember?", "what are my preferences", "What's my default length?"])("%s", (words) => {
    expect(ask(words)).toEqual({ kind: "tell", telling: { kind: "preferences" } })
  })
})

describe("what is kept in mind is honoured", () => {
  const startOf = (answer: PlanAnswer): string | undefined => {
    const op = answer.kind === "plan" ? answer.plan.operations[0] : undefined
    return op?.kind === "move" || op?.kind === "create" ? (op.to.start as { at: string }).at : undefined
  }

  test("no free time is offered that goes against it", () => {
    expect(startOf(ask("move the design review to the first free slot"))).toBe("2026-11-23T08:00:00Z")
    expect(startOf(ask("move the design review to the first free slot", [early("10:00"), free(1)]))).toBe(
      "2026-11-24T09:00:00Z",
    )
    expect(startOf(ask("move the design review to tomorrow morning", [early("10:15")]))).toBe("2026-11-24T09:15:00Z")
    const slots = ask("find an hour this week", [early("10:00"), free(1), free(2), free(3)])
    const starts = slots.kind === "question" ? slots.choices.map((plan) => startOf({ kind: "plan", plan })) : []
    expect(starts[0]).toBe("2026-11-26T09:00:00Z")
    expect(ask("find an hour this week", [1, 2, 3, 4, 5].map(free))).toEqual({
      kind: "refusal",
      reason: "no-free-slot",
    })
  })

  test("an explicit order goes against it, for the card to say so", () => {
    expect(startOf(ask("move the design review to Friday 9:00", [early(), free(5)]))).toBe("2026-11-27T08:00:00Z")
    expect(ask("find an hour on Friday", [free(5)]).kind).toBe("question")
  })

  describe("what is new lasts as the person wants by default where nothing is said", () => {
    const LASTING = [lasting(45)]
    const made = (answer: PlanAnswer) =>
      (answer.kind === "plan" ? [answer.plan] : answer.kind === "question" ? answer.choices : []).map(
        ({ operations: [op], readings }) => ({
          minutes:
            op?.kind === "create" && op.to.start.kind === "timed" && op.to.end.kind === "timed"
              ? (Date.parse(op.to.end.at) - Date.parse(op.to.start.at)) / 60_000
              : null,
          told: readings.filter((reading) => reading.endsWith("-length")),
        }),
      )

    test.each([
      "schedule a call on Friday at 2pm",
      "schedule a call tomorrow morning",
      "block Friday at 3pm",
      "find a time for a call this week",
    ])("%s", (words) => {
      const wanted = made(ask(words, LASTING))
      expect(wanted.length).toBeGreaterThan(0)
      for (const plan of wanted) expect(plan).toEqual({ minutes: 45, told: ["wanted-length"] })
      for (const plan of made(ask(words))) expect(plan).toEqual({ minutes: 60, told: ["default-length"] })
    })

    test.each([
      ["schedule a 30 minute call on Friday at 2pm", 30],
      ["schedule a call on Friday from 2pm to 4pm", 120],
      ["find an hour this week", 60],
    ])("a length that is said stands: %s", (words, minutes) => {
      for (const plan of made(ask(words, LASTING))) expect(plan).toEqual({ minutes, told: [] })
      expect(ask(words, LASTING)).toEqual(ask(words))
    })

    test("free times are looked for in that length, again too by whoever sees more calendars", () => {
      const asked = ask("find a time for a call this week", LASTING)
      expect(asked.kind === "question" && asked.search?.lengthMs).toBe(2_700_000)
    })

    test("an event that is there keeps its own", () => {
      const words = "move the design review to Friday 9:00"
      expect(ask(words, LASTING)).toEqual(ask(words))
    })
  })

  test("a name of the person's own means its title, and no other with that word", () => {
    expect(ask("cancel the review").kind).toBe("question")
    const named = ask("cancel the review", [REVIEW])
    expect(named.kind === "plan" && named.plan.operations).toEqual([{ kind: "cancel", target: "e1", scope: "this" }])
    // a title that is not there is no title: the words are then read as they stand
    expect(ask("cancel the review", [{ ...REVIEW, title: "Gone" } as Preference]).kind).toBe("question")
  })

  test("the same words, facts and lines give the same bytes; with no lines the bytes of before", () => {
    for (const words of ["find an hour this week", "cancel the review", "keep Fridays free"]) {
      expect(canonicalJson(ask(words, [early(), REVIEW]))).toBe(canonicalJson(ask(words, [early(), REVIEW])))
      expect("preferences" in facts([])).toBe(false)
    }
  })
})
