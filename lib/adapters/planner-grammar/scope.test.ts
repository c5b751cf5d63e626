import { describe, expect, it } from "vitest"
import { makeMatcher } from "../../domain/matcher"
import {
  type EventFact,
  type EventOperation,
  type FactId,
  type PlanAnswer,
  type PlannerFacts,
  placeOf,
  type Reading,
} from "../../domain/plan"
import { nonsenseIn } from "../../domain/plan-check"
import { grammarPlanner } from "./planner"

/* How much of a series is meant: in a sentence, and by words that say nothing else after a proposal. */

const timeZone = "Europe/Berlin"
const id = (name: string): FactId => name as FactId
const at = (instant: string) => ({ kind: "timed" as const, at: instant, timeZone })

function timed(name: string, start: string, more: Partial<EventFact> = {}): EventFact {
  const end = new Date(Date.parse(start) + 30 * 60_000).toISOString().replace(".000", "")
  const flags = { series: null, busy: true, movable: true, guests: 0, answer: null }
  return { id: id(name), start: at(start), end: at(end), ...flags, ...more }
}

const SYNC = { series: id("s1") }
const GUILD = { series: id("s2"), movable: false, answer: "needsAction" as const }

/** Monday 23 November 2026, 08:30 in Berlin. Times in the events are UTC, an hour behind. */
const EVENTS: readonly EventFact[] = [
  timed("sync0", "2026-11-17T09:00:00Z", SYNC),
  timed("call1", "2026-11-23T12:00:00Z"),
  timed("sync1", "2026-11-24T09:00:00Z", SYNC),
  timed("guild1", "2026-11-25T14:00:00Z", GUILD),
  timed("design", "2026-11-25T13:00:00Z"),
  timed("call2", "2026-11-26T12:00:00Z"),
  timed("sync2", "2026-12-01T09:00:00Z", SYNC),
  timed("guild2", "2026-12-02T14:00:00Z", GUILD),
  timed("sync3", "2026-12-08T09:00:00Z", SYNC),
]
const TITLES = new Map([
  ["sync", "Weekly sync"],
  ["guild", "Data guild"],
  ["design", "Design review"],
  ["call", "Client call"],
])

const titleOf = (event: string) => TITLES.get(event.replace(/\d/, "")) ?? event

function ask(words: string, changed: Partial<PlannerFacts> = {}, titles: Readonly<Record<string, string>> = {}) {
  const facts: PlannerFacts = {
    now: "2026-11-23T07:30:00Z",
    timeZone,
    workingHours: { days: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" },
    events: EVENTS,
    lastMentioned: [id("design")],
    ...changed,
  }
  const candidates = facts.events.map((event) => ({
    id: event.id,
    title: titles[event.id] ?? titleOf(event.id),
    location: "",
    people: [],
  }))
  const matcher = makeMatcher(candidates)
  const answer = grammarPlanner.plan(words, facts, matcher)
  if (answer instanceof Promise) throw new TypeError("the grammar planner answers at once")
  expect(nonsenseIn(answer, { words, facts, matcher }), words).toBeNull()
  return answer
}

/** `move sync1 series 11:00`, in UTC; a refusal is its reason. */
function brief(answer: PlanAnswer): string {
  if (answer.kind === "plan")
    return answer.plan.operations
      .map((op) => {
        const start = placeOf(op)?.start
        const clock = start?.kind === "timed" ? ` ${start.at.slice(11, 16)}` : ""
        return op.kind === "create" ? op.title : `${op.kind} ${op.target} ${op.scope}${clock}`
      })
      .join(", ")
  return answer.kind === "refusal" ? answer.reason : answer.kind === "question" ? answer.about : JSON.stringify(answer)
}

describe("in a sentence", () => {
  it.each([
    ["for all of them", "series"],
    ["for the whole series", "series"],
    ["for the entire series", "series"],
    ["for every one of them", "series"],
    ["for each of them", "series"],
    ["for every week", "not-understood"],
    ["every week", "series"],
    ["only this time", "this"],
    ["just this time", "this"],
    ["only this one", "this"],
    ["just this one", "this"],
    ["for this time only", "this"],
    ["for only this one", "this"],
    ["for all future ones", "following"],
    ["all the future ones", "following"],
    ["and all upcoming ones", "not-understood"],
    ["from now on", "following"],
    ["going forward", "following"],
    ["for this one and all later ones", "following"],
    ["for all later ones", "not-understood"],
    ["for all of them from now on", "not-understood"],
  ])("%s: %s", (words, scope) => {
    const refused = scope === "not-understood"
    expect(brief(ask(`move the weekly sync to 11 ${words}`))).toBe(refused ? scope : `move sync1 ${scope} 10:00`)
    expect(brief(ask(`move the weekly sync to 11, ${words}, please`))).toBe(
      refused ? scope : `move sync1 ${scope} 10:00`,
    )
    if (!refused) {
      expect(brief(ask(`${words}, move the weekly sync to 11`))).toBe(`move sync1 ${scope} 10:00`)
      expect(brief(ask(`cancel the weekly sync ${words}`))).toBe(`cancel sync1 ${scope}`)
      expect(brief(ask(`move the weekly sync ${words} to 11`))).toBe(`move sync1 ${scope} 10:00`)
    }
  })

  it.each([
    ["cancel all future weekly syncs", "cancel sync1 following"],
    ["cancel all the upcoming weekly syncs", "cancel sync1 following"],
    ["move all future weekly syncs to 11", "move sync1 following 10:00"],
    ["cancel all weekly syncs", "cancel sync1 series"],
    ["cancel all weekly syncs from next week on", "cancel sync2 following"],
    ["cancel the weekly sync from next week on", "cancel sync2 following"],
    ["move the weekly sync to 11 from next week on", "move sync2 following 10:00"],
    ["cancel all future client calls", "cancel call1 this, cancel call2 this"],
  ])("%s: %s", (words, plan) => {
    expect(brief(ask(words))).toBe(plan)
  })

  it.each([
    [
      "the one that was named is not the next: from it on, or from the next?",
      "move the weekly sync on 1 December to 11 for all future ones",
    ],
    ["the same of a cancelling", "cancel the weekly sync on 1 December, all future ones"],
    ["all of them and one of them", "cancel all weekly syncs, only this time"],
    ["the same of a move", "move all weekly syncs to 11, just this once"],
    ["all future ones and all of them", "move all future weekly syncs to 11 every week"],
    ["no series", "move the design review to 11 for all of them"],
    ["nothing that is named", "cancel all of them"],
    ["nothing that is named", "cancel all future ones"],
  ])("%s: nothing is planned", (_, words) => {
    expect(brief(ask(words))).toBe("not-understood")
  })

  it("of one that is going on, 'future' means the next", () => {
    const now = "2026-11-24T09:10:00Z"
    expect(brief(ask("cancel all future weekly syncs", { now }))).toBe("cancel sync2 following")
    expect(brief(ask("cancel the weekly sync, for all future ones", { now }))).toBe("cancel sync2 following")
    expect(brief(ask("cancel all future client calls", { now: "2026-11-23T12:10:00Z" }))).toBe("cancel call2 this")
  })

  it("an answer to an invitation goes for one or for all, and never for less than was said", () => {
    expect(brief(ask("decline the data guild for the whole series"))).toBe("respond guild1 series")
    for (const words of ["from now on", "for all future ones", "and all later ones"])
      expect(brief(ask(`decline the data guild ${words}`)), words).toBe("one-or-all")
    expect(brief(ask("decline all future data guilds"))).toBe("one-or-all")
  })

  it("words of a title are no words about a series, where the title is said as it stands", () => {
    const named = (title: string) => (words: string) => brief(ask(words, {}, { design: title }))
    expect(named("Every week in review")("move every week in review to 3pm")).toBe("move design this 14:00")
    expect(named("Every week in review")("move the weekly sync to 11 every week")).toBe("move sync1 series 10:00")
    expect(named("Only this time")("cancel only this time")).toBe("cancel design this")
    expect(named("Dinner for all of them")("move dinner for all of them to 3pm")).toBe("move design this 14:00")
    expect(named("Just Eat lunch")("move just eat lunch to 3pm")).toBe("move design this 14:00")
    expect(named("Just Eat lunch")("move just eat lunch to 3pm, just this time")).toBe("move design this 14:00")
    const planning = { sync1: "Future planning", sync2: "Future planning", sync3: "Future planning" }
    expect(brief(ask("cancel all future planning", {}, planning))).toBe("cancel sync1 series")
  })
})

const move = (scope: "this" | "following" | "series", target = "sync1") => {
  const day = target === "sync1" ? "2026-11-24" : "2026-12-01"
  const to = { start: at(`${day}T10:00:00Z`), end: at(`${day}T10:30:00Z`) }
  return { kind: "move" as const, target: id(target), scope, to }
}
const standing = (operation: EventOperation, readings: readonly Reading[] = []) => ({
  proposed: { operation, readings },
})

describe("after a proposal", () => {
  it.each([
    ["for all of them", "series"],
    ["all of them", "series"],
    ["No, make it all of them.", "series"],
    ["no. all of them", "series"],
    ["actually, make that the whole series please", "series"],
    ["the whole series", "series"],
    ["do it for every one of them", "series"],
    ["I meant every week", "series"],
    ["and all later ones", "following"],
    ["this and all following ones", "following"],
    ["from now on", "following"],
    ["all future ones", "following"],
  ])("%s: %s", (words, scope) => {
    expect(brief(ask(words, standing(move("this"))))).toBe(`move sync1 ${scope} 10:00`)
    expect(brief(ask(words))).toBe("nothing-proposed")
  })

  it.each([
    "only this one",
    "just this once",
    "just this one",
    "no, only this time",
    "this one only",
    "just for this time",
  ])("%s: this", (words) => {
    for (const before of ["following", "series"] as const)
      expect(brief(ask(words, standing(move(before))))).toBe("move sync1 this 10:00")
    expect(brief(ask(words))).toBe("nothing-proposed")
  })

  it("so proposed already: told, and nothing planned", () => {
    for (const [words, scope] of [
      ["all of them", "series"],
      ["only this one", "this"],
      ["from now on", "following"],
    ] as const)
      expect(ask(words, standing(move(scope)))).toEqual({ kind: "tell", telling: { kind: "proposed", scope } })
  })

  it("how it was read goes along, but for what is only true of the one; what is in the way is looked for anew", () => {
    const readings = ["next-occurrence", "same-day", "slot-taken"] as const
    const readAs = (words: string, operation: EventOperation, events = EVENTS) => {
      const answer = ask(words, { ...standing(operation, readings), events })
      return answer.kind === "plan" && answer.plan.readings
    }
    const other = timed("lunch", "2026-11-24T10:15:00Z")
    const sibling = timed("sync9", "2026-11-24T10:15:00Z", SYNC)
    expect(readAs("all of them", move("this"))).toEqual(["same-day"])
    expect(readAs("only this one", move("series"))).toEqual(["next-occurrence", "same-day"])
    expect(readAs("all of them", move("this"), [...EVENTS, other])).toEqual(["same-day", "slot-taken"])
    expect(readAs("all of them", move("this"), [...EVENTS, sibling])).toEqual(["same-day"])
    expect(readAs("only this one", move("series"), [...EVENTS, sibling])).toContain("slot-taken")
  })

  it("a cancelling, and an answer: for one or for all", () => {
    const cancel: EventOperation = { kind: "cancel", target: id("sync1"), scope: "this" }
    expect(brief(ask("all of them", standing(cancel)))).toBe("cancel sync1 series")
    const decline = { kind: "respond", target: id("guild1"), scope: "this", rsvp: "declined" } as const
    expect(brief(ask("all of them", standing(decline)))).toBe("respond guild1 series")
    expect(brief(ask("from now on", standing(decline)))).toBe("one-or-all")
    const counter = { ...decline, rsvp: "tentative", proposed: move("this").to } as const
    expect(brief(ask("all of them", standing(counter)))).toBe("one-or-all")
  })

  it("not where the time has passed meanwhile, nor where two readings differ", () => {
    expect(brief(ask("all of them", { ...standing(move("this")), now: "2026-11-24T10:05:00Z" }))).toBe("in-the-past")
    for (const scope of ["this", "following"] as const)
      for (const words of ["all future ones", "from now on", "going forward"])
        expect(brief(ask(words, standing(move(scope, "sync2"))))).toBe("not-understood")
    expect(brief(ask("from this one on", standing(move("this", "sync2"))))).toBe("move sync2 following 10:00")
    expect(brief(ask("and all later ones", standing(move("this", "sync2"))))).toBe("move sync2 following 10:00")
  })

  it("a rhythm means all of them where they come in it; else it would be another rule", () => {
    const daily = ["24", "25", "26", "27", "30"].map((day) => timed(`daily${day}`, `2026-11-${day}T09:00:00Z`, SYNC))
    const of = (words: string, target: string, events: readonly EventFact[]) =>
      brief(ask(words, { ...standing({ kind: "cancel", target: id(target), scope: "this" }), events }))
    expect(of("every day", "daily24", daily)).toBe("cancel daily24 series")
    expect(of("make it every week", "daily24", daily)).toBe("not-understood")
    expect(of("every week", "sync1", EVENTS)).toBe("cancel sync1 series")
    expect(of("make it every day", "sync1", EVENTS)).toBe("not-understood")
    const [one] = daily
    expect(one && of("every day", "daily24", [one])).toBe("not-understood")
  })

  it.each([
    ["more than how much is meant", "all of them, and cancel the design review"],
    ["another order beside it", "all of them. Cancel the design review."],
    ["another order", "cancel the whole series"],
    ["another instance", "from next week on"],
    ["turned round", "not all of them"],
    ["only a no", "no"],
  ])("%s: no such words", (_, words) => {
    const answer = ask(words, standing(move("this")))
    expect(answer.kind === "refusal" && answer.reason).toBe("not-understood")
  })

  it("what is understood without the proposal is never read as a word about it", () => {
    expect(brief(ask("move it to 3pm", standing(move("this"))))).toBe("move design this 14:00")
    expect(brief(ask("move the weekly sync to 3pm for all of them", standing(move("this"))))).toBe(
      "move sync1 series 14:00",
    )
  })
})
