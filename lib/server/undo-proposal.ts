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
import type { ProposeDeps, Proposed } from "./propose"
import { halvesOf } from "./settle-split"
import { dropEarlier, storeFollowUp } from "./store-proposal"

/** Nobody puts an undo back, and a booking's event is the booking's; both end at their own places. */
export const canBeUndone = (proposal: StoredProposal): boolean =>
  proposal.origin !== "undo" &&
  proposal.origin !== "agent" &&
  (proposal.state === "done" || proposal.state === "stopped") &&
  undoOf(proposal).length > 0

/**
 * Puts back what a proposal applied, last first: a plan of its own, on the versions that its writes left behind, so that it too can lose a race
 * and ask (B5). From wherever it is pressed, and however often, it is one undo: another press is answered with how that one stands. Null: not this person's, or nothing of it was applied.
 */
export async function undoProposal(
  deps: CommitDeps & ProposeDeps,
  person: Person,
  proposalId: string,
): Promise<{ proposalId: string; applied: Applied } | null> {
  const { workspaceId, userId } = person
  const done = await deps.store.findProposal(workspaceId, userId, proposalId)
  if (!done || !canBeUndone(done)) return null
  const made = await storeFollowUp(deps, person, undoDraft(done), null)
  if (!made) return null
  const { id, planHash } = made.proposal
  const applied = await applyProposal(deps, person, id, planHash)
  if (applied.kind !== "superseded") return { proposalId: id, applied }
  const first = await deps.store.findProposal(workspaceId, userId, id)
  const last = first?.operations.findLast(({ outcome }) => outcome !== null)?.outcome
  return { proposalId: id, applied: { kind: "carriedOut", last: last ?? { kind: "unknown", cause: "under-way" } } }
}

const undoDraft = (done: StoredProposal) => ({
  origin: "undo" as const,
  operations: undoOf(done).map((step, position) => ({ ...step, position })),
  readings: [],
  undoOf: done.id,
})

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
    const made = undoOf(done).length > 0 ? await storeFollowUp(deps, person, undoDraft(done), null) : null
    if (!made) return { kind: "refused", reason: "nothing-to-undo" }
    await dropEarlier(deps, person, made.proposal)
    return { kind: "proposed", proposal: made.proposal }
  }
  return { kind: "refused", reason: "nothing-to-undo" }
}

/** The steps that would put back what was applied, last first; none where there is nothing to put back. Of a split both halves, or neither; neither where the new one alone has what was changed one by one. */
export function undoOf(proposal: Pick<StoredProposal, "operations" | "readings">): readonly StoredOperation[] {
  const halves = halvesOf(proposal)
  if (!halves) return proposal.operations.flatMap(undone).reverse()
  const before = proposal.operations.filter(({ position }) => position < halves.split.position).flatMap(undone)
  const back = proposal.readings.includes("no-undo") ? [] : [halves.split, halves.trim].flatMap(undone)
  return [...before, ...(back.length === 2 ? back : [])].reverse()
}

/** Whoever was not told of the change is not told that it was taken back. */
function undone({ state, after, base, change, notify }: StoredOperation): StoredOperation[] {
  const back = state === "applied" && after ? backOf(change, base.value) : null
  return back && after ? [operationOf(0, after, back, UNGUARDED_SLOT, told(after.value, back, notify))] : []
}
