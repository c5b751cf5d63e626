import "server-only"
import type { EventPatch } from "../domain/event"
import type { Person } from "../domain/person"
import { UNGUARDED_SLOT } from "../domain/slot"
import type { StoredOperation } from "../ports/assistant-store"
import { type Applied, applyProposal } from "./apply-proposal"
import type { CommitDeps } from "./commit-operation"
import { operationOf, type ProposeDeps, storeProposal } from "./propose"

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
  const steps = done?.operations.flatMap(undoOf).reverse() ?? []
  if (!done || steps.length === 0) return null
  const operations = steps.map((step, position) => ({ ...step, position }))
  const proposal = await storeProposal(deps, person, { origin: "undo", operations, readings: [], undoOf: done.id })
  return { proposalId: proposal.id, applied: await applyProposal(deps, person, proposal.id, proposal.planHash) }
}

function undoOf({ state, after, base, patch }: StoredOperation): StoredOperation[] {
  if (state !== "applied" || !after) return []
  return [operationOf(0, after, putBack(patch, base.value), UNGUARDED_SLOT)]
}

/** The same fields, as they were. */
const putBack = (patch: EventPatch, was: Required<EventPatch>): EventPatch => ({
  ...(patch.start && { start: was.start }),
  ...(patch.end && { end: was.end }),
  ...(patch.summary !== undefined && { summary: was.summary }),
  ...(patch.location !== undefined && { location: was.location }),
  ...(patch.recurrence && { recurrence: was.recurrence }),
})
