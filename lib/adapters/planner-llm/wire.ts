import "server-only"
import { z } from "zod"
import { readDate } from "../../domain/date-text"
import type { Span, When } from "../../domain/event"
import type {
  EventFact,
  FactId,
  Operation,
  PersonId,
  Plan,
  PlanAnswer,
  PlannerFacts,
  QuestionAbout,
  Reading,
  RefusalReason,
  Stretch,
} from "../../domain/plan"
import { placeOf } from "../../domain/plan"
import { freeIn, isOutsideHours, isTaken } from "../../domain/taken-time"
import { readWall } from "../../domain/zoned-time"

/*
 * A plan as a model writes it: times on the person's clock, because models reckon badly between zones, and nothing in it but ids, times, enums and a title.
 */

const Time = z.string().describe("On the person's clock: YYYY-MM-DDTHH:MM, or YYYY-MM-DD for an all-day event")
const Place = { start: Time, end: Time.describe("Exclusive; for an all-day event the day after the last") }
const Target = z.string().describe("The id of an event from the list, like e12")

const OperationWire = z.union([
  z.object({ kind: z.literal("move"), target: Target, scope: z.enum(["this", "following", "series"]), ...Place }),
  z.object({ kind: z.literal("cancel"), target: Target, scope: z.enum(["this", "following", "series"]) }),
  z.object({
    kind: z.literal("create"),
    title: z.string().describe("Copied letter for letter from what the person said"),
    guests: z.array(z.string()).describe("Ids from the people tool, like p3"),
    ...Place,
  }),
  z.object({
    kind: z.literal("respond"),
    target: Target,
    scope: z.enum(["this", "series"]),
    rsvp: z.enum(["accepted", "declined", "tentative"]),
    proposed: z.object(Place).nullable().describe("Another time, with rsvp tentative; else null"),
  }),
])

const READINGS = [
  "next-occurrence",
  "first-free",
  "default-length",
  "nobody-invited",
  "some-stay",
] as const satisfies Reading[]
const ABOUT = [
  "which-event",
  "which-day",
  "which-time",
  "which-scope",
  "which-person",
  "which-slot",
  "clear-how",
] as const satisfies QuestionAbout[]
const REASONS = [
  ...(["not-understood", "no-such-event", "no-such-date", "no-such-time", "in-the-past", "no-free-slot"] as const),
  ...([
    "not-movable",
    "missing-time",
    "already-there",
    "nothing-there",
    "not-invited",
    "already-answered",
    "too-far",
  ] as const),
] satisfies RefusalReason[]

const PlanWire = z.object({ operations: z.array(OperationWire), readings: z.array(z.enum(READINGS)) })

export const AnswerWire = z.object({
  answer: z.union([
    PlanWire.extend({ kind: z.literal("plan") }),
    z.object({ kind: z.literal("question"), about: z.enum(ABOUT), choices: z.array(PlanWire) }),
    z.object({ kind: z.literal("refusal"), reason: z.enum(REASONS) }),
    z.object({ kind: z.literal("free"), asked: z.array(z.object(Place)) }),
    z.object({ kind: z.literal("changes"), since: Time }),
    z.object({ kind: z.literal("undo"), target: Target.nullable() }),
  ]),
})
export type AnswerWire = z.infer<typeof AnswerWire>["answer"]
type OperationWire = z.infer<typeof OperationWire>
type PlaceWire = { readonly start: string; readonly end: string }

/**
 * The same answer in the domain's words. What makes no sense stays senseless (a time that no clock shows, an id that nobody gave out): the rule of
 * `plan-check.ts` judges it.
 */
export function answerOf(wire: AnswerWire, facts: PlannerFacts): PlanAnswer {
  switch (wire.kind) {
    case "plan":
      return { kind: "plan", plan: planOf(wire, facts) }
    case "question":
      return { kind: "question", about: wire.about, choices: wire.choices.map((choice) => planOf(choice, facts)) }
    case "refusal":
      return wire
    case "free": {
      const asked = wire.asked.map(
        (place): Stretch => ({ start: instant(place.start, facts), end: instant(place.end, facts) }),
      )
      return { kind: "tell", telling: { kind: "free", asked, free: [] } }
    }
    case "changes":
      return { kind: "tell", telling: { kind: "changes", since: instant(wire.since, facts) } }
    case "undo":
      return { kind: "undo", target: wire.target as FactId | null }
    default:
      return wire satisfies never
  }
}

/** Adds to an answer that makes sense what follows from the facts, which no model is asked for: what is free, taken, outside working hours. */
export function withFacts(answer: PlanAnswer, facts: PlannerFacts): PlanAnswer {
  switch (answer.kind) {
    case "plan":
      return { ...answer, plan: seenAgainst(answer.plan, facts) }
    case "question":
      return { ...answer, choices: answer.choices.map((plan) => seenAgainst(plan, facts)) }
    case "tell": {
      const { telling } = answer
      return telling.kind === "free"
        ? { ...answer, telling: { ...telling, free: freeIn(telling.asked, 0, facts) } }
        : answer
    }
    default:
      return answer
  }
}

function seenAgainst({ operations, readings }: Plan, facts: PlannerFacts): Plan {
  const places = operations.flatMap((op) => placeOf(op) ?? [])
  const targets = operations.flatMap((op) => (op.kind === "create" ? [] : [op.target]))
  return {
    operations,
    readings: [
      ...new Set(readings),
      ...(places.some((to) => isOutsideHours(to, facts)) ? (["outside-working-hours"] as const) : []),
      ...(places.some((to) => isTaken(to, targets, facts)) ? (["slot-taken"] as const) : []),
    ],
  }
}

const planOf = ({ operations, readings }: z.infer<typeof PlanWire>, facts: PlannerFacts): Plan => ({
  operations: operations.map((op) => operationOf(op, facts)),
  readings,
})

function operationOf(op: OperationWire, facts: PlannerFacts): Operation {
  const place = (to: PlaceWire, event?: EventFact): Span => ({
    start: momentOf(to.start, event, facts),
    end: momentOf(to.end, event, facts),
  })
  if (op.kind === "create")
    return { kind: "create", title: capitalised(op.title.trim()), to: place(op), guests: op.guests as PersonId[] }
  const target = op.target as FactId
  const event = facts.events.find(({ id }) => id === target)
  switch (op.kind) {
    case "move":
      return { kind: "move", target, scope: op.scope, to: place(op, event) }
    case "cancel":
      return { kind: "cancel", target, scope: op.scope }
    case "respond": {
      const { scope, rsvp, proposed } = op
      return { kind: "respond", target, scope, rsvp, ...(proposed && { proposed: place(proposed, event) }) }
    }
  }
}

const capitalised = (text: string): string => text.replace(/^./u, (letter) => letter.toUpperCase())

/** An event that is moved keeps the zone it was written in. */
function momentOf(text: string, event: EventFact | undefined, facts: PlannerFacts): When {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return { kind: "allDay", on: text }
  const timeZone = event?.start.kind === "timed" ? event.start.timeZone : facts.timeZone
  return { kind: "timed", at: instant(text, facts), timeZone }
}

const WALL = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2})(?::00)?)?$/

/** An instant, or the text as it stands where the person's clock shows no such time, or shows it twice: then it is not for a model to choose. */
function instant(text: string, { timeZone }: PlannerFacts): string {
  const [, date, hour = "00", minute = "00"] = WALL.exec(text) ?? []
  const minutes = Number(hour) * 60 + Number(minute)
  if (date === undefined || readDate(date) === null || Number(hour) > 23 || Number(minute) > 59) return text
  const reading = readWall({ date, minutes }, timeZone)
  return reading.kind === "one" ? reading.at : text
}
