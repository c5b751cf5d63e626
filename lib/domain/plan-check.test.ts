import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { setting } from "../testing/corpus/fixtures"
import type { Span } from "./event"
import type { CreateOperation, FactId, Operation, PersonId, PlanAnswer, PlannerFacts } from "./plan"
import { isSaid, type Nonsense, nonsenseIn } from "./plan-check"

const ZONE = "Europe/Berlin"
const { facts, matcher, nameOf } = setting("office", "2026-11-24T08:00:00Z", ZONE, null)
const words = "Book a quick chat, about the budget with Priya and priya.nair@example.com"
const judge = (answer: PlanAnswer): Nonsense | null => nonsenseIn(answer, { words, facts, matcher })
const plan = (...operations: Operation[]): PlanAnswer => ({ kind: "plan", plan: { operations, readings: [] } })

const idOf = (name: string): FactId => [...nameOf].find(([, known]) => known === name)?.[0] ?? ("none" as FactId)
const span = (start: string, end: string, timeZone = ZONE): Span => ({
  start: { kind: "timed", at: start, timeZone },
  end: { kind: "timed", at: end, timeZone },
})
const AHEAD = span("2026-11-26T14:00:00Z", "2026-11-26T15:00:00Z")
const DAYS: Span = { start: { kind: "allDay", on: "2026-11-26" }, end: { kind: "allDay", on: "2026-11-27" } }
const move = (name: string, to: Span = AHEAD, scope: "this" | "series" = "this"): Operation => ({
  kind: "move",
  target: idOf(name),
  scope,
  to,
})
const create = (over: Partial<CreateOperation> = {}): Operation => ({
  kind: "create",
  title: "Quick chat",
  to: AHEAD,
  guests: [],
  ...over,
})
const priya = matcher.people("Priya")[0]?.id as PersonId
const tom = matcher.people("Tom Becker")[0]?.id as PersonId

describe("B6 what any planner may say", () => {
  test.each<[string, PlanAnswer]>([
    ["a move of one's own", plan(move("sync-1124"))],
    ["of a whole series", plan(move("sync-1124", AHEAD, "series"))],
    ["another end for what has begun", plan(move("sync-1124", span("2026-11-24T09:00:00Z", "2026-11-24T10:30:00Z")))],
    ["an all-day event to another day", plan(move("offsite", DAYS))],
    ["a new event under their own words, with somebody they named", plan(create({ guests: [priya] }))],
    ["under a name that nobody gave", plan(create({ title: "Blocked" }), create({ title: "Meeting with Priya" }))],
    ["a yes to an invitation", plan({ kind: "respond", target: idOf("allhands"), scope: "this", rsvp: "accepted" })],
    [
      "free time that is",
      {
        kind: "tell",
        telling: {
          kind: "free",
          asked: [{ start: "2026-11-26T06:00:00Z", end: "2026-11-26T09:00:00Z" }],
          free: [{ start: "2026-11-26T07:00:00Z", end: "2026-11-26T08:00:00Z" }],
        },
      },
    ],
    ["the last change back", { kind: "undo", target: null }],
    [
      "a choice",
      {
        kind: "question",
        about: "which-event",
        choices: [plan(move("sync-1124")), plan(move("sync-1201"))].flatMap((one) =>
          one.kind === "plan" ? [one.plan] : [],
        ),
      },
    ],
  ])("%s", (_, answer) => expect(judge(answer)).toBeNull())

  test.each<[Nonsense, PlanAnswer]>([
    ["no-operations", plan()],
    ["too-many-operations", plan(...Array.from({ length: 101 }, () => create()))],
    ["no-such-event", plan(move("nothing"))],
    ["twice-the-same-event", plan(move("dentist"), { kind: "cancel", target: idOf("dentist"), scope: "this" })],
    ["not-movable", plan(move("allhands"))],
    ["not-movable", plan({ kind: "cancel", target: idOf("allhands"), scope: "this" })],
    ["not-invited", plan({ kind: "respond", target: idOf("dentist"), scope: "this", rsvp: "declined" })],
    [
      "proposed-with-an-answer",
      plan({ kind: "respond", target: idOf("allhands"), scope: "this", rsvp: "accepted", proposed: AHEAD }),
    ],
    ["not-a-series", plan(move("dentist", AHEAD, "series"))],
    ["no-such-time", plan(move("dentist", span("2026-11-26T14:00:00Z", "later")))],
    ["no-such-time", plan(move("dentist", span("2026-11-26T14:00:00+01:00", "2026-11-26T15:00:00+01:00")))],
    ["no-such-time", plan(move("offsite", { ...DAYS, end: { kind: "allDay", on: "2026-11-31" } }))],
    ["ends-before-it-starts", plan(move("dentist", span("2026-11-26T15:00:00Z", "2026-11-26T15:00:00Z")))],
    ["other-zone", plan(move("dentist", span("2026-11-26T14:00:00Z", "2026-11-26T15:00:00Z", "Asia/Tokyo")))],
    ["day-for-time", plan(move("dentist", DAYS))],
    ["day-for-time", plan(create({ to: { start: AHEAD.start, end: DAYS.end } }))],
    ["in-the-past", plan(move("dentist", span("2026-11-24T07:00:00Z", "2026-11-24T08:00:00Z")))],
    [
      "in-the-past",
      plan(move("offsite", { start: { kind: "allDay", on: "2026-11-23" }, end: { kind: "allDay", on: "2026-11-25" } })),
    ],
    ["not-their-words", plan(create({ title: "Budget planning" }))],
    ["not-their-words", plan(create({ title: "uick cha" }))],
    ["not-their-words", plan(create({ title: " " }))],
    ["not-a-person-they-named", plan(create({ guests: [tom] }))],
    ["not-a-person-they-named", plan(create({ guests: ["mallory@evil.example" as PersonId] }))],
    ["not-a-reading-of-words", { kind: "plan", plan: { operations: [create()], readings: ["guests-always-told"] } }],
    ["no-choice", { kind: "question", about: "which-event", choices: [] }],
    [
      "not-free",
      {
        kind: "tell",
        telling: {
          kind: "free",
          asked: [{ start: "2026-11-26T08:00:00Z", end: "2026-11-26T12:00:00Z" }],
          free: [{ start: "2026-11-26T09:00:00Z", end: "2026-11-26T09:30:00Z" }],
        },
      },
    ],
    ["not-free", { kind: "tell", telling: { kind: "free", asked: [], free: [] } }],
    ["no-such-time", { kind: "tell", telling: { kind: "changes", since: "2027-01-01T00:00:00Z" } }],
    ["not-proposed-so", { kind: "tell", telling: { kind: "proposed", scope: "series" } }],
    ["no-such-event", { kind: "undo", target: "e999" as FactId }],
  ])("never %s", (nonsense, answer) => expect(judge(answer)).toBe(nonsense))

  test("a length is the one wanted by default where one is kept in mind and something new lasts so", () => {
    const wanted = (answer: PlanAnswer): PlanAnswer =>
      answer.kind === "plan" ? { ...answer, plan: { ...answer.plan, readings: ["wanted-length"] } } : answer
    const kept: PlannerFacts = { ...facts, preferences: [{ kind: "default-length", minutes: 45 }] }
    const short = span("2026-11-26T14:00:00Z", "2026-11-26T14:45:00Z")
    const judged = (answer: PlanAnswer, known = kept) => nonsenseIn(wanted(answer), { words, matcher, facts: known })
    expect(judged(plan(create({ to: short })))).toBeNull()
    expect(judged(plan(create(), create({ to: short })))).toBeNull()
    expect(judged(plan(create()))).toBe("not-the-length-wanted")
    expect(judged(plan(move("dentist", short)))).toBe("not-the-length-wanted")
    expect(judged(plan(create()), facts)).toBe("not-the-length-wanted")
  })

  test("nothing beyond what was looked at is free", () => {
    const until = "2026-11-26T07:30:00Z"
    const stretch = { start: "2026-11-26T07:00:00Z", end: "2026-11-26T08:00:00Z" }
    const answer: PlanAnswer = { kind: "tell", telling: { kind: "free", asked: [stretch], free: [stretch] } }
    expect(judge(answer)).toBeNull()
    expect(nonsenseIn(answer, { words, matcher, facts: { ...facts, until } })).toBe("not-free")
  })

  test("whatever stands in a plan, it is judged and nothing throws; what passes names only what was given out", () => {
    const known = new Set<string>(facts.events.map(({ id }) => id))
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        ...known,
        "2026-11-31",
        "2026-11-26",
        "2026-11-26T14:00:00Z",
        "+275760-09-13T00:00:00Z",
        "Quick chat",
      ),
    )
    const when = fc.oneof(
      fc.record({ kind: fc.constant("timed" as const), at: text, timeZone: fc.oneof(text, fc.constant(ZONE)) }),
      fc.record({ kind: fc.constant("allDay" as const), on: text }),
    )
    const to = fc.record({ start: when, end: when })
    const operation = fc.oneof(
      fc.record({ kind: fc.constant("move"), target: text, scope: fc.constantFrom("this", "series"), to }),
      fc.record({ kind: fc.constant("cancel"), target: text, scope: fc.constantFrom("this", "following") }),
      fc.record({ kind: fc.constant("create"), title: text, to, guests: fc.array(text, { maxLength: 2 }) }),
    )
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 3 }), (operations) => {
        const all = operations as Operation[]
        if (judge(plan(...all)) !== null) return
        for (const op of all) expect(op.kind === "create" ? isSaid(op.title, words) : known.has(op.target)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

test.each([
  ["quick  Chat", true],
  ["chat, about the budget", true],
  ["chat about the budget", false],
  ["chats", false],
  ["", false],
])("the person's own words, letter for letter: %s", (title, said) => expect(isSaid(title, words)).toBe(said))

test("what is said to stand proposed stands so", () => {
  const operation = { kind: "cancel", target: idOf("sync-1124"), scope: "series" } as const
  const told = (scope: "this" | "series") =>
    nonsenseIn(
      { kind: "tell", telling: { kind: "proposed", scope } },
      { words, matcher, facts: { ...facts, proposed: { operation, readings: [] } } },
    )
  expect([told("series"), told("this")]).toEqual([null, "not-proposed-so"])
})
