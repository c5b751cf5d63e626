import { type CalendarEvent, type EventKey, eventKey } from "./event"
import { makeMatcher } from "./matcher"
import type { Person } from "./person"
import type { EventFact, FactId, Matcher, PlannerFacts } from "./plan"
import type { Seen } from "./version"

/** What one chat turn knows: typed facts for the planner, the texts for the matcher alone, and the way back from opaque ids to events. */
export interface TurnFacts {
  readonly facts: PlannerFacts
  readonly matcher: Matcher
  readonly eventOf: (id: FactId) => Seen<CalendarEvent> | undefined
  readonly idOf: (key: EventKey) => FactId | undefined
}

/**
 * Splits events into what a planner may see and what only the matcher may see (B6).
 * @param events in order of start
 * @param now ISO instant
 */
export function turnFacts(
  events: readonly Seen<CalendarEvent>[],
  person: Pick<Person, "timeZone" | "workingHours">,
  now: string,
  lastTouched: readonly EventKey[],
): TurnFacts {
  const ids = new Map<EventKey, FactId>()
  const byId = new Map<FactId, Seen<CalendarEvent>>()
  const series = new Map<string, FactId>()
  const facts: EventFact[] = []
  for (const seen of events) {
    const id = `e${facts.length + 1}` as FactId
    const event = seen.value
    ids.set(eventKey(event.ref), id)
    byId.set(id, seen)
    facts.push({
      id,
      series: event.seriesId ? seriesFact(series, event) : null,
      start: event.start,
      end: event.end,
      busy: event.busy,
      movable: event.movable,
      guests: guestCount(event),
    })
  }
  const { timeZone, workingHours } = person
  const lastMentioned = lastTouched.map((key) => ids.get(key)).filter((id): id is FactId => id !== undefined)
  return {
    facts: { now, timeZone, workingHours, events: facts, lastMentioned },
    matcher: makeMatcher([...byId].map(([id, seen]) => candidate(id, seen.value))),
    eventOf: (id) => byId.get(id),
    idOf: (key) => ids.get(key),
  }
}

function seriesFact(known: Map<string, FactId>, { ref, seriesId }: CalendarEvent): FactId {
  const name = `${ref.connectionId} ${ref.calendarId} ${seriesId}`
  const id = known.get(name) ?? (`s${known.size + 1}` as FactId)
  known.set(name, id)
  return id
}

const candidate = (id: FactId, event: CalendarEvent) => ({
  id,
  title: event.summary,
  location: event.location,
  people: event.attendees.filter((a) => !a.self).map((a) => ({ name: a.name ?? "", email: a.email })),
})

/** Guests other than the person: those whom a change concerns. */
export const guestCount = (event: CalendarEvent): number =>
  event.attendees.filter((a) => !a.self && !a.organizer).length
