import "server-only"
import { undoOf as backOf } from "../domain/change"
import type { EventKey } from "../domain/event"
import type { Person } from "../domain/person"
import { UNGUARDED_SLOT } from "../domain/slot"
import type { StoredOperation, StoredProposal } from "../ports/assistant-store"
import { type Applied, applyProposal } from "./apply-proposal"
import type { CommitDeps } from "./commit-operation"
import { told } from "./guests-told"
import { operationOf } from "./operation-of"
import { dropEarlier, type ProposeDeps, type Proposed, storeProposal } from "./propose"
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

/** How far back "undo" looks. */
const RECENT = 50

/**
 * "Undo", said in the chat: words are no yes, so what would put the last applied proposal back, or the last that touched one event, is proposed (B5, B7). Looks at what was applied only; what has been
 * undone already is passed over.
 */
export async function proposeUndo(
  deps: ProposeDeps,
  person: Person,
  keys: readonly EventKey[] | null,
): Promise<Proposed> {
  const recent = await deps.store.recentProposals(person.workspaceId, person.userId, { limit: RECENT })
  for (const done of recent) {
    const touched = done.operations.filter(({ state }) => state === "applied")
    if (done.origin === "undo" || done.origin === "agent" || touched.length === 0) continue
    if (keys !== null && !touched.some((op) => keys.includes(op.key))) continue
    if (await deps.store.wasUndone(person.workspaceId, done.id)) continue
    const steps = undoOf(done).map((step, position) => ({ ...step, position }))
    if (steps.length === 0) return { kind: "refused", reason: "nothing-to-undo" }
    const draft = { origin: "undo" as const, operations: steps, readings: [], undoOf: done.id }
    const proposal = await storeProposal(deps, person, draft)
    await dropEarlier(deps, person, proposal)
    return { kind: "proposed", proposal }
  }
  return { kind: "refused", reason: "nothing-to-undo" }
}

/** The steps that would put back what was applied, last first; none where there is nothing to put back. Of a split both halves, or neither; neither where the new one alone has what was changed one by one. */
export function undoOf(proposal: Pick<StoredProposal, "operations" | "readings">): readonly StoredOperation[] {
  const halves = halvesOf(proposal)
  if (!halves) return proposal.operations.flatMap(undone).reverse()
  if (proposal.readings.includes("no-undo")) return []
  const back = [halves.split, halves.trim].flatMap(undone)
  return back.length === 2 ? back.reverse() : []
}

/** Whoever was not told of the change is not told that it was taken back. */
function undone({ state, after, base, change, notify }: StoredOperation): StoredOperation[] {
  const back = state === "applied" && after ? backOf(change, base.value) : null
  return back && after ? [operationOf(0, after, back, UNGUARDED_SLOT, told(after.value, back, notify))] : []
}
