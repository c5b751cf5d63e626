import "server-only"
import { type CalendarEvent, eventKey } from "../domain/event"
import type { TurnFacts } from "../domain/facts"
import { formatSpan } from "../domain/format-when"
import type { Plan } from "../domain/plan"
import { named } from "../domain/wording"
import type { Choice } from "../ports/assistant-store"

/** Buttons: named by the event where the choices are about different events, else by where it would go. */
export function choicesOf(plans: readonly Plan[], turn: TurnFacts, timeZone: string): Choice[] {
  const targets = new Set(plans.map((plan) => plan.operations.map((op) => op.target).join(" ")))
  const scopes = new Set(plans.map((plan) => plan.operations[0]?.scope))
  return plans.map((plan) => {
    const events = plan.operations
      .map((op) => turn.eventOf(op.target)?.value)
      .filter((e): e is CalendarEvent => e !== undefined)
    return {
      label: labelOf(plan, events, targets.size > 1, scopes.size > 1, timeZone),
      plan,
      events: keysOf(plan, turn),
    }
  })
}

function labelOf(
  plan: Plan,
  events: readonly CalendarEvent[],
  byEvent: boolean,
  byScope: boolean,
  timeZone: string,
): string {
  if (byScope) return plan.operations[0]?.scope === "series" ? "Every one of the series" : "Only this one"
  if (byEvent) return events.map((event) => `${named(event)}, ${formatSpan(event, timeZone)}`).join(" and ")
  return plan.operations.map((op) => formatSpan(op.to, timeZone)).join(" and ")
}

const keysOf = (plan: Plan, turn: TurnFacts): Choice["events"] =>
  Object.fromEntries(
    plan.operations.flatMap((op) => {
      const seen = turn.eventOf(op.target)
      return seen ? [[op.target, eventKey(seen.value.ref)]] : []
    }),
  )
