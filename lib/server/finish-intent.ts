import "server-only"
import { type CalendarEvent, parseEventKey } from "../domain/event"
import type { Note, Outcome } from "../domain/outcome"
import type { SlotView } from "../domain/slot"
import type { Seen, Version } from "../domain/version"
import type { LogEntry } from "../ports/audit-log"
import type { GuardedStore, OperationEnd, ProposalState } from "../ports/guarded-store"
import type { Ids } from "../ports/ids"
import type { StepRef } from "../ports/jobs"
import { type LoggedOperation, logOf } from "./log-of"

export interface FinishDeps {
  readonly guarded: GuardedStore
  readonly ids: Ids
}

/** An intent whose claim we hold. */
export interface Flight extends LoggedOperation {
  readonly workspaceId: string
  readonly intentId: string
  readonly claimId: string
  readonly stateWhenApplied: ProposalState
  /** What the plan relied on in the target slot. */
  readonly slot: SlotView
}

export interface IntentEnd {
  readonly outcome: Outcome
  readonly state: OperationEnd["state"]
  /** The event as it stands, when it was applied. */
  readonly event?: Seen<CalendarEvent>
  /** The version it is known to have now, when nothing was applied. */
  readonly version?: Version
  readonly reads?: readonly LogEntry[]
}

/**
 * Writes down how an intent ended: outcome, log rows, operation, question and the order to look at the slot once more, in one transaction. When the claim has passed to recovery
 * meanwhile, its verdict stands; a success that it could not see is added as the one correction.
 */
export async function finishIntent(deps: FinishDeps, flight: Flight, ended: IntentEnd): Promise<Outcome> {
  const { workspaceId, intentId: id, claimId, change } = flight
  // what a split has begun is taken back before its lost race is put to the person
  const end = change.kind === "trim" && ended.state === "conflict" ? { ...ended, state: "failed" as const } : ended
  const conflictCase =
    end.outcome.kind === "conflict" && end.state === "conflict"
      ? { id: deps.ids.uuid(), conflict: end.outcome.conflict }
      : null
  const outcomeRow = logOf.outcome(flight, id, end.outcome)
  const done = await deps.guarded.finish({
    workspaceId,
    id,
    claimId,
    outcome: end.outcome,
    // a split leaves another event than the one it was about
    version: (change.kind === "split" ? null : end.event?.version) ?? end.version ?? null,
    operation: { state: end.state, ...(end.event && { after: end.event }) },
    conflictCase,
    proposalState: proposalStateAfter(end.state, flight.stateWhenApplied),
    log: [
      ...(end.reads ?? []),
      outcomeRow,
      ...(conflictCase ? [logOf.conflict(flight, id, conflictCase.id, conflictCase.conflict)] : []),
    ],
    slotCheck: end.state === "applied" && flight.slot.calendars.length > 0 ? stepOf(flight) : null,
  })
  if (done === "finished") return end.outcome
  if (end.outcome.kind !== "applied") return { kind: "superseded" }
  const late: Note = { kind: "found-by-reading" }
  const correction: Extract<Outcome, { kind: "applied" }> = { ...end.outcome, notes: [...end.outcome.notes, late] }
  await deps.guarded.correct(workspaceId, id, correction, {
    ...outcomeRow,
    kind: "correction",
    outcome: "applied-late",
  })
  return correction
}

const stepOf = ({ workspaceId, userId, proposalId, position, key }: Flight): StepRef => ({
  workspaceId,
  userId,
  connectionId: parseEventKey(key).connectionId,
  proposalId,
  position,
})

function proposalStateAfter(state: OperationEnd["state"], whenApplied: ProposalState): ProposalState | null {
  switch (state) {
    case "applied":
    case "unchanged":
      return whenApplied
    case "conflict":
      return "conflict"
    case "failed":
      return "stopped"
    case "pending":
      return null
  }
}
