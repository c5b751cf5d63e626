import "server-only"
import { availableSlots, type PersonsTime } from "../domain/availability"
import type { Slot } from "../domain/booking"
import { MINUTE_MS } from "../domain/zoned-time"
import type { AgentCaller } from "../ports/agent-keys"
import type { AvailabilityStore, BookablePerson } from "../ports/availability-rules"
import type { BookingStore } from "../ports/booking-store"
import type { Clock } from "../ports/clock"

export interface AvailabilityNeeds {
  readonly availability: AvailabilityStore
  readonly bookings: Pick<BookingStore, "standing">
  readonly clock: Clock
}

export interface AvailabilityWish {
  readonly userIds: readonly string[]
  /** ISO instants. */
  readonly from: string
  readonly to: string
  readonly durationMs: number
  readonly stepMs: number
  readonly limit: number
}

const stretch = ({ start, end }: Slot) => ({ from: Date.parse(start), to: Date.parse(end) })

/**
 * D17. Slots from now on in which all of these people can be booked: within working hours, apart from focus blocks, from what stands in their calendars (with their
 * buffer) and from others' holds. A hint: only the commit is the check. Null: one of them does not list this agent, or is not there.
 */
export async function findAvailability(
  { availability, bookings, clock }: AvailabilityNeeds,
  { workspaceId, agentId }: AgentCaller,
  { userIds, from, to, durationMs, stepMs, limit }: AvailabilityWish,
): Promise<readonly Slot[] | null> {
  const asked = [...new Set(userIds)]
  const window = { from: Math.max(Date.parse(from), clock.now()), to: Date.parse(to) }
  const people = await availability.people(workspaceId, agentId, asked)
  if (people.length !== asked.length) return null
  if (window.from >= window.to) return []
  // what begins a buffer's length outside the window still reaches into it
  const reach = Math.max(...people.map(({ bufferMinutes }) => bufferMinutes)) * MINUTE_MS
  const wide = { start: iso(window.from - reach), end: iso(window.to + reach) }
  const [standing, outside] = await Promise.all([
    bookings.standing(workspaceId, asked, wide),
    availability.taken(workspaceId, asked, wide),
  ])
  const timeOf = (person: BookablePerson): PersonsTime => ({
    taken: [
      ...standing
        .filter((each) => each.ownerId === person.userId && !(each.kind === "hold" && each.agentId === agentId))
        .map(({ slot }) => stretch(slot)),
      ...(outside.find(({ userId }) => userId === person.userId)?.stretches ?? []),
    ],
    bufferMs: person.bufferMinutes * MINUTE_MS,
    timeZone: person.timeZone,
    workingHours: person.workingHours,
    focusBlocks: person.focusBlocks,
  })
  return availableSlots({ people: people.map(timeOf), window, durationMs, stepMs, most: limit }).map((slot) => ({
    start: iso(slot.from),
    end: iso(slot.to),
  }))
}

const iso = (ms: number): string => new Date(ms).toISOString()
