import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { RevokeKeyRequest } from "@/lib/http/schemas/agents"
import { revokeOwnKey } from "@/lib/server/own-agent-keys"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/agents/:id/keys/revoke", RevokeKeyRequest, async ({ input, params, person }) =>
  (await revokeOwnKey(wired, person, params.id, input.keyId)) ? undefined : problem("not-found"),
)
