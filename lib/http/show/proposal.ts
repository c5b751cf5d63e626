import { changed } from "../../domain/change"
import { guestCount } from "../../domain/facts"
import type { Person } from "../../domain/person"
import { partsOf } from "../../domain/plan-parts"
import { shownSteps } from "../../domain/plan-rest"
import { instanceAt } from "../../domain/split-series"
import { conflictText, conflictTitle, sayStale } from "../../domain/wording-conflict"
import { sayOutcome, TAKEN_BACK, TWICE } from "../../domain/wording-outcome"
import { sayStopped } from "../../domain/wording-plans"
import { sayProposal } from "../../domain/wording-proposal"
import type { AssistantStore, StoredConflict, StoredOperation, StoredProposal } from "../../ports/assistant-store"
import { restOfProposal } from "../../server/continue-proposal"
import { choicesFor } from "../../server/resolve-conflict"
import { type Halves, halvesOf, isHalf } from "../../server/settle-split"
import { canBeUndone } from "../../server/undo-proposal"
import type { ConflictView, OperationView, ProposalView, RestView } from "../schemas/proposal"

/** A proposal as its person sees it: what was, what is to be, what came of it, and the question that waits, if one does. */
export async function showProposal(
  store: AssistantStore,
  proposal: StoredProposal,
  timeZone: string,
): Promise<ProposalView> {
  const { workspaceId } = proposal
  const hasEnded = proposal.state === "done" || proposal.state === "stopped"
  const [open, after] = await Promise.all([
    proposal.state === "conflict" ? store.openConflictOf(workspaceId, proposal.id) : null,
    hasEnded ? store.followUps(workspaceId, proposal.id) : NOTHING_AFTER,
  ])
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
    canUndo: canBeUndone(proposal) && !after.undone,
    undone: after.undone,
    leftOut: proposal.leftOut,
    rest: showRest(proposal, after),
  }
}

/** Null: not theirs, or not there. */
export async function showOwnProposal(store: AssistantStore, person: Person, id: string): Promise<ProposalView | null> {
  const proposal = await store.findProposal(person.workspaceId, person.userId, id)
  return proposal && showProposal(store, proposal, person.timeZone)
}

type After = Awaited<ReturnType<AssistantStore["followUps"]>>
const NOTHING_AFTER: After = { undone: false, continuedBy: null }

function showRest(proposal: StoredProposal, { undone, continuedBy }: After): RestView | null {
  const rest = restOfProposal(proposal)
  if (rest.length === 0) return null
  const choice = continuedBy ? "continued" : undone ? "undone" : proposal.restLeft ? "left" : "open"
  const shown = shownSteps(proposal.operations)
  const done = shown.filter(({ state }) => state === "applied" || state === "unchanged")
  return { text: sayStopped(done.length, shown.length, choice), choice }
}

function showOperations(proposal: StoredProposal, timeZone: string): OperationView[] {
  const halves = halvesOf(proposal)
  const parts = proposal.state === "open" || proposal.state === "stale" ? partsOf(proposal.operations) : []
  return shownSteps(proposal.operations).map((op) => {
    const shown = op === halves?.split ? showSplit(halves, timeZone) : showOperation(op, timeZone)
    return { ...shown, together: parts.find((part) => part.includes(op.position)) ?? [op.position] }
  })
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
    together: [op.position],
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
