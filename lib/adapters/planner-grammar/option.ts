import type { Span } from "../../domain/event"
import type { EventFact, PlanAnswer, PlannerFacts, QuestionAbout, Reading, RefusalReason } from "../../domain/plan"
import { isOutsideHours, isTaken } from "./busy"
import type { Scope } from "./intent"

/** One event at one new place. */
export interface Move {
  readonly event: EventFact
  readonly to: Span
  readonly readings: readonly Reading[]
}

/** Moves that belong together: one, or the two of a swap. */
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
  "outside-working-hours",
  "slot-taken",
]

const MOST_CHOICES = 6

/** One option is a plan, several are a question. Options that come to the same are one. */
export function answer(resolution: Resolution, facts: PlannerFacts): PlanAnswer {
  if (resolution.kind === "refusal") return resolution
  const plans = resolution.options.flatMap((option) => resolution.scopes.map((scope) => planOf(option, scope, facts)))
  const distinct = [...new Map(plans.map((plan) => [JSON.stringify(plan.operations), plan])).values()]
  const [first, ...others] = distinct
  if (first === undefined) return { kind: "refusal", reason: "not-understood" }
  if (others.length === 0) return { kind: "plan", plan: first }
  return { kind: "question", about: resolution.about, choices: distinct.slice(0, MOST_CHOICES) }
}

function planOf(option: Option, scope: Scope, facts: PlannerFacts) {
  const moving = option.map(({ event }) => event.id)
  const series = facts.events.filter(
    ({ series }) => series !== null && option.some(({ event }) => event.series === series),
  )
  const outOfTheWay = scope !== "this" ? [...moving, ...series.map(({ id }) => id)] : moving
  const said = new Set(option.flatMap(({ readings }) => readings))
  if (option.some(({ to }) => isOutsideHours(to, facts))) said.add("outside-working-hours")
  if (option.some(({ to }) => isTaken(to, outOfTheWay, facts))) said.add("slot-taken")
  return {
    operations: option.map(({ event, to }) => ({ kind: "move" as const, target: event.id, scope, to })),
    readings: ORDER.filter((reading) => said.has(reading)),
  }
}
