import "server-only"
import type { Person } from "../domain/person"
import type { AgentList } from "../ports/agent-list"
import type { Ids } from "../ports/ids"

/** So many agents a person's list holds at most. */
export const MOST_AGENTS = 50

/** A new agent of a person's, at the end of their list: it may book on their calendars, and everybody above it may take slots from it. */
export async function addAgent(
  { agentList, ids }: { readonly agentList: AgentList; readonly ids: Ids },
  { workspaceId, userId }: Person,
  name: string,
): Promise<{ readonly kind: "added"; readonly id: string } | { readonly kind: "full" }> {
  const id = ids.uuid()
  const kind = await agentList.add(workspaceId, userId, { id, name }, MOST_AGENTS, {
    actor: { kind: "person", id: userId },
    kind: "agent-added",
    subject: { kind: "agent", id },
    userId,
    text: name,
  })
  return kind === "added" ? { kind, id } : { kind }
}
