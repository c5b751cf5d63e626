import { randomUUID } from "node:crypto"
import { Temporal } from "temporal-polyfill"
import { expect } from "vitest"
import type { CalendarEvent, ConnectionId, EventDraft, EventPatch, EventRef, When } from "../../domain/event"
import type { Seen } from "../../domain/version"
import type { CalendarProvider, WriteOptions, WriteOutcome } from "../../ports/calendar-provider"
import type { PersonsEdit } from "../../sandbox/calendar/as-person"
import type { Exchange, Sandbox, SandboxProvider } from "../sandbox"

export const CONNECTION = "contract" as ConnectionId

/** How an account differs from the ordinary one of its person. */
export interface AccountOptions {
  readonly url?: string
  readonly accessToken?: () => Promise<string>
}

/** What the contract has to know of one provider: two people with accounts there, and how an adapter for one of them is made. */
export interface CalendarWorld {
  readonly sandbox: Sandbox
  readonly provider: SandboxProvider
  readonly organizer: string
  readonly guest: string
  account(person: string, over?: AccountOptions): CalendarProvider
}

/** The acts of the contract's tests, in the organizer's primary calendar. Every test takes days of its own. */
export async function actsIn(world: CalendarWorld) {
  const mine = world.account(world.organizer)
  const calendarId = await primaryOf(mine)
  // Before the first of the seeded series.
  let nextDay = Temporal.PlainDate.from("2020-02-03")

  const freshDay = (days = 1): Temporal.PlainDate => {
    const first = nextDay
    nextDay = nextDay.add({ days })
    return first
  }

  const standing = (ref: EventRef) => foundIn(mine, ref)

  async function given(over: Partial<EventDraft> = {}): Promise<Seen<CalendarEvent>> {
    const draft = { summary: "Planning", ...hours(freshDay(), 9, 10), ...over }
    return standing(appliedTo(await mine.create(calendarId, draft, writing())).value.ref)
  }

  /** Runs `act` and tells what reached the provider meanwhile: all of it, and what of it could change something. */
  async function watching<T>(act: () => Promise<T>): Promise<{ outcome: T; writes: Exchange[]; all: Exchange[] }> {
    const since = await world.sandbox.lastExchange()
    const outcome = await act()
    const all = await world.sandbox.journal(since)
    return { outcome, all, writes: all.filter(isWrite) }
  }

  /** The organizer, or a guest in reply, changes the event in the provider's own calendar. */
  const byHand = (event: CalendarEvent, change: PersonsEdit) =>
    world.sandbox.edit(world.provider, world.organizer, event.ref.eventId, change)

  return { world, mine, calendarId, freshDay, given, watching, standing, byHand }
}

/** Google asks for free/busy with a POST. */
const isWrite = ({ method, path }: Exchange) => method !== "GET" && !path.endsWith("/freeBusy")

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
