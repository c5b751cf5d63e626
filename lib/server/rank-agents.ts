import "server-only"
import type { Person } from "../domain/person"
import type { AgentList } from "../ports/agent-list"

/**
 * A person's own order of agents (D13), on the list that they saw: two tabs never undo each other's work silently. Agents of colleagues may be put on it, and any may be
 * left out. It counts for requests that come later.
 */
export const rankAgents = (
  { agentList }: { readonly agentList: AgentList },
  { workspaceId, userId }: Person,
  { seen, agentIds }: { readonly seen: readonly string[]; readonly agentIds: readonly string[] },
): Promise<"ranked" | "stale" | "unknown"> =>
  agentList.rank(workspaceId, userId, seen, agentIds, {
    actor: { kind: "person", id: userId },
    kind: "agents-ranked",
    subject: { kind: "member", id: userId },
    userId,
    body: { agentIds },
  })
