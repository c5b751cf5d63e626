import "server-only"
import type { Person } from "../domain/person"
import type { AssistantStore } from "../ports/assistant-store"
import { logOf } from "./log-of"

/** The person does not want it. False: not theirs, or past dropping. */
export async function dropProposal(store: AssistantStore, person: Person, id: string): Promise<boolean> {
  const proposal = await store.findProposal(person.workspaceId, person.userId, id)
  if (!proposal) return false
  return store.setProposalState(person.workspaceId, id, ["open", "stale"], "dropped", [
    logOf.dropped(proposal, "by-person"),
  ])
}
