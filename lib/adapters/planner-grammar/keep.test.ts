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
    "move the design review to Friday 9:00",
    "clear Friday afternoon",
  ])("an order, or what is not wholly understood, is none: %s", (words) => {
    expect(ask(words).kind).not.toBe("remember")
  })

  test("a name longer than is kept is not understood, and is not cut", () => {
    expect(ask(`by the review I mean ${"x".repeat(121)}`)).toEqual({ kind: "refusal", reason: "not-understood" })
  })

  test("what is kept is forgotten by its own words, by what it is about, or all of it", () => {
    const kept = [early(), free(5), REVIEW]
    const forget = (...lines: Preferences) => ({ kind: "remember", change: { op: "forget", lines } })
    expect(ask("forget that I never want meetings before 9:30", kept)).toEqual(forget(early()))
    expect(ask("forget about Fridays", kept)).toEqual(forget(free(5)))
    expect(ask("stop keeping Fridays free", kept)).toEqual(forget(free(5)))
    expect(ask("forget what I mean by the review", kept)).toEqual(forget(REVIEW))
    expect(ask("forget everything", kept)).toEqual(forget(...kept))
    expect(ask("forget about Mondays", kept)).toEqual({ kind: "refusal", reason: "nothing-kept" })
    expect(ask("forget everything")).toEqual({ kind: "refusal", reason: "nothing-kept" })
  })

  test.each(["What do you remember?", "what are my preferences"])("%s", (words) => {
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
