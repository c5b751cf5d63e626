import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { redirectTo } from "@/lib/http/redirect"
import { StartConnectingRequest } from "@/lib/http/schemas/connection"
import { CONNECT_SECONDS, startConnecting } from "@/lib/server/connect-account"
import { setCookie } from "@/lib/server/session-cookie"
import { wired } from "@/lib/server/wiring"

export const GET = handle(
  "GET /api/connections/:id/start",
  StartConnectingRequest,
  ({ input, params, person, user }) => {
    const started = startConnecting(wired, { person, sessionHash: user.sessionHash }, params.id, input.return)
    if (!started) return problem("not-found", "no such provider")
    return redirectTo(started.url, setCookie(wired.origin, "connect", started.pending, CONNECT_SECONDS))
  },
)
