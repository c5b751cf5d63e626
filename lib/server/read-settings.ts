import "server-only"
import type { Person } from "../domain/person"
import type { ConnectionStore } from "../ports/connection-store"
import type { MemberStore } from "../ports/member-store"

/** A person's own settings, as the settings page shows them. */
export async function readSettings(
  { members, connections }: { members: MemberStore; connections: ConnectionStore },
  { workspaceId, userId, name, email, role, timeZone, workingHours, shareTitles }: Person,
) {
  const [workspace, accounts] = await Promise.all([
    members.workspaceName(workspaceId),
    connections.list(workspaceId, userId),
  ])
  return { name, email, role, workspace, timeZone, workingHours, shareTitles, connections: accounts }
}
