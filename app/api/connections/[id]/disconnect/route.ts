import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { disconnectAccount } from "@/lib/server/disconnect-account"
import { wired } from "@/lib/server/wiring"

export const POST = handle(
  "POST /api/connections/:id/disconnect",
  null,
  async ({ params, person }) => (await disconnectAccount(wired, person, params.id)) ?? problem("not-found"),
)
