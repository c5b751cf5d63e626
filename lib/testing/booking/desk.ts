import type { BookingTimes } from "../../domain/booking"
import type { LogEntry } from "../../ports/audit-log"
import type { BookingSetup } from "../../ports/booking-setup"

/** Where races are run: one owner's calendars, and agents ranked in their order. */
export interface Desk {
  readonly workspaceId: string
  readonly ownerId: string
  readonly calendarIds: readonly string[]
  readonly agentIds: readonly string[]
}

export const logBy = (ownerId: string, kind: LogEntry["kind"]): LogEntry => ({
  actor: { kind: "person", id: ownerId },
  kind,
  subject: { kind: "member", id: ownerId },
  userId: ownerId,
})

/** @param times of all calendars, or of each by its number */
export async function openDesk(
  setup: BookingSetup,
  name: string,
  { calendars, agents, times }: { calendars: number; agents: number; times: (calendar: number) => BookingTimes },
): Promise<Desk> {
  const desk = {
    workspaceId: `workspace-${name}`,
    ownerId: `owner-${name}`,
    calendarIds: Array.from({ length: calendars }, (_, n) => `calendar-${n}`),
    agentIds: Array.from({ length: agents }, (_, n) => `agent-${n + 1}`),
  }
  const { workspaceId, ownerId } = desk
  for (const [n, calendarId] of desk.calendarIds.entries())
    await setup.putCalendar(
      { workspaceId, ownerId, calendarId, name: calendarId, times: times(n) },
      logBy(ownerId, "calendar-opened"),
    )
  for (const id of desk.agentIds) await setup.addAgent(workspaceId, { id, name: id }, logBy(ownerId, "agent-added"))
  await setup.rank(workspaceId, ownerId, desk.agentIds, logBy(ownerId, "agents-ranked"))
  return desk
}
