import "server-only"
import { UNCHOSEN } from "../domain/calendar-choice"
import type { Calendar, CalendarEvent } from "../domain/event"
import type { Person } from "../domain/person"
import type { Seen } from "../domain/version"
import type { CalendarChoice } from "../ports/calendar-choices"
import type { CalendarProvider, Window } from "../ports/calendar-provider"
import type { Calendars, ConnectionSummary } from "../ports/calendars"

/** Why an account could not be read. The others are shown all the same. */
export interface ReadProblem {
  readonly kind: "reconnect" | "unreachable" | "throttled" | "forbidden"
  readonly connection: ConnectionSummary
}

export interface OwnCalendar extends Calendar {
  readonly connection: ConnectionSummary
  readonly choice: Omit<CalendarChoice, "connectionId" | "calendarId">
}

export interface CalendarRead {
  readonly calendars: readonly OwnCalendar[]
  /** In order of start. */
  readonly events: readonly Seen<CalendarEvent>[]
  readonly problems: readonly ReadProblem[]
}

/**
 * Everything on the calendars that a person looks at, in a window: all accounts and calendars at once, what cannot be read named rather than left out
 * silently. A calendar that they have put away is not read at all.
 * @param how `recall`: where it can be, the provider is asked only for what has changed since the last look
 */
export async function readCalendars(
  calendars: Calendars,
  person: Person,
  window: Window,
  how: "list" | "recall" = "list",
): Promise<CalendarRead> {
  const [connections, choices] = await Promise.all([
    calendars.connections(person.workspaceId, person.userId),
    calendars.choices(person.workspaceId, person.userId),
  ])
  const reads = await Promise.all(
    connections.map((connection) => readConnection(calendars, person, connection, window, choices, how)),
  )
  return {
    calendars: reads.flatMap((read) => read.calendars),
    events: inOrder(reads.flatMap((read) => read.events)),
    problems: reads.flatMap((read) => read.problems),
  }
}

async function readConnection(
  calendars: Calendars,
  person: Person,
  connection: ConnectionSummary,
  window: Window,
  choices: readonly CalendarChoice[],
  how: "list" | "recall",
): Promise<CalendarRead> {
  const { workspaceId, userId } = person
  const none = (kind: ReadProblem["kind"]): CalendarRead => ({
    calendars: [],
    events: [],
    problems: [{ kind, connection }],
  })
  if (connection.status === "paused") return none("reconnect")
  const provider = await calendars.open(workspaceId, userId, connection.id)
  if (!provider) return none("reconnect")
  const own = await provider.calendars()
  if (own.kind !== "calendars") return none(problemOf(own.kind))
  const shown = own.calendars
    .map((calendar) => ({ ...calendar, connection, choice: choiceOf(choices, connection.id, calendar.id) }))
    .filter(({ choice }) => choice.shown)
  const recalled = (calendar: Calendar) =>
    how === "recall" ? calendars.recall?.(workspaceId, userId, connection, calendar, window) : null
  const lists = await Promise.all(
    shown.map(async (calendar) => (await recalled(calendar)) ?? provider.list(calendar.id, window)),
  )
  return {
    calendars: shown,
    events: lists.flatMap((list) => (list.kind === "events" ? list.events : [])),
    problems: lists.flatMap((list) => (list.kind === "events" ? [] : [{ kind: problemOf(list.kind), connection }])),
  }
}

export const choiceOf = (
  choices: readonly CalendarChoice[],
  connectionId: string,
  calendarId: string,
): OwnCalendar["choice"] =>
  choices.find((choice) => choice.connectionId === connectionId && choice.calendarId === calendarId) ?? UNCHOSEN

export const problemOf = (
  kind: Exclude<Awaited<ReturnType<CalendarProvider["list"]>>["kind"], "events">,
): ReadProblem["kind"] => (kind === "gone" ? "forbidden" : kind)

/** A start is read once: comparing is what a sort does most. */
const inOrder = (events: readonly Seen<CalendarEvent>[]): readonly Seen<CalendarEvent>[] =>
  events
    .map((seen) => ({ seen, at: startOf(seen) }))
    .sort((a, b) => a.at - b.at)
    .map(({ seen }) => seen)

const startOf = ({ value: { start } }: Seen<CalendarEvent>): number =>
  Date.parse(start.kind === "timed" ? start.at : `${start.on}T00:00:00Z`)
