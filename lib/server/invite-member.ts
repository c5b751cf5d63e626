import "server-only"
import { randomBytes } from "node:crypto"
import type { Person, Role } from "../domain/person"
import { tokenHash } from "../domain/token-hash"
import type { Ids } from "../ports/ids"
import type { InvitationRow, MemberStore } from "../ports/member-store"

/** How long a link is good. */
const INVITATION_HOURS = 7 * 24

/** A single-use link into the admin's workspace. The link is in the answer and nowhere else: only its hash is kept. */
export async function inviteMember(
  { members, ids, origin }: { members: MemberStore; ids: Ids; origin: string },
  { workspaceId, userId }: Person,
  role: Role,
): Promise<InvitationRow & { readonly url: string }> {
  const token = randomBytes(32).toString("base64url")
  const id = ids.uuid()
  const entry = {
    actor: { kind: "person", id: userId },
    kind: "invited",
    subject: { kind: "workspace", id: workspaceId },
    userId,
    body: { invitationId: id, role },
  } as const
  const invitation = { workspaceId, id, tokenHash: tokenHash(token), role, createdBy: userId }
  const made = await members.invite(invitation, INVITATION_HOURS, [entry])
  return { ...made, url: `${origin}/invitation/${token}` }
}
