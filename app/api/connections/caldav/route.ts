import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { ConnectCaldavRequest } from "@/lib/http/schemas/connection"
import { connectCaldav } from "@/lib/server/connect-caldav"
import { wired } from "@/lib/server/wiring"

const REFUSALS = {
  "wrong-password": () => problem("caldav-password"),
  "not-caldav": () => problem("caldav-none"),
  "refused-host": () => problem("caldav-host"),
  unreachable: () => problem("caldav-unreachable"),
} as const

export const POST = handle("POST /api/connections/caldav", ConnectCaldavRequest, async ({ input, person }) => {
  const outcome = await connectCaldav(wired, person, input)
  return outcome.kind === "connected" ? { id: outcome.id, email: outcome.email } : REFUSALS[outcome.kind]()
})
