import "server-only"
import { careDigest } from "../domain/event-diff"
import type { Conflict, Outcome } from "../domain/outcome"
import type { Person } from "../domain/person"
import { planHash } from "../domain/plan"
import { splitSeries } from "../domain/split-series"
import type { StoredConflict, StoredOperation, StoredProposal } from "../ports/assistant-store"
import type { NextApproval } from "../ports/guarded-store"
import { applyProposal, carryOut, type Step } from "./apply-proposal"
import type { CommitDeps } from "./commit-operation"
import { logOf } from "./log-of"
import { type OfferDeps, offerOtherTimes } from "./offer-other-times"
import { followingSteps } from "./plan-following"
import { halvesOf } from "./settle-split"
import { storeProposal } from "./store-proposal"

/** What a person may answer, the safe one first: it has the focus. */
export type Choice = "keep" | "move" | "both" | "other"

/** Another time is an answer to a move in time, and to nothing else. */
export const choicesFor = ({ relation, doing = "update" }: Pick<Conflict, "relation" | "doing">): readonly Choice[] => {
  const anyway: Choice = relation === "disjoint" ? "both" : "move"
  return doing === "update" ? ["keep", anyway, "other"] : ["keep", anyway]
}

export type Resolved =
  | { readonly kind: "kept"; readonly proposalId: string }
  | { readonly kind: "offered"; readonly proposalId: string; readonly turnId: string }
  | { readonly kind: "carriedOut"; readonly proposalId: string; readonly last: Outcome }
  | Extract<Outcome, { kind: "superseded" | "forbidden" }>
  | { readonly kind: "notFound" }

/**
 * The person's answer to a lost race, once. `keep` writes nothing; `other` only proposes (T9); `move` and `both` are a new approval on the version that was
 * shown in the dialog, so that a further change since loses the race again and asks again (T10, T11). A split is begun anew as a whole.
 */
export async function resolveConflict(
  deps: CommitDeps & OfferDeps,
  person: Person,
  conflictId: string,
  choice: Choice,
): Promise<Resolved> {
  const { workspaceId, userId } = person
  const open = await deps.store.findConflict(workspaceId, userId, conflictId)
  const proposal = open && (await deps.store.findProposal(workspaceId, userId, open.proposalId))
  const op = proposal?.operations[open?.position ?? -1]
  if (!open || !proposal || !op) return { kind: "notFound" }
  if (!choicesFor(open.conflict).includes(choice)) return { kind: "forbidden", reason: "plan-changed" }

  const writes = choice === "move" || choice === "both"
  const anew = writes && (op.change.kind === "split" || op.change.kind === "trim")
  const next = writes && !anew ? nextApproval(open, op, deps.times.approvalTtlMs) : null
  const log = logOf.choice(open, userId, choice, writes ? open.conflict.theirs.version : null)
  const answered = await deps.guarded.answerConflict({ workspaceId, conflictId, userId, choice, next, log })
  if (answered.kind !== "answered") return answered
  if (choice === "other")
    return { kind: "offered", proposalId: proposal.id, turnId: await offerOtherTimes(deps, person, open.conflict) }
  if (anew) return splitAgain(deps, person, open, proposal)
  if (!next || !answered.approvalId) {
    await deps.store.skipFrom(workspaceId, proposal.id, open.position + 1)
    return { kind: "kept", proposalId: proposal.id }
  }
  return {
    kind: "carriedOut",
    proposalId: proposal.id,
    last: await goOn(deps, person, open, proposal, answered.approvalId, next),
  }
}

/** Both halves again, on the version that was shown: a proposal of its own, which that yes is to. Nothing of the first is left by then. */
async function splitAgain(
  deps: CommitDeps & OfferDeps,
  person: Person,
  { conflict }: StoredConflict,
  before: StoredProposal,
): Promise<Resolved> {
  const wish = halvesOf(before)?.split.change
  const parts = wish?.kind === "split" ? splitSeries(conflict.theirs.value, wish.from, wish.patch) : null
  if (!parts || wish?.kind !== "split") return { kind: "forbidden", reason: "plan-changed" }
  const operations = followingSteps(conflict.theirs, wish.from, parts)
  const { origin, agent, readings } = before
  const proposal = await storeProposal(deps, person, { origin, agent, operations, readings, undoOf: null })
  const applied = await applyProposal(deps, person, proposal.id, proposal.planHash)
  if (applied.kind === "carriedOut") return { ...applied, proposalId: proposal.id }
  return applied.kind === "superseded" || applied.kind === "forbidden" ? applied : { kind: "notFound" }
}

/** The answered operation under its new approval, then those that were waiting behind it, as far as the first yes still holds for them. */
async function goOn(
  deps: CommitDeps,
  person: Person,
  open: StoredConflict,
  proposal: StoredProposal,
  approvalId: string,
  next: NextApproval,
): Promise<Outcome> {
  const { workspaceId, userId } = person
  const [renewed, live] = await Promise.all([
    deps.store.findProposal(workspaceId, userId, proposal.id),
    deps.store.liveApprovals(workspaceId, proposal.id),
  ])
  const waiting = proposal.operations.flatMap(({ position }): Step[] => {
    const id = position > open.position ? live.get(position) : undefined
    return id ? [{ position, approvalId: id, planHash: proposal.planHash }] : []
  })
  const steps: Step[] = [{ position: open.position, approvalId, planHash: next.planHash }, ...waiting]
  return carryOut(deps, renewed ?? proposal, steps)
}

function nextApproval(
  { id, conflict }: StoredConflict,
  { change, slot }: StoredOperation,
  ttlMs: number,
): NextApproval {
  const { theirs, inTheWay } = conflict
  const digest = careDigest(theirs.value)
  return {
    base: theirs,
    careDigest: digest,
    change,
    // what is in the way was shown, and the yes covers it
    slot: inTheWay ? { ...slot, taken: [...slot.taken, inTheWay] } : slot,
    planHash: planHash({ conflict: id, version: theirs.version, careDigest: digest, change }),
    ttlMs,
  }
}
