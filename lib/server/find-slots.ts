import "server-only"
import type { Slot } from "../domain/booking"
import { freeSlots } from "../domain/free-slots"
import type { Person } from "../domain/person"
import { keptFree } from "../domain/preferences"
import { allTaken, slotTaken, type Taken } from "../domain/slot"
import type { Calendars } from "../ports/calendars"
import type { Clock } from "../ports/clock"
import type { RecordStore } from "../ports/record-store"
import { readCalendars } from "./read-calendars"
import { readPreferences } from "./read-preferences"

const DAY_MS = 86_400_000

export interface SlotsWish {
  /** ISO instants. */
  readonly from: string
  readonly to: string
  readonly lengthMs: number
  /** Others who should be free too, by address. */
  readonly people: readonly string[]
  readonly most: number
}

export type FoundSlots =
  /** `unknown`: nothing is known of their time, so that they may be busy in any of these. */
  | { readonly kind: "slots"; readonly slots: readonly Slot[]; readonly unknown: readonly string[] }
  /** A calendar of the person's own could not be read: nothing there can be called free. */
  | { readonly kind: "unreadable" }

export interface SlotDeps {
  readonly calendars: Calendars
  readonly clock: Clock
  readonly records: Pick<RecordStore, "snapshot">
}

/** Free times of a person within their working hours and what they want kept free, the soonest first, in which those of the others whose time can be seen are free too. Reads only, and is true of this moment only. */
export async function findSlots(
  { calendars, clock, records }: SlotDeps,
  person: Person,
  { from, to, lengthMs, people, most }: SlotsWish,
): Promise<FoundSlots> {
  const start = Math.max(Date.parse(from), clock.now())
  const end = Date.parse(to)
  if (start >= end) return { kind: "slots", slots: [], unknown: [] }
  const window = { from: iso(start), to: iso(end) }
  const read = await readCalendars(calendars, person, window)
  if (read.problems.length > 0 || read.calendars.length === 0) return { kind: "unreadable" }
  const accounts = [...new Set(read.calendars.map(({ connection }) => connection.id))]
  const { preferences } = await readPreferences({ records }, person)
  const others = await busyOfPeople(calendars, person, accounts, people, window)

  const { timeZone, workingHours } = person
  const moment = (at: string) => ({ kind: "timed" as const, at, timeZone })
  const whole = { start: moment(window.from), end: moment(window.to) }
  const own = slotTaken(
    read.events.map((seen) => seen.value),
    whole,
    [],
  )
  const starts = freeSlots({
    // nothing after the window is offered
    busy: [
      ...allTaken([...own, ...others.busy], whole),
      ...keptFree(preferences, { start: window.from, end: window.to }, timeZone),
      { start: window.to, end: iso(end + 2 * DAY_MS + lengthMs) },
    ],
    lengthMs,
    notBefore: window.from,
    near: window.from,
    days: Math.ceil((end - start) / DAY_MS) + 1,
    timeZone,
    workingHours,
    most,
  })
  const slots = starts.map((at) => ({ start: at, end: iso(Date.parse(at) + lengthMs) }))
  return { kind: "slots", slots, unknown: others.unknown }
}

/** As far as any of the person's accounts is let see it. */
async function busyOfPeople(
  calendars: Calendars,
  { workspaceId, userId }: Person,
  accounts: readonly Parameters<Calendars["open"]>[2][],
  people: readonly string[],
  window: { readonly from: string; readonly to: string },
): Promise<{ readonly busy: readonly Taken[]; readonly unknown: readonly string[] }> {
  if (people.length === 0) return { busy: [], unknown: [] }
  const answers = await Promise.all(
    accounts.map(async (id) => (await calendars.open(workspaceId, userId, id))?.busyOf(people, window)),
  )
  const told = answers
    .flatMap((answer) => (answer?.kind === "people" ? answer.people : []))
    .flatMap((each) => (each.kind === "busy" ? [each] : []))
  const known = new Set(told.map(({ email }) => email))
  return { busy: told.flatMap(({ busy }) => busy), unknown: people.filter((email) => !known.has(email)) }
}

const iso = (ms: number): string => new Date(ms).toISOString()
