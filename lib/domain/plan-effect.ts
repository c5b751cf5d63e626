import type { When } from "./event"
import { type EventFact, epochMs, type FactId, type Operation, type Plan, type PlannerFacts } from "./plan"
import { addDays, addMs, daysBetween } from "./zoned-time"

/**
 * The facts as they would be once a plan is applied: what moved stands elsewhere, what was cancelled is gone, what was answered carries the answer, what was made is
 * there. "It" is then what the plan touched. Of a series, instances move by as much as the one that was named.
 */
export function factsAfter(facts: PlannerFacts, plan: Plan): PlannerFacts {
  const events = plan.operations.reduce((standing, op, index) => eventsAfter(standing, op, index), facts.events)
  const touched = plan.operations.map((op, index) => (op.kind === "create" ? newId(index) : op.target))
  return {
    ...facts,
    events: [...events].sort((a, b) => epochMs(a.start) - epochMs(b.start)),
    lastMentioned: touched,
  }
}

/** What the event that a plan's operation makes is called in the facts after it. */
export const newId = (index: number): FactId => `new${index + 1}` as FactId

function eventsAfter(events: readonly EventFact[], op: Operation, index: number): readonly EventFact[] {
  if (op.kind === "create") return [...events, newEvent(newId(index), op)]
  const named = events.find(({ id }) => id === op.target)
  if (!named) return events
  const isMeant = (event: EventFact): boolean =>
    event.id === named.id ||
    (op.scope !== "this" &&
      event.series !== null &&
      event.series === named.series &&
      (op.scope === "series" || epochMs(event.start) > epochMs(named.start)))
  switch (op.kind) {
    case "cancel":
      return events.filter((event) => !isMeant(event))
    case "respond":
      return events.map((event) => (isMeant(event) ? { ...event, answer: op.rsvp } : event))
    case "move":
      return events.map((event) =>
        event.id === named.id
          ? { ...event, ...op.to }
          : isMeant(event)
            ? {
                ...event,
                start: moved(event.start, named.start, op.to.start),
                end: moved(event.end, named.end, op.to.end),
              }
            : event,
      )
  }
}

const newEvent = (id: FactId, { to, guests }: Extract<Operation, { kind: "create" }>): EventFact => ({
  id,
  series: null,
  ...to,
  busy: true,
  movable: true,
  guests: guests.length,
  answer: null,
})

/** As far from `when` as `after` is from `before`. */
function moved(when: When, before: When, after: When): When {
  if (when.kind === "timed" && before.kind === "timed" && after.kind === "timed")
    return { ...when, at: addMs(when.at, epochMs(after) - epochMs(before)) }
  if (when.kind === "allDay" && before.kind === "allDay" && after.kind === "allDay")
    return { kind: "allDay", on: addDays(when.on, daysBetween(before.on, after.on)) }
  return when
}
