import "server-only"
import type { PersonsTime } from "../domain/availability"
import type { Slot } from "../domain/booking"
import type { Stretch } from "../domain/busy"
import type { Person } from "../domain/person"
import { keptFree } from "../domain/preferences"
import { type RankedSlot, rankedSlots } from "../domain/ranked-slots"
import { allTaken, slotTaken, type Taken } from "../domain/slot"
import { MINUTE_MS } from "../domain/zoned-time"
import type { AvailabilityStore } from "../ports/availability-rules"
import type { BookingStore } from "../ports/booking-store"
import type { Calendars } from "../ports/calendars"
import type { Clock } from "../ports/clock"
import type { RecordStore } from "../ports/record-store"
import { readCalendars } from "./read-calendars"
import { readPreferences } from "./read-preferences"

const NOTHING_KNOWN = { bufferMs: 0, workingHours: null, focusBlocks: [] } as const

export interface SlotNeeds {
  readonly calendars: Calendars
  readonly availability: Pick<AvailabilityStore, "rules" | "colleagues">
  readonly bookings: Pick<BookingStore, "standing">
  readonly records: Pick<RecordStore, "snapshot">
  readonly clock: Clock
}

export interface SlotsWish {
  /** ISO instants. */
  readonly from: string
  readonly to: string
  readonly lengthMs: number
  /** Others who should be free too, by address. */
  readonly people: readonly string[]
  readonly most: number
}

/** What is to be said of a slot, see `RankedSlot`. */
export type FoundSlot = Slot & Pick<RankedSlot, "outsideHours" | "backToBack">

export type FoundSlots =
  /** `unknown`: nothing is known of their time, so that they may be busy in any of these. */
  | { readonly kind: "slots"; readonly slots: readonly FoundSlot[]; readonly unknown: readonly string[] }
  /** A calendar of the person's own could not be read: nothing there can be called free. */
  | { readonly kind: "unreadable" }

/**
 * Free times of a person: within their working hours, apart from their events and the buffer around them, their focus blocks, what they want kept free, and what agents hold or have booked; in which those of the others whose time can be seen are free
 * too, colleagues with their own buffers, focus blocks and holds. Those outside a colleague's hours come last; of the rest the soonest first. Reads only, and is true of this moment only.
 */
export async function findSlots(
  { calendars, availability, bookings, records, clock }: SlotNeeds,
  person: Person,
  { from, to, lengthMs, people, most }: SlotsWish,
): Promise<FoundSlots> {
  const { workspaceId, userId, timeZone, workingHours } = person
  const window = { from: Math.max(Date.parse(from), clock.now()), to: Date.parse(to) }
  if (window.from >= window.to) return { kind: "slots", slots: [], unknown: [] }
  const [rules, colleagues] = await Promise.all([
    availability.rules(workspaceId, userId),
    availability.colleagues(workspaceId, people),
  ])
  // what begins a buffer's length outside the window still reaches into it
  const reach = Math.max(...[rules, ...colleagues].map(({ bufferMinutes }) => bufferMinutes)) * MINUTE_MS
  const wide = { from: iso(window.from - reach), to: iso(window.to + reach) }
  const read = await readCalendars(calendars, person, wide)
  if (read.problems.length > 0 || read.calendars.length === 0) return { kind: "unreadable" }
  const accounts = [...new Set(read.calendars.map(({ connection }) => connection.id))]
  const [others, standing, { preferences }] = await Promise.all([
    busyOfPeople(calendars, person, accounts, people, wide),
    bookings.standing(workspaceId, [userId, ...colleagues.map((each) => each.userId)], {
      start: wide.from,
      end: wide.to,
    }),
    readPreferences({ records }, person),
  ])
  const byAgents = (owner: string) => standing.filter(({ ownerId }) => ownerId === owner).map(({ slot }) => slot)
  const moment = (at: string) => ({ kind: "timed" as const, at, timeZone })
  const whole = { start: moment(wide.from), end: moment(wide.to) }
  const own = slotTaken(
    read.events.map((seen) => seen.value),
    whole,
    [],
  )
  const guests = others.known.map(({ email, busy }) => {
    const member = colleagues.find((each) => each.email === email.toLowerCase())
    const time: PersonsTime = member
      ? {
          ...member,
          bufferMs: member.bufferMinutes * MINUTE_MS,
          taken: stretches([...busy, ...byAgents(member.userId)]),
        }
      : { ...NOTHING_KNOWN, timeZone, taken: stretches(busy) }
    return { who: email, time }
  })
  // what is to stay free is nobody's event: it is taken, and has no buffer
  const kept = keptFree(preferences, { start: iso(window.from), end: iso(window.to) }, timeZone)
  const keeper = { who: "", time: { ...NOTHING_KNOWN, timeZone, taken: stretches(kept) } }
  const found = rankedSlots({
    me: {
      taken: stretches(allTaken([...own, ...byAgents(userId)], whole)),
      bufferMs: rules.bufferMinutes * MINUTE_MS,
      focusBlocks: rules.focusBlocks,
      timeZone,
      workingHours,
    },
    guests: [...guests, keeper],
    window,
    durationMs: lengthMs,
    near: window.from,
    most,
  })
  const slots = found.map(({ from, to, ...said }) => ({ start: iso(from), end: iso(to), ...said }))
  return { kind: "slots", slots, unknown: others.unknown }
}

/** As far as any of the person's accounts is let see it. */
async function busyOfPeople(
  calendars: Calendars,
  { workspaceId, userId }: Person,
  accounts: readonly Parameters<Calendars["open"]>[2][],
  people: readonly string[],
  window: { readonly from: string; readonly to: string },
): Promise<{
  readonly known: readonly { readonly email: string; readonly busy: readonly Taken[] }[]
  readonly unknown: readonly string[]
}> {
  if (people.length === 0) return { known: [], unknown: [] }
  const answers = await Promise.all(
    accounts.map(async (id) => (await calendars.open(workspaceId, userId, id))?.busyOf(people, window)),
  )
  const told = answers
    .flatMap((answer) => (answer?.kind === "people" ? answer.people : []))
    .flatMap((each) => (each.kind === "busy" ? [each] : []))
  const known = people.flatMap((email) => {
    const theirs = told.filter((each) => each.email === email)
    return theirs.length > 0 ? [{ email, busy: theirs.flatMap(({ busy }) => busy) }] : []
  })
  return { known, unknown: people.filter((email) => !known.some((each) => each.email === email)) }
}

const stretches = (taken: readonly Taken[]): Stretch[] =>
  taken.map(({ start, end }) => ({ from: Date.parse(start), to: Date.parse(end) }))

const iso = (ms: number): string => new Date(ms).toISOString()
