import "server-only"
import type { Outcome } from "../domain/outcome"
import type { Person } from "../domain/person"
import type { AssistantStore } from "../ports/assistant-store"
import { canChoose, withGuestsTold } from "./guests-told"
import { logOf } from "./log-of"
import { hashOf } from "./store-proposal"

export type GuestsChosen =
  | { readonly kind: "chosen" }
  | { readonly kind: "notFound" }
  | Extract<Outcome, { kind: "superseded" | "forbidden" }>

/**
 * Whether the guests are told, chosen before Apply: another plan with another hash, so that a yes to the one that was on screen before does not hold for it (B7). Refused where the
 * provider tells them in any case: that was said when it was proposed.
 */
export async function chooseGuestsTold(
  store: AssistantStore,
  person: Person,
  proposalId: string,
  tell: boolean,
): Promise<GuestsChosen> {
  const { workspaceId, userId } = person
  const proposal = await store.findProposal(workspaceId, userId, proposalId)
  if (!proposal) return { kind: "notFound" }
  if (!canChoose(proposal.readings)) return { kind: "forbidden", reason: "not-supported" }
  const operations = withGuestsTold(proposal.operations, tell)
  const planHash = hashOf(operations)
  const log = [logOf.guestsChosen(proposal, tell, planHash)]
  const changed = await store.setNotify(proposal, operations, planHash, log)
  return { kind: changed ? "chosen" : "superseded" }
}
