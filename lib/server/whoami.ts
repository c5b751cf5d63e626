import "server-only"
import type { AgentCaller } from "../ports/agent-keys"
import type { AvailabilityStore, BookablePerson } from "../ports/availability-rules"
import type { BookingSetup, StoredCalendar } from "../ports/booking-setup"

export interface WhoamiNeeds {
  readonly availability: Pick<AvailabilityStore, "people">
  readonly bookingSetup: Pick<BookingSetup, "calendars" | "agents">
}

export interface OpenTo extends BookablePerson {
  readonly priority: number
  readonly calendars: readonly StoredCalendar[]
}

/** Everybody who lists this agent, its place on their list, and their calendars. */
export async function whoami(
  { availability, bookingSetup }: WhoamiNeeds,
  { workspaceId, agentId }: AgentCaller,
): Promise<readonly OpenTo[]> {
  const people = await availability.people(workspaceId, agentId, [])
  return Promise.all(
    people.map(async (person) => {
      const [agents, calendars] = await Promise.all([
        bookingSetup.agents(workspaceId, person.userId),
        bookingSetup.calendars(workspaceId, person.userId),
      ])
      const open = calendars.filter((calendar) => calendar.open)
      return { ...person, calendars: open, priority: agents.find((each) => each.agentId === agentId)?.priority ?? 0 }
    }),
  )
}
