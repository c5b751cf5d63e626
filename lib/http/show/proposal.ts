import { changed } from "../../domain/change"
import { guestCount } from "../../domain/facts"
import { instanceAt } from "../../domain/split-series"
import { conflictText, conflictTitle, sayOutcome, sayProposal, sayStale, TAKEN_BACK, TWICE } from "../../domain/wording"
import type { AssistantStore, StoredConflict, StoredOperation, StoredProposal } from "../../ports/assistant-store"
import { choicesFor } from "../../server/resolve-conflict"
import { type Halves, halvesOf, isHalf } from "../../server/settle-split"
import { undoOf } from "../../server/undo-proposal"
import type { ConflictView, OperationView, ProposalView } from "../schemas/proposal"

/** A proposal as its person sees it: what was, what is to be, what came of it, and the question that waits, if one does. */
export async function showProposal(
  store: AssistantStore,
  proposal: StoredProposal,
  timeZone: string,
): Promise<ProposalView> {
  const open = proposal.state === "conflict" ? await store.openConflictOf(proposal.workspaceId, proposal.id) : null
  const operations = showOperations(proposal, timeZone)
  const { id, origin, agent, state, planHash, readings, undoOf, expiresAt } = proposal
  return {
    id,
    origin,
    agent,
    state,
    planHash,
    readings,
    undoOf,
    expiresAt,
    operations,
    conflict: open && showConflict(open, timeZone, origin),
    text: sayProposal(operations, readings, timeZone),
    staleText: state === "stale" ? sayStale(proposal.stale, agent ? "it was proposed" : undefined) : null,
    canUndo: leftSomething(proposal) && !(await store.wasUndone(proposal.workspaceId, id)),
  }
}

const leftSomething = (proposal: StoredProposal): boolean =>
  proposal.origin !== "undo" && ["done", "stopped"].includes(proposal.state) && undoOf(proposal).length > 0

function showOperations(proposal: StoredProposal, timeZone: string): OperationView[] {
  const halves = halvesOf(proposal)
  if (!halves) return proposal.operations.map((op) => showOperation(op, timeZone))
  const before = proposal.operations.filter((op) => op.position < halves.split.position)
  return [...before.map((op) => showOperation(op, timeZone)), showSplit(halves, timeZone)]
}

/** A split is one thing to a person: when its first half stands, the second one tells how it went. */
function showSplit(halves: Halves, timeZone: string): OperationView {
  const { split, trim } = halves
  const shown = showOperation(split, timeZone)
  if (!["applied", "takenBack"].includes(split.state) || ["applied", "unchanged"].includes(trim.state)) return shown
  const state = stateOf(trim)
  const text = state === "skipped" ? "" : textOf(trim, timeZone)
  const left = isHalf(halves) ? TWICE : state === "skipped" ? TAKEN_BACK : ""
  const after = changed(split.base.value, split.change)
  return { ...shown, state, outcome: trim.outcome?.kind ?? null, after, text: [text, left].filter(Boolean).join(" ") }
}

function showOperation(op: StoredOperation, timeZone: string): OperationView {
  const { outcome, base, change } = op
  return {
    position: op.position,
    key: op.key,
    change: change.kind,
    rsvp: change.kind === "respond" ? change.rsvp : null,
    proposed: (change.kind === "respond" && change.proposed) || null,
    before: change.kind === "split" ? instanceAt(base.value, change.from) : base.value,
    after: op.after?.value ?? changed(base.value, change),
    series: base.value.shape === "series" && change.kind !== "split",
    guests: guestCount(base.value),
    guestsTold: op.notify ? guestCount(base.value) : 0,
    slotTaken: op.slot.taken.length > 0,
    ...(op.slot.guests && { guestsThen: op.slot.guests }),
    state: stateOf(op),
    outcome: outcome?.kind ?? null,
    notes: outcome && "notes" in outcome ? outcome.notes : [],
    text: textOf(op, timeZone),
  }
}

const stateOf = ({ state }: StoredOperation): OperationView["state"] => (state === "takenBack" ? "skipped" : state)

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
