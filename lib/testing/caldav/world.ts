import { Temporal } from "temporal-polyfill"
import { type CaldavOptions, caldavCalendars } from "../../adapters/caldav/adapter"
import type { CalendarEvent, ConnectionId, EventDraft, EventRef } from "../../domain/event"
import type { Seen } from "../../domain/version"
import type { CalendarProvider } from "../../ports/calendar-provider"
import { appliedTo, foundIn, hours, window, writing } from "../contracts/calendar-world"
import { type Hand, handOf } from "./hand"
import { addressOf, type CaldavServer, PASSWORD, type PersonName, SERVERS } from "./servers"
import { openWitness, type Passing, type Witness } from "./witness"

export const CONNECTION = "caldav" as ConnectionId

/** A real server with a witness before it, and the acts of the contract's tests. Every test takes days of its own. */
export interface CaldavWorld {
  readonly server: CaldavServer
  readonly witness: Witness
  readonly mine: CalendarProvider
  /** Alice at another program, past the witness. */
  readonly hand: Hand
  account(person: PersonName): CalendarProvider
  freshDay(days?: number): Temporal.PlainDate
  ref(name: string): EventRef
  given(over?: Partial<EventDraft>): Promise<Seen<CalendarEvent>>
  standing(ref: EventRef): Promise<Seen<CalendarEvent>>
  listed(day: Temporal.PlainDate, days?: number): Promise<readonly Seen<CalendarEvent>[]>
  close(): Promise<void>
}

/** @param name a server that is installed */
export async function openCaldavWorld(name: CaldavServer["name"]): Promise<CaldavWorld> {
  const server = await SERVERS[name]()
  const witness = await openWitness(server.url)
  const account = (person: PersonName) => caldavAccount(witness.url + server.homeOf(person), person)
  const mine = account("alice")
  let nextDay = Temporal.PlainDate.from("2026-03-02")

  const freshDay = (days = 1): Temporal.PlainDate => {
    const first = nextDay
    // a day apart: what lies at midnight would be seen twice
    nextDay = nextDay.add({ days: days + 1 })
    return first
  }
  const ref = (eventId: string): EventRef => ({ connectionId: CONNECTION, calendarId: server.calendarId, eventId })
  const standing = (at: EventRef) => foundIn(mine, at)

  return {
    server,
    witness,
    mine,
    hand: handOf(server, "alice"),
    account,
    freshDay,
    ref,
    standing,
    async given(over = {}) {
      const draft = { summary: "Planning", ...hours(freshDay(), 9, 10), ...over }
      return standing(appliedTo(await mine.create(server.calendarId, draft, writing())).value.ref)
    },
    async listed(day, days = 1) {
      const answer = await mine.list(server.calendarId, window(day, days))
      if (answer.kind !== "events") throw new Error(`list: ${JSON.stringify(answer)}`)
      return answer.events
    },
    async close() {
      await witness.close()
      await server.stop()
    },
  }
}

/** @param serverUrl the calendar home */
export const caldavAccount = (
  serverUrl: string,
  person: PersonName,
  over: Partial<CaldavOptions> = {},
): CalendarProvider =>
  caldavCalendars({
    connectionId: CONNECTION,
    accountEmail: addressOf(person),
    timeZone: "Europe/Berlin",
    serverUrl,
    credentials: async () => ({ username: person, password: PASSWORD }),
    now: () => Date.parse("2026-11-20T09:00:00Z"),
    allowPrivateHosts: true,
    ...over,
  })

export const statusesOf = (passings: readonly Passing[]) => passings.map(({ status }) => status)
