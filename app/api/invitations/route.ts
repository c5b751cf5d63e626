import { handle } from "@/lib/http/handle"
import { type InvitationView, InviteRequest } from "@/lib/http/schemas/workspace"
import { inviteMember } from "@/lib/server/invite-member"
import { wired } from "@/lib/server/wiring"

export const POST = handle(
  "POST /api/invitations",
  InviteRequest,
  ({ input, person }): Promise<InvitationView> => inviteMember(wired, person, input.role),
)
