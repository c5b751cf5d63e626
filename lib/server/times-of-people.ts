import "server-only"
import type { Stretch } from "../domain/busy"
import type { CalendarEvent, ConnectionId } from "../domain/event"
import type { Person } from "../domain/person"
import { type Preferences, wantedOf } from "../domain/preferences"
import type { Attendee } from "../domain/rank-slots"
import { slotTaken, type Taken } from "../domain/slot"
import { HOUR_MS, isoInstant, MINUTE_MS } from "../domain/zoned-time"
import type { AvailabilityRules, AvailabilityStore, Colleague } from "../ports/availability-rules"
import type { BookingStore } from "../ports/booking-store"
import type { PersonsBusy, Window } from "../ports/calendar-provider"
import type { Calendars } from "../ports/calendars"
import type { CalendarRead } from "./read-calendars"

export interface TimeNeeds {
  readonly calendars: Calendars
  readonly availability: Pick<AvailabilityStore, "rules" | "colleagues">
  readonly bookings: Pick<BookingStore, "standing">
}

/** Others than these are not asked about one by one: nothing is known of them. */
const MOST_ASKED = 50
/** What ends or begins so near to a window may reach into it with its buffer. */
const REACH_MS = 4 * HOUR_MS
const FAR_ZONE = "UTC"

export const reaching = ({ from, to }: Stretch): Window => ({
  from: isoInstant(from - REACH_MS),
  to: isoInstant(to + REACH_MS),
})

export interface PeoplesTime {
  readonly people: readonly Attendee[]
  /** Nobody here can see their calendars: addresses. */
  readonly unseen: readonly string[]
}

/** The calendars of the person who asks, as they were read around the window. */
export interface OwnTime {
  readonly events: readonly CalendarEvent[]
  readonly accounts: readonly ConnectionId[]
}

export const ownTimeOf = ({ events, calendars }: CalendarRead): OwnTime => ({
  events: events.map((seen) => seen.value),
  accounts: [...new Set(calendars.map(({ connection }) => connection.id))],
})

/**
 * The time of a person and of others, around a window. Of the person: their events, what agents hold and have booked, their buffer and focus blocks. Of others: what any of the person's accounts is let see,
 * and of members of the workspace their settings and what is held of them too. Whose calendar nobody can see is named, never taken for free.
 */
export async function timesOf(
  needs: TimeNeeds,
  person: Person,
  own: OwnTime,
  others: readonly string[],
  window: Stretch,
): Promise<PeoplesTime> {
  const { workspaceId, userId } = person
  const wide = reaching(window)
  const asked = [...new Set(others.map((email) => email.toLowerCase()))].filter(
    (email) => email !== person.email.toLowerCase(),
  )
  const [rules, colleagues, told] = await Promise.all([
    needs.availability.rules(workspaceId, userId),
    needs.availability.colleagues(workspaceId, asked),
    toldOf(needs.calendars, person, own.accounts, asked, wide),
  ])
  const members = [userId, ...colleagues.map((one) => one.userId)]
  const standing = await needs.bookings.standing(workspaceId, members, { start: wide.from, end: wide.to })
  const heldOf = (member: string) =>
    standing.filter(({ ownerId }) => ownerId === member).map(({ slot }) => stretch(slot))
  const moment = (at: string) => ({ kind: "timed" as const, at, timeZone: FAR_ZONE })
  const whole = { start: moment(wide.from), end: moment(wide.to) }
  const self: Attendee = {
    who: null,
    flexible: false,
    time: timeBy([...slotTaken(own.events, whole, []).map(stretch), ...heldOf(userId)], rules, person),
  }
  const seen = asked.flatMap((email): Attendee[] => {
    const answers = told.filter((one) => one.email.toLowerCase() === email)
    if (answers.length === 0) return []
    const busy = answers.flatMap((one) => one.busy.map(stretch))
    const colleague = colleagues.find((one) => one.email === email)
    const hours = answers.flatMap((one) => one.hours ?? [])[0]
    const held = colleague ? heldOf(colleague.userId) : []
    return [{ who: email, flexible: true, time: timeBy([...busy, ...held], colleague ?? NO_RULES, colleague ?? hours) }]
  })
  const isSeen = new Set(seen.map(({ who }) => who))
  return { people: [self, ...seen], unseen: asked.filter((email) => !isSeen.has(email)) }
}

const NO_RULES: AvailabilityRules = { bufferMinutes: 0, focusBlocks: [] }

const timeBy = (
  taken: readonly Stretch[],
  { bufferMinutes, focusBlocks }: AvailabilityRules,
  hours: Pick<Colleague, "timeZone" | "workingHours"> | undefined,
): Attendee["time"] => ({
  taken,
  bufferMs: bufferMinutes * MINUTE_MS,
  focusBlocks,
  timeZone: hours?.timeZone ?? FAR_ZONE,
  workingHours: hours?.workingHours ?? null,
})

/** As far as any of the person's accounts is let see it. */
async function toldOf(
  calendars: Calendars,
  { workspaceId, userId }: Person,
  accounts: readonly ConnectionId[],
  people: readonly string[],
  window: Window,
): Promise<readonly Extract<PersonsBusy, { kind: "busy" }>[]> {
  if (people.length === 0 || people.length > MOST_ASKED) return []
  const answers = await Promise.all(
    accounts.map(async (id) => (await calendars.open(workspaceId, userId, id))?.busyOf(people, window)),
  )
  return answers
    .flatMap((answer) => (answer?.kind === "people" ? answer.people : []))
    .flatMap((each) => (each.kind === "busy" ? [each] : []))
}

/** What of a window a person wants anything in at all. */
export const wantedWithin = (
  { from, to }: Stretch,
  preferences: Preferences,
  { timeZone }: Pick<Person, "timeZone">,
): readonly Stretch[] =>
  wantedOf([{ start: isoInstant(from), end: isoInstant(to) }], { preferences, timeZone }).map(stretch)

const stretch = ({ start, end }: Taken): Stretch => ({ from: Date.parse(start), to: Date.parse(end) })
