import { randomUUID } from "node:crypto"
import { Temporal } from "temporal-polyfill"
import { expect } from "vitest"
import type { CalendarEvent, ConnectionId, EventDraft, EventPatch, EventRef, When } from "../../domain/event"
import type { Seen } from "../../domain/version"
import type { CalendarProvider, WriteOptions, WriteOutcome } from "../../ports/calendar-provider"
import type { PersonsEdit } from "../../sandbox/calendar/as-person"
import { isWrite } from "../is-write"
import type { FaultKind } from "../sandbox"

export const CONNECTION = "contract" as ConnectionId

/** How an account differs from the ordinary one of its person. */
export interface AccountOptions {
  readonly url?: string
  readonly accessToken?: () => Promise<string>
}

/** In what one provider differs from the others, as declared; everything else the suite demands of each. */
export interface Capabilities {
  /** The method of an update's request; others' is their own (POST, DELETE, or PUT for all). */
  readonly update: "PATCH" | "PUT"
  readonly create: "POST" | "PUT"
  /** What an update leaves out stays as it is, so that it holds only what changes. */
  readonly patches: boolean
  /** Lists come in pages. */
  readonly pages: boolean
  /** It passes invitations and answers on between its people. */
  readonly schedules: boolean
  /** A guest's change of the meeting: refused by the provider, or by us, unsent. */
  readonly refusesGuests: "there" | "here"
  /** An answer takes another time along. */
  readonly proposesTimes: boolean
  /** Events go to another calendar and stay what they are. */
  readonly moves: boolean
  /** Versions are of the content: the old one comes back with it. */
  readonly contentVersions: boolean
  /** It tells who else may edit a calendar. */
  readonly tellsEditors: boolean
  /** It tells of other people's free/busy. */
  readonly tellsBusy: boolean
  /** It asks who is there. */
  readonly checksLogins: boolean
}

/** One request as it went by. `status`: what the client saw, null where it saw none. */
export interface Passing {
  readonly method: string
  /** As it was sent, escaped, without the query. */
  readonly path: string
  readonly ifMatch: string | null
  readonly ifNoneMatch: string | null
  readonly body: string
  readonly status: number | null
}

export interface FaultOptions {
  readonly method?: string
  readonly delayMs?: number
  /** How many requests it strikes. */
  readonly times?: number
}

/** What the contract has to know of one provider: two people with accounts there, how an adapter for one of them is made, and what a test does to the provider from outside. */
export interface CalendarWorld {
  readonly can: Capabilities
  readonly organizer: string
  readonly guest: string
  /** When they take place: on days on which nothing is. */
  readonly firstDay: string
  /** Where the tests take place, if not in the organizer's primary calendar. */
  readonly calendarId?: string
  account(person: string, over?: AccountOptions): CalendarProvider
  /** A place to mark, and everything that went by since. */
  passed(): Promise<number>
  since(mark: number): Promise<readonly Passing[]>
  /** The organizer, or a guest in reply, changes the event in the provider's own calendar or another program. Unconditional. */
  byHand(event: CalendarEvent, change: PersonsEdit): Promise<void>
  fault(kind: FaultKind, options?: FaultOptions): Promise<void>
  clearFaults(): Promise<void>
  /** Lets a page of a list hold no more events than this, whatever is asked for; null: no longer. Absent where a list of hundreds comes in several pages anyway, or in one always. */
  readonly shortPages?: (size: number | null) => Promise<void>
}

/** The acts of a contract's tests. Every test takes days of its own. @param yearsBefore where another suite takes its days in the same world */
export async function actsIn(world: CalendarWorld, yearsBefore = 0) {
  const mine = world.account(world.organizer)
  const calendarId = world.calendarId ?? (await primaryOf(mine))
  let nextDay = Temporal.PlainDate.from(world.firstDay).subtract({ years: yearsBefore })

  const freshDay = (days = 1): Temporal.PlainDate => {
    const first = nextDay
    // a day apart: what lies at midnight would be seen twice
    nextDay = nextDay.add({ days: days + 1 })
    return first
  }

  const standing = (ref: EventRef) => foundIn(mine, ref)

  async function given(over: Partial<EventDraft> = {}): Promise<Seen<CalendarEvent>> {
    const draft = { summary: "Planning", ...hours(freshDay(), 9, 10), ...over }
    return standing(appliedTo(await mine.create(calendarId, draft, writing())).value.ref)
  }

  /** Runs `act` and tells what reached the provider meanwhile: all of it, and what of it could change something. */
  async function watching<T>(act: () => Promise<T>): Promise<{ outcome: T; writes: Passing[]; all: Passing[] }> {
    const mark = await world.passed()
    const outcome = await act()
    const all = [...(await world.since(mark))]
    return { outcome, all, writes: all.filter(isWrite) }
  }

  return { world, mine, calendarId, freshDay, given, watching, standing, byHand: world.byHand }
}

export type Acts = Awaited<ReturnType<typeof actsIn>>

export const writing = (over: Partial<WriteOptions> = {}): WriteOptions => ({
  marker: randomUUID(),
  notify: false,
  timeoutMs: 5_000,
  ...over,
})

export async function foundIn(account: CalendarProvider, ref: EventRef): Promise<Seen<CalendarEvent>> {
  const read = await account.get(ref)
  return read.kind === "found" ? read.event : expect.unreachable(`read: ${JSON.stringify(read)}`)
}

export const appliedTo = (outcome: WriteOutcome): Seen<CalendarEvent> =>
  outcome.kind === "applied" ? outcome.event : expect.unreachable(`write: ${JSON.stringify(outcome)}`)

export async function primaryOf(account: CalendarProvider): Promise<string> {
  const answer = await account.calendars()
  const primary = answer.kind === "calendars" && answer.calendars.find((calendar) => calendar.primary)
  return primary ? primary.id : expect.unreachable(`calendars: ${JSON.stringify(answer)}`)
}

/** A guest's own copy of the organizer's event. */
export async function copyOf(world: CalendarWorld, event: CalendarEvent): Promise<Seen<CalendarEvent>> {
  const theirs = world.account(world.guest)
  const day = event.start.kind === "timed" ? event.start.at.slice(0, 10) : event.start.on
  const between = { from: `${day}T00:00:00Z`, to: `${day}T23:59:59Z` }
  const answer = await theirs.list(await primaryOf(theirs), between)
  const copy = answer.kind === "events" && answer.events.find((seen) => seen.value.summary === event.summary)
  return copy ? foundIn(theirs, copy.value.ref) : expect.unreachable(`the guest's copy: ${JSON.stringify(answer)}`)
}

export async function listedOn(acts: Acts, day: Temporal.PlainDate, days = 1): Promise<readonly Seen<CalendarEvent>[]> {
  const answer = await acts.mine.list(acts.calendarId, window(day, days))
  return answer.kind === "events" ? answer.events : expect.unreachable(`list: ${JSON.stringify(answer)}`)
}

/** The instances of a new weekly series of three. */
export async function weekly(acts: Acts, day: Temporal.PlainDate) {
  await acts.given({ ...hours(day, 9, 10), recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"] })
  const [first, second, third] = await listedOn(acts, day, 28)
  return first && second && third ? ([first, second, third] as const) : expect.unreachable("three instances")
}

export const guestOf = (event: CalendarEvent, email: string) => event.attendees.find((guest) => guest.email === email)

const at = (on: Temporal.PlainDate, hour: number): When => ({
  kind: "timed",
  at: on.toZonedDateTime({ timeZone: "Europe/Berlin", plainTime: { hour } }).toInstant().toString(),
  timeZone: "Europe/Berlin",
})

export const hours = (on: Temporal.PlainDate, from: number, to: number) => ({ start: at(on, from), end: at(on, to) })

export const allDay = (on: Temporal.PlainDate, days = 1) => ({
  start: { kind: "allDay", on: on.toString() } as const,
  end: { kind: "allDay", on: on.add({ days }).toString() } as const,
})

export const instantOf = (when: When): string =>
  when.kind === "timed" ? when.at : expect.unreachable("an all-day event")

/** The same event, an hour later. */
export const later = (event: CalendarEvent): Required<Pick<EventPatch, "start" | "end">> => ({
  start: hourLater(event.start),
  end: hourLater(event.end),
})

const hourLater = (when: When): When => ({
  kind: "timed",
  timeZone: "Europe/Berlin",
  at: Temporal.Instant.from(instantOf(when)).add({ hours: 1 }).toString(),
})

export const window = (from: Temporal.PlainDate, days = 1) => ({
  from: `${from}T00:00:00Z`,
  to: `${from.add({ days })}T00:00:00Z`,
})
