import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { RankAgentsRequest, type RankAnswer } from "@/lib/http/schemas/agents"
import { rankAgents } from "@/lib/server/rank-agents"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/agents/rank", RankAgentsRequest, async ({ input, person }) => {
  const kind = await rankAgents(wired, person, input)
  if (kind === "unknown") return problem("not-found")
  return Response.json({ kind } satisfies RankAnswer, { status: kind === "stale" ? 409 : 200 })
})
