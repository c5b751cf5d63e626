import { handle } from "@/lib/http/handle"
import { redirectTo } from "@/lib/http/redirect"
import { ConnectCallbackRequest } from "@/lib/http/schemas/connection"
import { finishConnecting } from "@/lib/server/connect-account"
import { readCookie, setCookie } from "@/lib/server/session-cookie"
import { wired } from "@/lib/server/wiring"

export const GET = handle(
  "GET /api/connections/:id/callback",
  ConnectCallbackRequest,
  async ({ input, params, person, user, request }) => {
    const pending = readCookie(wired.origin, "connect", request.headers.get("cookie"))
    const outcome = await finishConnecting(wired, { person, sessionHash: user.sessionHash }, params.id, input, pending)
    const path = outcome.kind === "connected" ? outcome.returnTo : `/?connect=${outcome.kind}`
    return redirectTo(wired.origin + path, setCookie(wired.origin, "connect", "", 0))
  },
)
