import { handle } from "@/lib/http/handle"
import { outcomeResponse } from "@/lib/http/outcome-response"
import { problem } from "@/lib/http/problem"
import { AcceptInvitationRequest } from "@/lib/http/schemas/workspace"
import { acceptInvitation } from "@/lib/server/accept-invitation"
import { wired } from "@/lib/server/wiring"

export const POST = handle(
  "POST /api/invitations/accept",
  AcceptInvitationRequest,
  async ({ input, user, request }) => {
    const outcome = await acceptInvitation(wired, user, input.token)
    switch (outcome) {
      case "joined":
        return { joined: true }
      case "not-found":
        return problem("not-found", "this invitation does not exist")
      case "used":
        return problem("already-used", "ask an admin for a new invitation")
      case "already-a-member":
        return problem("already-a-member")
      case "expired":
        return outcomeResponse({ kind: "expired" }, request, { kind: "expired", what: "invitation" })
    }
  },
)
