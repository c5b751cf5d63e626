import "server-only"
import type { Person } from "../domain/person"
import type { AssistantStore } from "../ports/assistant-store"
import { restOfProposal } from "./continue-proposal"
import { logOf } from "./log-of"

/** The person does not want it, or, where it stopped, no more of it. False: not theirs, or past dropping. */
export async function dropProposal(store: AssistantStore, person: Person, id: string): Promise<boolean> {
  const { workspaceId } = person
  const proposal = await store.findProposal(workspaceId, person.userId, id)
  if (!proposal) return false
  if (restOfProposal(proposal).length > 0)
    return store.leaveRest(workspaceId, id, [logOf.dropped(proposal, "rest-left")])
  return store.setProposalState(workspaceId, id, ["open", "stale"], "dropped", [logOf.dropped(proposal, "by-person")])
}
