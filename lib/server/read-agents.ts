import "server-only"
import type { Booking, CollisionPattern, Hold } from "../domain/booking"
import type { Person } from "../domain/person"
import { addDays, startOfDay, wallOf } from "../domain/zoned-time"
import type { AgentList } from "../ports/agent-list"
import type { AvailabilityStore } from "../ports/availability-rules"
import type { BookingEvents } from "../ports/booking-events"
import type { BookingSetup } from "../ports/booking-setup"
import type { BookingStore } from "../ports/booking-store"

const SHOWN = 100
const ENDED_SHOWN = 8
/** However far ahead somebody has booked. */
const EVER = "9999-12-31T00:00:00.000Z"
/** Collisions are told of today and the six days before. */
const DAYS = 7
const PATTERNS = [
  "hold-vs-hold",
  "hold-vs-commit-inside-bump",
  "commit-vs-frozen",
  "external-event-overlap",
] as const satisfies readonly CollisionPattern[]

export interface ReadAgentsNeeds {
  readonly bookings: BookingStore
  readonly bookingEvents: Pick<BookingEvents, "questions" | "refused">
  readonly bookingSetup: BookingSetup
  readonly agentList: AgentList
  readonly availability: Pick<AvailabilityStore, "rules">
}

/** All that a person sees of the agents that may book with them: their calendars, their list, what stands, and which collisions there were. */
export async function readAgents(needs: ReadAgentsNeeds, person: Person) {
  const { bookings, bookingEvents, bookingSetup, agentList, availability } = needs
  const { workspaceId, userId: ownerId, timeZone } = person
  const now = await agentList.now()
  const today = wallOf(now, timeZone).date
  const days = Array.from({ length: DAYS }, (_, n) => addDays(today, n + 1 - DAYS))
  const during = { start: now, end: EVER }
  const [calendars, listed, known, held, live, ended, asked, refused, rules, counts] = await Promise.all([
    bookingSetup.calendars(workspaceId, ownerId),
    bookingSetup.agents(workspaceId, ownerId),
    agentList.agents(workspaceId),
    bookings.listHolds({ workspaceId, ownerId, live: true }, newest(SHOWN)),
    bookings.listBookings({ workspaceId, ownerId, live: true, during }, newest(SHOWN)),
    bookings.listBookings({ workspaceId, ownerId, live: false }, newest(ENDED_SHOWN)),
    bookingEvents.questions(workspaceId, ownerId),
    bookingEvents.refused(workspaceId, ownerId),
    availability.rules(workspaceId, ownerId),
    agentList.collisions(workspaceId, ownerId, startOfDay(days[0] ?? today, timeZone), timeZone),
  ])
  const names = await agentList.names(
    workspaceId,
    agentsIn(held.items, [...live.items, ...ended.items, ...asked.map(({ booking }) => booking)]),
  )
  const nameOf = (id: string) => names.get(id) ?? id
  const calendarOf = (id: string) => calendars.find((each) => each.calendarId === id)?.name ?? id

  const standing = ({ id, agentId, calendarId, priority, slot }: Hold | Booking) => {
    return { id, agent: nameOf(agentId), calendar: calendarOf(calendarId), priority, slot }
  }
  const mayRevoke = (addedBy: string | undefined) =>
    addedBy !== undefined && (addedBy === ownerId || person.role === "admin")
  return {
    now,
    calendars: calendars
      .filter(({ open }) => open)
      .map(({ calendarId, name, times, writeAtOnce }) => ({ id: calendarId, name, times, writeAtOnce })),
    agents: listed.map(({ agentId, name, priority }) => {
      const addedBy = known.find(({ id }) => id === agentId)?.addedBy
      return { id: agentId, name, priority, revocable: mayRevoke(addedBy), own: addedBy === ownerId }
    }),
    /** Of the workspace, and not on this person's list. */
    others: known
      .filter(({ id }) => !listed.some(({ agentId }) => agentId === id))
      .map(({ id, name }) => ({ id, name })),
    holds: held.items
      .filter(({ expiresAt }) => expiresAt > now)
      .map((hold) => ({ ...standing(hold), expiresAt: hold.expiresAt })),
    bookings: inOrder(live.items).map((booking) => ({
      ...standing(booking),
      title: booking.title,
      bumpUntil: booking.bumpUntil,
      refused: refused.get(booking.id) ?? null,
    })),
    ended: ended.items.map((booking) => ({
      ...standing(booking),
      title: booking.title,
      state: booking.state,
      by: enderOf(booking, nameOf),
      refused: refused.get(booking.id) ?? null,
    })),
    questions: asked.map(({ id, booking, about, outside }) => ({
      ...standing(booking),
      id,
      title: booking.title,
      about,
      outside,
    })),
    rules,
    collisions: {
      days,
      counts: PATTERNS.map((pattern) => ({
        pattern,
        counts: days.map((on) => counts.find((each) => each.on === on && each.pattern === pattern)?.count ?? 0),
      })),
    },
  }
}

const newest = (limit: number) => ({ before: null, limit })

const inOrder = (bookings: readonly Booking[]) =>
  [...bookings].sort((a, b) => a.slot.start.localeCompare(b.slot.start) || a.id.localeCompare(b.id))

const agentsIn = (holds: readonly Hold[], bookings: readonly Booking[]): string[] => [
  ...new Set([
    ...[...holds, ...bookings].map(({ agentId }) => agentId),
    ...bookings.flatMap(({ endedBy }) => (endedBy && "agentId" in endedBy ? [endedBy.agentId] : [])),
  ]),
]

/** Who ended a booking: an agent by name, a person (on their own calendar that is they), or something outside. */
function enderOf({ endedBy, agentId }: Booking, nameOf: (id: string) => string) {
  if (!endedBy || endedBy.kind === "outside") return { kind: "outside", name: null } as const
  if (endedBy.kind === "person") return { kind: "person", name: null } as const
  const ender = "agentId" in endedBy ? endedBy.agentId : endedBy.id
  return { kind: ender === agentId ? "itself" : "agent", name: nameOf(ender) } as const
}
