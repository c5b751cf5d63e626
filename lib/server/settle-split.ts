import "server-only"
import { type Change, changed } from "../domain/change"
import { type CalendarEvent, eventKey, parseEventKey } from "../domain/event"
import { careDigest } from "../domain/event-diff"
import type { Outcome } from "../domain/outcome"
import { UNGUARDED_SLOT } from "../domain/slot"
import { endsBefore } from "../domain/split-series"
import type { Seen } from "../domain/version"
import type { StoredOperation, StoredProposal } from "../ports/assistant-store"
import type { CalendarProvider } from "../ports/calendar-provider"
import { type CommitDeps, commitOperation } from "./commit-operation"
import { type LoggedOperation, logOf } from "./log-of"
import { found } from "./read-outcome"

/** A proposal's split: the new series, the end of the old one, and what was done to take the first back. */
export interface Halves {
  readonly split: StoredOperation
  readonly trim: StoredOperation & { readonly change: Extract<Change, { kind: "trim" }> }
  readonly after: readonly StoredOperation[]
}

export function halvesOf({ operations }: Pick<StoredProposal, "operations">): Halves | null {
  const at = operations.findIndex((op) => op.change.kind === "split")
  const [split, trim, ...after] = at < 0 ? [] : operations.slice(at)
  return split && trim?.change.kind === "trim" ? { split, trim: { ...trim, change: trim.change }, after } : null
}

const stands = ({ state }: StoredOperation): boolean => state === "applied" || state === "unchanged"

/** The first half is there and the second one is not, and nobody has been asked about the first. */
export const isHalf = ({ split, trim, after }: Halves): boolean =>
  split.state === "applied" &&
  ["failed", "skipped", "kept", "conflict"].includes(trim.state) &&
  !after.some((op) => op.change.kind === "delete" && ["conflict", "kept"].includes(op.state))

/**
 * Brings a split that was left half to an end (decision 010): both halves or neither. Asks the calendar whether the old series ends after all; if not, makes sure that it will not any more, deletes the
 * copy under its own version, and only then puts the lost race to the person. Every step is an intent like any other, so whoever dies here is followed by somebody who goes on.
 *
 * Safe to do twice and at once. Does nothing while something of the proposal is under way, and nothing that the calendar cannot be asked about first.
 */
export async function settleSplit(
  deps: CommitDeps,
  whose: Pick<StoredProposal, "workspaceId" | "userId" | "id">,
): Promise<void> {
  const proposal = await deps.store.findProposal(whose.workspaceId, whose.userId, whose.id)
  const halves = proposal && halvesOf(proposal)
  if (!proposal || !halves || !isHalf(halves)) return
  const ref = parseEventKey(halves.trim.key)
  const provider = await deps.calendars.open(proposal.workspaceId, proposal.userId, ref.connectionId)
  if (!provider) return
  if (mayStillArrive(halves)) {
    const fenced = await fence(deps, proposal, halves, provider)
    if (!fenced) return
  }
  const old = await provider.get(ref)
  const series = found(old)
  if (!series && old.kind !== "gone" && old.kind !== "found") return
  if (series && endsBefore(series.value, halves.trim.change.from)) return endWell(deps, proposal, halves, series)
  if (await takenBack(deps, proposal, halves)) await endUndone(deps, proposal, halves)
}

/** The request that was to end the old series left no trace: it may be on its way, for longer than anybody waited. */
const mayStillArrive = ({ trim, after }: Halves): boolean =>
  (trim.outcome?.kind === "unknown" || (trim.outcome?.kind === "notApplied" && trim.outcome.reason === "no-trace")) &&
  !after.some((op) => op.change.kind === "fence" && (stands(op) || op.outcome?.kind === "gone"))

/** Gives the old series a new version, so that what is still on its way is refused. False: not now. */
async function fence(
  deps: CommitDeps,
  proposal: StoredProposal,
  { trim }: Halves,
  provider: CalendarProvider,
): Promise<boolean> {
  const read = await provider.get(parseEventKey(trim.key))
  const series = found(read)
  if (!series) return read.kind === "gone" || read.kind === "found"
  if (endsBefore(series.value, trim.change.from)) return true
  const outcome = await step(deps, proposal, { base: series, change: { kind: "fence" }, notify: false })
  return outcome !== null && ["applied", "unchanged", "gone"].includes(outcome.kind)
}

/** Deletes the copy, as it was made: whoever changed it since is asked first. False: not now, or somebody is being asked. */
async function takenBack(deps: CommitDeps, proposal: StoredProposal, { split, after }: Halves): Promise<boolean> {
  if (after.some((op) => op.change.kind === "delete" && (stands(op) || op.outcome?.kind === "gone"))) return true
  const base = split.after ?? changedSince(split)
  if (!base) return false
  const outcome = await step(deps, proposal, { base, change: { kind: "delete" }, notify: split.notify })
  return outcome !== null && ["applied", "unchanged", "gone"].includes(outcome.kind)
}

/** It was found by reading, and no longer as it was made: what was made is what may be deleted without asking. */
function changedSince({ base, change, outcome }: StoredOperation): Seen<CalendarEvent> | null {
  const made = outcome?.kind === "applied" ? outcome.event : null
  return made && { version: made.version, value: { ...changed(base.value, change), ref: made.value.ref } }
}

/** One step of taking back, on the ordinary path. Null: somebody else is at it. */
async function step(
  deps: CommitDeps,
  proposal: StoredProposal,
  { base, change, notify }: Pick<StoredOperation, "base" | "change" | "notify">,
): Promise<Outcome | null> {
  const { workspaceId, id: proposalId, userId, origin, agent, planHash } = proposal
  const key = eventKey(base.value.ref)
  const operation = { key, base, careDigest: careDigest(base.value), change, notify }
  const by = { proposalId, userId, origin, agent }
  const log = [logOf.takenBack({ ...operation, ...by, position: proposal.operations.length })]
  const { approvalTtlMs: ttlMs, leaseMs: holdMs } = deps.times
  const granted = await deps.guarded.takeBack({ workspaceId, proposalId, operation, ttlMs, holdMs, log })
  if (granted.kind !== "approved") return null
  const { approvalId, position } = granted
  const path = { approvalId, position, planHash, together: [], stateWhenApplied: "stopped" as const }
  return commitOperation(deps, { ...operation, ...path, ...by, workspaceId, slot: UNGUARDED_SLOT })
}

/** Somebody, most likely our own late request, ended the old series: both halves stand. */
async function endWell(
  deps: CommitDeps,
  proposal: StoredProposal,
  { trim }: Halves,
  event: Seen<CalendarEvent>,
): Promise<void> {
  const outcome: Outcome = {
    kind: "unchanged",
    event,
    notes: [{ kind: "found-by-reading" }, { kind: "attribution-unknown" }],
  }
  const log = [logOf.outcome(loggedAs(proposal, trim), null, outcome)]
  const { workspaceId, id: proposalId } = proposal
  await deps.guarded.settleSplit({ workspaceId, proposalId, stands: outcome, conflictCase: null, log })
}

async function endUndone(deps: CommitDeps, proposal: StoredProposal, { trim }: Halves): Promise<void> {
  const { workspaceId, id: proposalId } = proposal
  const conflict = trim.outcome?.kind === "conflict" ? trim.outcome.conflict : null
  const conflictCase = conflict && { id: deps.ids.uuid(), conflict }
  const log = conflictCase
    ? [logOf.conflict(loggedAs(proposal, trim), null, conflictCase.id, conflictCase.conflict)]
    : []
  await deps.guarded.settleSplit({ workspaceId, proposalId, stands: null, conflictCase, log })
}

const loggedAs = ({ id, userId, origin, agent }: StoredProposal, op: StoredOperation): LoggedOperation => ({
  ...op,
  proposalId: id,
  userId,
  origin,
  agent,
})

const BATCH = 20

/** Brings all that were left half to an end. @returns how many there were @throws {AggregateError} after all were tried */
export async function settleSplits(deps: CommitDeps): Promise<number> {
  const due = await deps.store.halfSplits(BATCH)
  const ends = await Promise.allSettled(due.map((proposal) => settleSplit(deps, proposal)))
  const faults = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []))
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} of ${due.length} splits were not settled`)
  return due.length
}
