import "server-only"
import { eventKey } from "../domain/event"
import type { TurnFacts } from "../domain/facts"
import type { Plan } from "../domain/plan"
import { isSamePlace } from "../domain/rescope"
import type { Order } from "../ports/assistant-store"

/** What a proposal is kept with, so that words after it can say how much of the series is meant; null unless it is one order about an event of a series. */
export function orderOf({ operations, readings }: Plan, turn: TurnFacts): Order | null {
  const [operation, ...others] = operations
  if (!operation || operation.kind === "create" || others.length > 0) return null
  const event = turn.eventOf(operation.target)?.value
  if (!event || event.seriesId === null) return null
  return { operation, readings, event: eventKey(event.ref), stood: { start: event.start, end: event.end } }
}

/** The order in the ids of a new look at the calendars, among what the planner may know. As it was where the event is gone, or stands elsewhere by now. */
export function withOrder(turn: TurnFacts, { operation, readings, event, stood }: Order): TurnFacts {
  const target = turn.idOf(event)
  const fact = turn.facts.events.find(({ id }) => id === target)
  if (!target || !fact?.series || !isSamePlace(fact, stood)) return turn
  return { ...turn, facts: { ...turn.facts, proposed: { operation: { ...operation, target }, readings } } }
}
