import type { Span } from "../../domain/event"
import {
  type EventFact,
  type FactId,
  MAX_OPERATIONS,
  type Operation,
  type Plan,
  type PlanAnswer,
  type PlannerFacts,
  type QuestionAbout,
  type Reading,
  type RefusalReason,
} from "../../domain/plan"
import { isOutsideHours, isTaken } from "../../domain/taken-time"
import type { Scope } from "./intent"

/** One event at one new place. */
export interface Move {
  readonly event: EventFact
  readonly to: Span
  readonly readings: readonly Reading[]
}

/** Moves that belong together: one, the two of a swap, or all of a group. */
export type Option = readonly Move[]

/** What an intent can come to, and what the options differ in if there are several. */
export type Resolution =
  | {
      readonly kind: "options"
      readonly options: readonly Option[]
      readonly about: QuestionAbout
      readonly scopes: readonly Scope[]
    }
  | { readonly kind: "refusal"; readonly reason: RefusalReason }

const ORDER: readonly Reading[] = [
  "next-occurrence",
  "first-free",
  "kept-duration",
  "kept-time",
  "same-day",
  "default-length",
  "wanted-length",
  "outside-working-hours",
  "slot-taken",
  "nobody-invited",
  "guests-not-asked",
  "some-stay",
]

const MOST_CHOICES = 6

/** One option is a plan, several are a question. Options that come to the same are one. */
export function answer(resolution: Resolution, facts: PlannerFacts): PlanAnswer {
  if (resolution.kind === "refusal") return resolution
  const all = resolution.options.flatMap((option) =>
    resolution.scopes.map((scope) => ({
      option,
      scope,
      operations: option.map((move) => operationOf(move, scope)),
    })),
  )
  const distinct = [...new Map(all.map((one) => [JSON.stringify(one.operations), one])).values()]
  const plans = distinct.slice(0, MOST_CHOICES).map(({ option, scope }) => planOf(option, scope, facts))
  return oneOf(plans, resolution.about)
}

/** One plan is the answer, several are a question. Plans that do the same are one. */
export function oneOf(plans: readonly Plan[], about: QuestionAbout): PlanAnswer {
  const distinct = [...new Map(plans.map((plan) => [JSON.stringify(plan.operations), plan])).values()]
  const [first, ...others] = distinct
  if (first === undefined) return { kind: "refusal", reason: "not-understood" }
  if (distinct.some(({ operations }) => operations.length > MAX_OPERATIONS))
    return { kind: "refusal", reason: "too-many" }
  if (others.length === 0) return { kind: "plan", plan: first }
  return { kind: "question", about, choices: distinct.slice(0, MOST_CHOICES) }
}

/** How it was read, in one order, and what is in the way of where things would go. */
export function readingsOf(
  said: readonly Reading[],
  places: readonly Span[],
  outOfTheWay: readonly FactId[],
  facts: PlannerFacts,
): readonly Reading[] {
  const all = new Set(said)
  if (places.some((to) => isOutsideHours(to, facts))) all.add("outside-working-hours")
  if (places.some((to) => isTaken(to, outOfTheWay, facts))) all.add("slot-taken")
  return ORDER.filter((reading) => all.has(reading))
}

function planOf(option: Option, scope: Scope, facts: PlannerFacts): Plan {
  const moving = option.map(({ event }) => event.id)
  const series = facts.events.filter(
    ({ series }) => series !== null && option.some(({ event }) => event.series === series),
  )
  const outOfTheWay = scope !== "this" ? [...moving, ...series.map(({ id }) => id)] : moving
  return {
    operations: option.map((move) => operationOf(move, scope)),
    readings: readingsOf(
      option.flatMap(({ readings }) => readings),
      option.map(({ to }) => to),
      outOfTheWay,
      facts,
    ),
  }
}

/** A guest moves nothing: they may tell the organizer which time they would rather have. */
const operationOf = ({ event: { id, movable }, to }: Move, scope: Scope): Operation =>
  movable
    ? { kind: "move", target: id, scope, to }
    : { kind: "respond", target: id, scope: "this", rsvp: "tentative", proposed: to }
