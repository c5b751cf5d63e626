import { eventKey } from "../../domain/event"
import type { Person } from "../../domain/person"
import type { AssistantStore } from "../../ports/assistant-store"
import type { Week } from "../../server/list-week"
import type { WeekView } from "../schemas/event"
import { showProposal } from "./proposal"

export async function showWeek(
  store: AssistantStore,
  person: Person,
  { now, from, to, read, proposals, bookedBy }: Week,
): Promise<WeekView> {
  const { timeZone, workingHours } = person
  return {
    now,
    timeZone,
    workingHours,
    from,
    to,
    calendars: read.calendars.map(({ connection, choice, ...calendar }) => ({
      ...calendar,
      hue: choice.hue,
      isDefault: choice.isDefault,
      connectionId: connection.id,
      provider: connection.provider,
      account: connection.email,
    })),
    events: read.events.map(({ value, version }) => {
      const agent = bookedBy.get(eventKey(value.ref))
      return { key: eventKey(value.ref), version, event: value, ...(agent !== undefined && { bookedBy: agent }) }
    }),
    problems: read.problems.map(({ kind, connection }) => ({
      kind,
      connectionId: connection.id,
      account: connection.email,
    })),
    proposals: await Promise.all(proposals.map((proposal) => showProposal(store, proposal, timeZone))),
  }
}
