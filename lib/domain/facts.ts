import { ownAnswer } from "./change"
import { type CalendarEvent, type EventKey, eventKey } from "./event"
import { type KnownPerson, makeMatcher } from "./matcher"
import type { Person } from "./person"
import type { EventFact, FactId, Matcher, PersonId, PlannerFacts } from "./plan"
import { aliasesOf, type Preferences } from "./preferences"
import type { Seen } from "./version"

/** What one chat turn knows: typed facts for the planner, the texts for the matcher alone, and the way back from opaque ids to events. */
export interface TurnFacts {
  readonly facts: PlannerFacts
  readonly matcher: Matcher
  readonly eventOf: (id: FactId) => Seen<CalendarEvent> | undefined
  readonly idOf: (key: EventKey) => FactId | undefined
  /** Whom the opaque name of a person stands for. */
  readonly personOf: (id: PersonId) => KnownPerson | undefined
  readonly personIdOf: (email: string) => PersonId | undefined
}

/**
 * Splits events into what a planner may see and what only the matcher may see (B6).
 * @param events in order of start
 * @param now ISO instant @param until where the look ended, ISO instant
 * @param preferences the person's own; their names for titles are known to the matcher
 */
export function turnFacts(
  events: readonly Seen<CalendarEvent>[],
  person: Pick<Person, "timeZone" | "workingHours">,
  now: string,
  lastTouched: readonly EventKey[],
  until?: string,
  preferences: Preferences = [],
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
      answer: event.organizer?.self ? null : ownAnswer(event),
    })
  }
  const { timeZone, workingHours } = person
  const people = peopleOf(events.map((seen) => seen.value))
  const lastMentioned = lastTouched.map((key) => ids.get(key)).filter((id): id is FactId => id !== undefined)
  return {
    facts: {
      ...{ now, timeZone, workingHours, events: facts, lastMentioned },
      ...(until !== undefined && { until }),
      ...(preferences.length > 0 && { preferences }),
    },
    matcher: makeMatcher(
      [...byId].map(([id, seen]) => candidate(id, seen.value)),
      people,
      aliasesOf(preferences),
    ),
    eventOf: (id) => byId.get(id),
    idOf: (key) => ids.get(key),
    personOf: (id) => people.find((known) => known.id === id),
    personIdOf: (email) => people.find((known) => known.email.toLowerCase() === email.toLowerCase())?.id,
  }
}

function seriesFact(known: Map<string, FactId>, { ref, seriesId }: CalendarEvent): FactId {
  const name = `${ref.connectionId} ${ref.calendarId} ${seriesId}`
  const id = known.get(name) ?? (`s${known.size + 1}` as FactId)
  known.set(name, id)
  return id
}

/** Everybody the person has met with, by address, in the order in which they come up. */
function peopleOf(events: readonly CalendarEvent[]): readonly KnownPerson[] {
  const known = new Map<string, KnownPerson>()
  for (const { email, name, self } of events.flatMap((event) => event.attendees)) {
    const address = email.toLowerCase()
    const before = known.get(address)
    if (!self && !before?.name)
      known.set(address, { id: before?.id ?? (`p${known.size + 1}` as PersonId), name: name ?? "", email })
  }
  return [...known.values()]
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
