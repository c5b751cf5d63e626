import "server-only"
import { eventKey } from "../domain/event"
import type { TurnFacts } from "../domain/facts"
import { formatInstant, formatSpan } from "../domain/format-when"
import { type Operation, type Plan, placeOf, type QuestionAbout, type Scope } from "../domain/plan"
import { CHOICE_ACTS, CHOICE_SCOPES } from "../domain/wording-answers"
import { named } from "../domain/wording-names"
import type { Choice } from "../ports/assistant-store"

/** Buttons, told apart by whatever the choices differ in: what is done, the event, where it would go, this one or the whole series, who is invited. No two say the same. */
export function choicesOf(plans: readonly Plan[], turn: TurnFacts, timeZone: string, about: QuestionAbout): Choice[] {
  const distinct = (key: (plan: Plan) => unknown) => new Set(plans.map((plan) => JSON.stringify(key(plan)))).size
  const byAct = distinct((plan) => plan.operations.map(({ kind }) => kind)) > 1
  const events = distinct((plan) => plan.operations.map(subjectOf))
  const places = distinct((plan) => plan.operations.map((op) => [subjectOf(op), placeOf(op)]))
  const byEvent = events > 1
  const byScope = distinct((plan) => plan.operations[0] && scopeOf(plan.operations[0])) > 1
  const byGuest = distinct((plan) => plan.operations.map(guestsOf)) > 1
  const byPlace = places > events || (!byEvent && !byScope && !byGuest)
  return plans.map((plan, i) => {
    const words = [
      byAct && plan.operations[0] && CHOICE_ACTS[plan.operations[0].kind],
      byEvent && targetsOf(plan, turn, timeZone),
      byGuest && invitedOf(plan, turn),
      byPlace && (about === "repeated-time" ? repeated(plan, timeZone, i) : placesOf(plan, timeZone)),
      byScope && plan.operations[0] && CHOICE_SCOPES[scopeOf(plan.operations[0])],
    ]
    return { label: words.filter(Boolean).join(": "), plan, events: keysOf(plan, turn), people: peopleOf(plan, turn) }
  })
}

/** What an operation is about: an event, or a new one's name. */
const subjectOf = (op: Operation): string => (op.kind === "create" ? op.title : op.target)

const scopeOf = (op: Operation): Scope => (op.kind === "create" ? "this" : op.scope)

const guestsOf = (op: Operation): readonly string[] => (op.kind === "create" ? op.guests : [])

const invitedOf = (plan: Plan, turn: TurnFacts): string =>
  plan.operations
    .flatMap((op) => (op.kind === "create" ? op.guests : []))
    .flatMap((id) => turn.personOf(id) ?? [])
    .map(({ name, email }) => (name ? `${name}, ${email}` : email))
    .join(" and ")

const targetsOf = (plan: Plan, turn: TurnFacts, timeZone: string): string =>
  plan.operations
    .flatMap((op) => (op.kind === "create" ? [] : (turn.eventOf(op.target)?.value ?? [])))
    .map((event) => `${named(event)}, ${formatSpan(event, timeZone)}`)
    .join(" and ")

const placesOf = (plan: Plan, timeZone: string): string =>
  plan.operations
    .flatMap((op) => placeOf(op) ?? [])
    .map((place) => formatSpan(place, timeZone))
    .join(" and ")

/** The same time on the clock, twice in one night; the planner names the earlier one first. */
const repeated = (plan: Plan, timeZone: string, i: number): string =>
  plan.operations
    .flatMap((op) => placeOf(op)?.start ?? [])
    .flatMap((start) => (start.kind === "timed" ? formatInstant(start.at, timeZone) : []))
    .map((at) => `${at}, ${i === 0 ? "before" : "after"} the clocks go back`)
    .join(" and ")

const keysOf = (plan: Plan, turn: TurnFacts): Choice["events"] =>
  Object.fromEntries(
    plan.operations.flatMap((op) => {
      const seen = op.kind === "create" ? undefined : turn.eventOf(op.target)
      return op.kind !== "create" && seen ? [[op.target, eventKey(seen.value.ref)]] : []
    }),
  )

const peopleOf = (plan: Plan, turn: TurnFacts): NonNullable<Choice["people"]> =>
  Object.fromEntries(
    plan.operations
      .flatMap((op) => (op.kind === "create" ? op.guests : []))
      .flatMap((id) => {
        const known = turn.personOf(id)
        return known ? [[id, known.email]] : []
      }),
  )
