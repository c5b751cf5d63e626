import "server-only"
import type { Person } from "../domain/person"
import type { AgentList } from "../ports/agent-list"

/** For good, on everybody's calendars: by whoever added the agent, and by admins. What it has booked stands. False: there is none such for this person. */
export const revokeAgent = (
  { agentList }: { readonly agentList: AgentList },
  { workspaceId, userId, role }: Person,
  agentId: string,
): Promise<boolean> =>
  agentList.revoke(workspaceId, agentId, role === "admin" ? null : userId, {
    actor: { kind: "person", id: userId },
    kind: "agent-revoked",
    subject: { kind: "agent", id: agentId },
    userId,
  })
