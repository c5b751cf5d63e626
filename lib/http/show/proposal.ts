import { changed, undoOf } from "../../domain/change"
import { guestCount } from "../../domain/facts"
import { conflictText, conflictTitle, sayOutcome, sayProposal, sayStale } from "../../domain/wording"
import type { AssistantStore, StoredConflict, StoredOperation, StoredProposal } from "../../ports/assistant-store"
import { choicesFor } from "../../server/resolve-conflict"
import type { ConflictView, OperationView, ProposalView } from "../schemas/proposal"

/** A proposal as its person sees it: what was, what is to be, what came of it, and the question that waits, if one does. */
export async function showProposal(
  store: AssistantStore,
  proposal: StoredProposal,
  timeZone: string,
): Promise<ProposalView> {
  const open = proposal.state === "conflict" ? await store.openConflictOf(proposal.workspaceId, proposal.id) : null
  const operations = proposal.operations.map((op) => showOperation(op, timeZone))
  const { id, origin, state, planHash, readings, undoOf, expiresAt } = proposal
  return {
    id,
    origin,
    state,
    planHash,
    readings,
    undoOf,
    expiresAt,
    operations,
    conflict: open && showConflict(open, timeZone, origin),
    text: sayProposal(operations, readings, timeZone),
    staleText: state === "stale" ? sayStale(proposal.stale) : null,
    canUndo: leftSomething(proposal) && !(await store.wasUndone(proposal.workspaceId, id)),
  }
}

const leftSomething = ({ origin, state, operations }: StoredProposal): boolean =>
  origin !== "undo" &&
  ["done", "stopped"].includes(state) &&
  operations.some((op) => op.state === "applied" && op.after && undoOf(op.change, op.base.value))

function showOperation(op: StoredOperation, timeZone: string): OperationView {
  const { outcome, base, change } = op
  return {
    position: op.position,
    key: op.key,
    change: change.kind,
    before: base.value,
    after: op.after?.value ?? changed(base.value, change),
    series: base.value.shape === "series",
    guests: guestCount(base.value),
    guestsTold: op.notify ? guestCount(base.value) : 0,
    slotTaken: op.slot.taken.length > 0,
    ...(op.slot.guests && { guestsThen: op.slot.guests }),
    state: op.state,
    outcome: outcome?.kind ?? null,
    notes: outcome && "notes" in outcome ? outcome.notes : [],
    text: textOf(op, timeZone),
  }
}

function textOf({ state, outcome, base, change }: StoredOperation, timeZone: string): string {
  if (state === "kept") return "Left as it is."
  if (state === "skipped") return "Not tried, because the one before it was not applied."
  return outcome && state !== "pending" ? sayOutcome(outcome, base.value, timeZone, change) : ""
}

const showConflict = (
  { id, position, conflict }: StoredConflict,
  timeZone: string,
  writer: StoredProposal["origin"],
): ConflictView => ({
  id,
  position,
  relation: conflict.relation,
  by: conflict.by,
  mayHaveApplied: conflict.mayHaveApplied,
  inTheWay: conflict.inTheWay,
  ...(conflict.doing && { doing: conflict.doing }),
  was: conflict.base.value,
  is: conflict.theirs.value,
  intended: conflict.mine,
  changedFields: conflict.changed,
  intendedFields: conflict.intended,
  title: conflictTitle(conflict),
  text: conflictText(conflict, timeZone, writer),
  choices: choicesFor(conflict),
})
