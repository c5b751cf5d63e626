import "server-only"
import { undoOf as backOf } from "../domain/change"
import type { Person } from "../domain/person"
import { UNGUARDED_SLOT } from "../domain/slot"
import type { StoredOperation, StoredProposal } from "../ports/assistant-store"
import { type Applied, applyProposal } from "./apply-proposal"
import type { CommitDeps } from "./commit-operation"
import { operationOf } from "./operation-of"
import { type ProposeDeps, storeProposal } from "./propose"
import { halvesOf } from "./settle-split"

/**
 * Puts back what a proposal applied, last first: a plan of its own, on the versions that its writes left behind, so that it too can lose a race
 * and ask (B5). Null: not this person's, or nothing of it was applied.
 */
export async function undoProposal(
  deps: CommitDeps & ProposeDeps,
  person: Person,
  proposalId: string,
): Promise<{ proposalId: string; applied: Applied } | null> {
  const done = await deps.store.findProposal(person.workspaceId, person.userId, proposalId)
  const steps = done ? undoOf(done) : []
  if (!done || steps.length === 0) return null
  const operations = steps.map((step, position) => ({ ...step, position }))
  const proposal = await storeProposal(deps, person, { origin: "undo", operations, readings: [], undoOf: done.id })
  return { proposalId: proposal.id, applied: await applyProposal(deps, person, proposal.id, proposal.planHash) }
}

/** The steps that would put back what was applied, last first; none where there is nothing to put back. Of a split both halves, or neither. */
export function undoOf(proposal: Pick<StoredProposal, "operations">): readonly StoredOperation[] {
  const halves = halvesOf(proposal)
  if (!halves) return proposal.operations.flatMap(undone).reverse()
  const back = [halves.split, halves.trim].flatMap(undone)
  return back.length === 2 ? back.reverse() : []
}

function undone({ state, after, base, change }: StoredOperation): StoredOperation[] {
  const back = state === "applied" && after ? backOf(change, base.value) : null
  return back && after ? [operationOf(0, after, back, UNGUARDED_SLOT)] : []
}
