import "server-only"
import { DEFAULT_WORKING_HOURS } from "../domain/person"
import { tokenHash } from "../domain/token-hash"
import type { SignedIn } from "../ports/identity-store"
import type { Acceptance, MemberStore } from "../ports/member-store"
import { DEFAULT_TIME_ZONE } from "./sign-in"

/** Turns somebody who is signed in into a member of the workspace that the link leads to. Once a link, one workspace a person. */
export const acceptInvitation = (
  { members }: { members: MemberStore },
  { userId }: SignedIn,
  token: string,
): Promise<Acceptance> =>
  members.accept(
    tokenHash(token),
    userId,
    { timeZone: DEFAULT_TIME_ZONE, workingHours: DEFAULT_WORKING_HOURS },
    ({ workspaceId, id, role }) => [
      {
        actor: { kind: "person", id: userId },
        kind: "joined",
        subject: { kind: "workspace", id: workspaceId },
        userId,
        body: { invitationId: id, role },
      },
    ],
  )
