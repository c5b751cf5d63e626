import "server-only"
import type { Outcome } from "../domain/outcome"
import type { Person } from "../domain/person"
import type { StoredOperation, StoredProposal } from "../ports/assistant-store"
import type { ProposalState, Refused } from "../ports/guarded-store"
import { type CommitDeps, commitOperation } from "./commit-operation"
import { logOf } from "./log-of"
import { halvesOf, settleSplit } from "./settle-split"

export type Applied =
  /** Carried out as far as it went; the proposal's operations say what came of each. */
  { readonly kind: "carriedOut"; readonly last: Outcome } | Refused | { readonly kind: "notFound" }

/** One operation that may be carried out, and the yes it stands on. */
export interface Step {
  readonly position: number
  readonly approvalId: string
  readonly planHash: string
}

/**
 * A person's yes to exactly the plan they were shown, then its operations in order, stopping at the first that is not applied. A second press, a
 * replay, another's proposal, a changed plan and an expired one are answers, and nothing is sent (B7).
 */
export async function applyProposal(
  deps: CommitDeps,
  person: Person,
  proposalId: string,
  planHash: string,
): Promise<Applied> {
  const { workspaceId, userId } = person
  const proposal = await deps.store.findProposal(workspaceId, userId, proposalId)
  if (!proposal) return { kind: "notFound" }
  const ttlMs = deps.times.approvalTtlMs
  const log = logOf.approval(proposal, planHash)
  const approved = await deps.guarded.approve({ workspaceId, proposalId, userId, planHash, ttlMs, log })
  if (approved.kind !== "approved") return approved
  const steps = approved.approvalIds.map((approvalId, position) => ({ position, approvalId, planHash }))
  return { kind: "carriedOut", last: await carryOut(deps, proposal, steps) }
}

/**
 * Carries out the steps in order. Whatever is not reached is marked skipped, and the proposal ends as its last outcome says; of a split both halves stand then, or neither, unless something is still
 * being looked for.
 */
export async function carryOut(deps: CommitDeps, proposal: StoredProposal, steps: readonly Step[]): Promise<Outcome> {
  let last: Outcome = { kind: "expired", what: "approval" }
  for (const step of steps) {
    const op = proposal.operations[step.position]
    if (!op) throw new Error(`proposal ${proposal.id} has no operation ${step.position}`)
    const on = op.change.kind === "trim" ? await onWhatWasCopied(deps, proposal, op) : op
    last = await commitOperation(deps, { ...on, ...partOf(proposal, op, step === steps.at(-1)), ...step })
    if (!endedWell(last)) {
      await deps.store.skipFrom(proposal.workspaceId, proposal.id, op.position + 1)
      break
    }
  }
  const end = stateAfter(last)
  if (end) await deps.store.setProposalState(proposal.workspaceId, proposal.id, ["applying"], end, [])
  if (halvesOf(proposal)) await endSplit(deps, proposal, last)
  return last
}

/** The old series is ended on exactly the version that the new one is a copy of, which may be a later one than the plan's. */
async function onWhatWasCopied(deps: CommitDeps, proposal: StoredProposal, op: StoredOperation) {
  const base = await deps.store.sentOn(proposal.workspaceId, proposal.id, op.position - 1)
  return base ? { ...op, base } : op
}

async function endSplit(deps: CommitDeps, proposal: StoredProposal, last: Outcome): Promise<void> {
  // a lost race of the second half ends it too: the question comes when the first half is taken back
  if (last.kind === "conflict")
    await deps.store.setProposalState(proposal.workspaceId, proposal.id, ["applying"], "stopped", [])
  await settleSplit(deps, proposal)
}

function partOf(proposal: StoredProposal, op: StoredOperation, isLast: boolean) {
  const { workspaceId, userId, origin, agent } = proposal
  const together = proposal.operations.filter((other) => other.position !== op.position).map((other) => other.key)
  const stateWhenApplied: ProposalState = isLast ? "done" : "applying"
  return { workspaceId, userId, origin, agent, proposalId: proposal.id, together, stateWhenApplied }
}

export const endedWell = (outcome: Outcome): boolean => outcome.kind === "applied" || outcome.kind === "unchanged"

/**
 * Ends that no intent recorded (nothing was sent) still end the proposal. Null: an intent did when it was applied, a question is open, or the
 * outcome is still being looked for.
 */
function stateAfter({ kind }: Outcome): ProposalState | null {
  if (kind === "applied" || kind === "conflict" || kind === "unknown") return null
  return kind === "unchanged" ? "done" : "stopped"
}
