import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { revokeAgent } from "@/lib/server/revoke-agent"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/agents/:id/revoke", null, async ({ params, person }) =>
  (await revokeAgent(wired, person, params.id)) ? undefined : problem("not-found"),
)
