import "server-only"
import type { Person } from "../domain/person"
import type { MemberStore } from "../ports/member-store"

/** The people of the admin's workspace and the invitations that are still open. */
export async function listMembers({ members }: { members: MemberStore }, { workspaceId, userId }: Person) {
  const [people, invitations] = await Promise.all([members.members(workspaceId), members.openInvitations(workspaceId)])
  return { members: people.map((member) => ({ ...member, self: member.id === userId })), invitations }
}
