import "server-only"
import type { Person } from "../domain/person"
import type { BookingEvents } from "../ports/booking-events"
import type { ConnectionStore } from "../ports/connection-store"
import type { MemberStore } from "../ports/member-store"

export interface SettingsDeps {
  readonly members: MemberStore
  readonly connections: ConnectionStore
  readonly bookingEvents: Pick<BookingEvents, "questions">
}

/** A person's own settings, as the settings page shows them, and what every page tells them. */
export async function readSettings(
  { members, connections, bookingEvents }: SettingsDeps,
  { workspaceId, userId, name, email, role, timeZone, workingHours, shareTitles }: Person,
) {
  const [workspace, accounts, asked] = await Promise.all([
    members.workspaceName(workspaceId),
    connections.list(workspaceId, userId),
    bookingEvents.questions(workspaceId, userId),
  ])
  const own = { name, email, role, workspace, timeZone, workingHours, shareTitles }
  return { ...own, connections: accounts, bookingQuestions: asked.length }
}
