import { Temporal } from "temporal-polyfill"
import type { CaldavOptions } from "../../adapters/caldav/account"
import { caldavCalendars } from "../../adapters/caldav/adapter"
import { caldavSync } from "../../adapters/caldav/sync"
import type { ConnectionId } from "../../domain/event"
import type { SplitWorld } from "../contracts/calendar-splits"
import type { SyncWorld } from "../contracts/calendar-sync"
import { CONNECTION } from "../contracts/calendar-world"
import { editsByHand } from "./by-hand"
import { type Hand, handOf } from "./hand"
import { addressOf, type CaldavServer, makeCalendar, PASSWORD, PEOPLE, type PersonName } from "./servers"
import { splittingAt } from "./splitting"
import { openWitness, type Witness } from "./witness"

/** A real server with a witness before it, as the contracts see it. */
export interface CaldavWorld extends SyncWorld, SplitWorld {
  readonly server: CaldavServer
  readonly witness: Witness
  /** Alice at another program, past the witness. */
  readonly hand: Hand
  close(): Promise<void>
}

/** Alice's second calendar, where events can go from one to another. */
export const SIDE = "side"

export async function openCaldavWorld(server: CaldavServer): Promise<CaldavWorld> {
  const witness = await openWitness(server.url)
  const hand = handOf(server, "alice")
  if (server.can.moves) await makeCalendar(server, "alice", SIDE)
  const optionsOf = (email: string, url = witness.url) => accountOf(url + server.homeOf(nameOf(email)), nameOf(email))
  return {
    can: server.can,
    server,
    witness,
    hand,
    // Cyrus invites nobody to what is over
    firstDay: "2036-02-04",
    calendarId: server.calendarId,
    organizer: addressOf("alice"),
    guest: addressOf("bob"),
    account: (email, { url, accessToken } = {}) =>
      caldavCalendars({
        ...optionsOf(email, url),
        ...(accessToken && { credentials: async () => ({ username: nameOf(email), password: await accessToken() }) }),
      }),
    sync: (email) => caldavSync(optionsOf(email)),
    expireCursors: null,
    passed: async () => witness.journal.length,
    since: async (mark) => witness.journal.slice(mark),
    byHand: editsByHand(server, hand),
    async fault(kind, options = {}) {
      if (kind === "delayed-execution" || kind === "edit-before-write") throw new Error(`a witness cannot do ${kind}`)
      witness.next(kind === "latency" ? { ...options, kind, delayMs: options.delayMs ?? 0 } : { ...options, kind })
    },
    clearFaults: async () => witness.clear(),
    splitting: splittingAt(server, hand),
    async close() {
      await witness.close()
      await server.stop()
    },
  }
}

const nameOf = (email: string): PersonName =>
  PEOPLE.find((person) => addressOf(person) === email) ?? raise(`nobody here is ${email}`)

function raise(message: string): never {
  throw new Error(message)
}

/** @param home the calendar home */
export const accountOf = (
  home: string,
  person: PersonName,
  over: { readonly connectionId?: ConnectionId; readonly now?: () => number } = {},
): CaldavOptions => ({
  connectionId: CONNECTION,
  accountEmail: addressOf(person),
  timeZone: "Europe/Berlin",
  serverUrl: home,
  credentials: async () => ({ username: person, password: PASSWORD }),
  now: () => Temporal.Instant.from("2026-11-20T09:00:00Z").epochMilliseconds,
  allowPrivateHosts: true,
  ...over,
})
