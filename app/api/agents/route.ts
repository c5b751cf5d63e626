import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { AddAgentRequest, type AgentsView } from "@/lib/http/schemas/agents"
import { addAgent, MOST_AGENTS } from "@/lib/server/add-agent"
import { readAgents } from "@/lib/server/read-agents"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/agents", null, ({ person }): Promise<AgentsView> => readAgents(wired, person))

export const POST = handle("POST /api/agents", AddAgentRequest, async ({ input, person }) => {
  const added = await addAgent(wired, person, input.name)
  return added.kind === "added"
    ? { id: added.id }
    : problem("bad-request", `a list holds ${MOST_AGENTS} agents at most`)
})
