import "server-only"
import { eventKey } from "../domain/event"
import type { TurnFacts } from "../domain/facts"
import { formatInstant, formatSpan } from "../domain/format-when"
import type { Plan, QuestionAbout, Scope } from "../domain/plan"
import { named } from "../domain/wording"
import type { Choice } from "../ports/assistant-store"

/** Buttons, told apart by whatever the choices differ in: the event, where it would go, this one or the whole series. No two say the same. */
export function choicesOf(plans: readonly Plan[], turn: TurnFacts, timeZone: string, about: QuestionAbout): Choice[] {
  const distinct = (key: (plan: Plan) => unknown) => new Set(plans.map((plan) => JSON.stringify(key(plan)))).size
  const events = distinct((plan) => plan.operations.map((op) => op.target))
  const places = distinct((plan) => plan.operations.map((op) => [op.target, op.to]))
  const byEvent = events > 1
  const byScope = distinct((plan) => plan.operations[0]?.scope) > 1
  const byPlace = places > events || (!byEvent && !byScope)
  return plans.map((plan, i) => {
    const words = [
      byEvent && targetsOf(plan, turn, timeZone),
      byPlace && (about === "repeated-time" ? repeated(plan, timeZone, i) : placesOf(plan, timeZone)),
      byScope && SCOPES[plan.operations[0]?.scope ?? "this"],
    ]
    return { label: words.filter(Boolean).join(": "), plan, events: keysOf(plan, turn) }
  })
}

const SCOPES: Record<Scope, string> = {
  this: "Only this one",
  following: "This one and all later ones",
  series: "Every one of the series",
}

const targetsOf = (plan: Plan, turn: TurnFacts, timeZone: string): string =>
  plan.operations
    .flatMap((op) => turn.eventOf(op.target)?.value ?? [])
    .map((event) => `${named(event)}, ${formatSpan(event, timeZone)}`)
    .join(" and ")

const placesOf = (plan: Plan, timeZone: string): string =>
  plan.operations.map((op) => formatSpan(op.to, timeZone)).join(" and ")

/** The same time on the clock, twice in one night; the planner names the earlier one first. */
const repeated = (plan: Plan, timeZone: string, i: number): string =>
  plan.operations
    .flatMap(({ to: { start } }) => (start.kind === "timed" ? formatInstant(start.at, timeZone) : []))
    .map((at) => `${at}, ${i === 0 ? "before" : "after"} the clocks go back`)
    .join(" and ")

const keysOf = (plan: Plan, turn: TurnFacts): Choice["events"] =>
  Object.fromEntries(
    plan.operations.flatMap((op) => {
      const seen = turn.eventOf(op.target)
      return seen ? [[op.target, eventKey(seen.value.ref)]] : []
    }),
  )
