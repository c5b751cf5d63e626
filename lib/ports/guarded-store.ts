import type { Change } from "../domain/change"
import type { CalendarEvent, EventKey } from "../domain/event"
import type { Conflict, Outcome } from "../domain/outcome"
import type { SlotView } from "../domain/slot"
import type { Seen, Version } from "../domain/version"
import type { LogEntry } from "./audit-log"
import type { StepRef } from "./jobs"

/*
 * The guarded statements, each one transaction: lock the heads, read the database's clock, decide, write the effect and its log rows.
 * Callers hold nothing. A loss is an answer; an exception is a fault and nothing was written.
 */

export interface IntentDraft {
  readonly workspaceId: string
  /** Lower-case UUID; also the marker that goes into the provider's event. */
  readonly id: string
  /** Who may send and finish it. Unguessable; another one takes its place when the lease runs out. */
  readonly claimId: string
  readonly userId: string
  readonly key: EventKey
  /** The series of an instance, or the event itself: one unfinished intent at a time. */
  readonly seriesKey: EventKey
  readonly proposalId: string
  readonly position: number
  readonly approvalId: string
  /** The refused intent that this one follows under the same approval. At most one. */
  readonly afterIntent: string | null
  readonly planHash: string
  readonly base: Seen<CalendarEvent>
  readonly careDigest: string
  readonly change: Change
  readonly notify: boolean
  readonly leaseMs: number
}

export type Refused = Extract<Outcome, { kind: "busy" | "forbidden" | "superseded" | "expired" }>

/** How an operation stands after an intent ended. */
export interface OperationEnd {
  readonly state: "pending" | "applied" | "unchanged" | "conflict" | "failed"
  readonly after?: Seen<CalendarEvent>
}

export interface ConflictCase {
  readonly id: string
  readonly conflict: Conflict
}

export interface FinishedIntent {
  readonly workspaceId: string
  readonly id: string
  readonly claimId: string
  readonly outcome: Outcome
  /** The event's version from now on, where it is known. */
  readonly version: Version | null
  readonly operation: OperationEnd
  readonly conflictCase: ConflictCase | null
  readonly proposalState: ProposalState | null
  readonly log: readonly LogEntry[]
  /** The slot is to be looked at once more: ordered in the same transaction. */
  readonly slotCheck: StepRef | null
}

export type ProposalState = "open" | "stale" | "applying" | "conflict" | "done" | "stopped" | "dropped"

/** An unfinished intent as recovery sees it. */
export interface Reclaimed {
  readonly workspaceId: string
  readonly id: string
  readonly claimId: string
  readonly userId: string
  readonly key: EventKey
  readonly proposalId: string
  readonly position: number
  readonly state: "PREPARED" | "SENT"
  readonly base: Seen<CalendarEvent>
  readonly change: Change
  /** It was looked for once before, a full wait ago. */
  readonly lookedBefore: boolean
}

/** What a conflict's answer writes next: a new approval, on the version the person was shown. */
export interface NextApproval {
  readonly base: Seen<CalendarEvent>
  readonly careDigest: string
  readonly change: Change
  readonly slot: SlotView
  readonly planHash: string
  readonly ttlMs: number
}

export interface GuardedStore {
  /** A person's yes to exactly the plan they were shown, once. One approval an operation, in order. */
  approve(input: {
    workspaceId: string
    proposalId: string
    userId: string
    planHash: string
    ttlMs: number
    log: LogEntry
  }): Promise<{ kind: "approved"; approvalIds: readonly string[] } | Refused>
  /** Consumes the approval and records the intent. Nothing may be sent unless this answers `prepared`. `log` gets its outcome filled in. */
  prepare(intent: IntentDraft, log: LogEntry, alsoLog: readonly LogEntry[]): Promise<{ kind: "prepared" } | Refused>
  /** From here on the request may be on its way. `needMs`: the least time that must be left on the lease. */
  markSent(
    intent: { workspaceId: string; id: string; claimId: string },
    needMs: number,
  ): Promise<"sent" | "superseded" | "expired">
  /** The outcome, the log rows, the operation, for a lost race the question, and the order to look at the slot: together. `superseded`: somebody else holds the claim; nothing was written. */
  finish(end: FinishedIntent): Promise<"finished" | "superseded">
  /** Takes over intents whose lease ran out. */
  reclaim(limit: number, leaseMs: number): Promise<readonly Reclaimed[]>
  /** No trace of it yet, and it may be in flight: look again after `waitMs`. */
  defer(intent: { workspaceId: string; id: string; claimId: string }, waitMs: number): Promise<void>
  /** A write given up for lost was seen after all: the operation counts as applied from now on. At most once an intent. */
  correct(
    workspaceId: string,
    intentId: string,
    correction: Extract<Outcome, { kind: "applied" }>,
    log: LogEntry,
  ): Promise<"corrected" | "superseded">
  /** A race lost before anything was sent. */
  openConflict(input: {
    workspaceId: string
    proposalId: string
    position: number
    conflictCase: ConflictCase
    outcome: Outcome
    log: readonly LogEntry[]
  }): Promise<void>
  /** A step that takes back the first half of a split whose second half did not come about, under the yes to the whole. `superseded`: there is nothing (more) to take back, or something is under way. */
  takeBack(input: {
    workspaceId: string
    proposalId: string
    operation: Pick<IntentDraft, "key" | "base" | "careDigest" | "change" | "notify">
    ttlMs: number
    /** For so long nobody else is let in to the same step. */
    holdMs: number
    log: readonly LogEntry[]
  }): Promise<{ kind: "approved"; approvalId: string; position: number } | Extract<Outcome, { kind: "superseded" }>>
  /**
   * What became of a split that was left half. `stands`: the second half did come about, with this outcome. Else the first one is taken back; `conflictCase`: the question that the second half's lost race
   * is, put only now.
   */
  settleSplit(input: {
    workspaceId: string
    proposalId: string
    stands: Outcome | null
    conflictCase: ConflictCase | null
    log: readonly LogEntry[]
  }): Promise<"settled" | "superseded">
  /** The person's answer, once. `next` null: nothing is to be written. */
  answerConflict(input: {
    workspaceId: string
    conflictId: string
    userId: string
    choice: string
    next: NextApproval | null
    log: LogEntry
  }): Promise<{ kind: "answered"; approvalId: string | null } | Extract<Outcome, { kind: "superseded" | "forbidden" }>>
}
