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
import { isInstant } from "../../domain/plan-check"
import { defaultLength } from "../../domain/preferences"
import { freeIn, isOutsideHours, isTaken, startsIn } from "../../domain/taken-time"
import { isoInstant, MINUTE_MS, readWall } from "../../domain/zoned-time"

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

const FindWire = z.object({
  kind: z.literal("find"),
  title: z.string().describe("Copied letter for letter from what the person said"),
  guests: z.array(z.string()).describe("Ids from the people tool, like p3"),
  minutes: z.number().int().min(5).max(1_440).nullable().describe("null: they said none"),
  within: z.array(z.object(Place)).min(1).max(31).describe("Where to look, a stretch a day"),
  soonest: z.boolean().describe("Only the first one is wanted"),
})

export const AnswerWire = z.object({
  answer: z.union([
    PlanWire.extend({ kind: z.literal("plan") }),
    z.object({ kind: z.literal("question"), about: z.enum(ABOUT), choices: z.array(PlanWire) }),
    z.object({ kind: z.literal("refusal"), reason: z.enum(REASONS) }),
    z.object({ kind: z.literal("free"), asked: z.array(z.object(Place)) }),
    FindWire,
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
    case "free":
      return { kind: "tell", telling: { kind: "free", asked: stretchesOf(wire.asked, facts), free: [] } }
    case "find":
      return findIn(wire, facts)
    case "changes":
      return { kind: "tell", telling: { kind: "changes", since: instant(wire.since, facts) } }
    case "undo":
      return { kind: "undo", target: wire.target as FactId | null }
    default:
      return wire satisfies never
  }
}

const MOST_SLOTS = 4

/** A model says where to look; what is free there is reckoned from the facts, and then with what is known of everybody's time (`SlotSearch`). */
function findIn(
  { title, guests, minutes, within, soonest }: z.infer<typeof FindWire>,
  facts: PlannerFacts,
): PlanAnswer {
  const { now, timeZone, until } = facts
  const asked = stretchesOf(within, facts)
  // no choice at all is what the rule calls it
  if (asked.some((one) => !isStretch(one))) return { kind: "question", about: "which-slot", choices: [] }
  const ahead = asked.flatMap(({ start, end }) => (end > now ? [{ start: start > now ? start : now, end }] : []))
  if (ahead.length === 0) return { kind: "refusal", reason: "in-the-past" }
  if (until !== undefined && ahead.some(({ end }) => end > until)) return { kind: "refusal", reason: "too-far" }
  const usual = defaultLength(facts.preferences)
  const lengthMs = minutes === null ? usual.lengthMs : minutes * MINUTE_MS
  const most = soonest ? 1 : MOST_SLOTS
  const readings: Reading[] = [
    ...(minutes === null ? [usual.reading] : []),
    ...(guests.length > 0 ? (["guests-not-asked"] as const) : []),
    ...(soonest ? (["first-free"] as const) : []),
  ]
  const moment = (ms: number) => ({ kind: "timed" as const, at: isoInstant(ms), timeZone })
  const plans = startsIn(ahead, lengthMs, most, facts).map((at): Plan => {
    const to = { start: moment(Date.parse(at)), end: moment(Date.parse(at) + lengthMs) }
    return {
      operations: [{ kind: "create", title: capitalised(title.trim()), to, guests: guests as PersonId[] }],
      readings,
    }
  })
  const search = { within: ahead, lengthMs, most, soonest }
  const [plan, ...others] = plans
  if (!plan) return { kind: "refusal", reason: "no-free-slot" }
  return others.length === 0
    ? { kind: "plan", plan, search }
    : { kind: "question", about: "which-slot", choices: plans, search }
}

const stretchesOf = (places: readonly PlaceWire[], facts: PlannerFacts): readonly Stretch[] =>
  places.map(({ start, end }) => ({ start: instant(start, facts), end: instant(end, facts) }))

const isStretch = ({ start, end }: Stretch): boolean => isInstant(start) && isInstant(end) && start < end

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
  // a model says that it took a default; which one it was to take is in the facts
  readings: readings.map((said) => (said === "default-length" ? defaultLength(facts.preferences).reading : said)),
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
