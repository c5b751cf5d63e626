import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { type AgentKeysView, type IssuedKeyView, IssueKeyRequest } from "@/lib/http/schemas/agents"
import { issueOwnKey, listOwnKeys } from "@/lib/server/own-agent-keys"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/agents/:id/keys", null, async ({ params, person }) => {
  const keys = await listOwnKeys(wired, person, params.id)
  return keys ? ({ keys } satisfies AgentKeysView) : problem("not-found")
})

export const POST = handle("POST /api/agents/:id/keys", IssueKeyRequest, async ({ input, params, person }) => {
  const issued: IssuedKeyView | null = await issueOwnKey(wired, person, params.id, input)
  return issued ?? problem("not-found")
})
