import "server-only"
import type { Person, Role } from "../domain/person"
import type { MemberStore, RoleChange } from "../ports/member-store"

/** Makes a member of the admin's own workspace an admin or takes that away. The last admin stays one. */
export const changeRole = (
  { members }: { members: MemberStore },
  admin: Person,
  memberId: string,
  role: Role,
): Promise<RoleChange> =>
  members.changeRole(admin.workspaceId, memberId, role, {
    actor: { kind: "person", id: admin.userId },
    kind: "role-changed",
    subject: { kind: "member", id: memberId },
    userId: memberId,
    body: { role },
  })
