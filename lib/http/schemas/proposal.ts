import { z } from "zod"
import type { Answer, ChangeKind } from "../../domain/change"
import type { CalendarEvent, EventKey, Span } from "../../domain/event"
import type { CareField } from "../../domain/event-diff"
import type { Conflict, Note, OutcomeKind } from "../../domain/outcome"
import { MAX_OPERATIONS, type Reading } from "../../domain/plan"
import type { GuestsThen } from "../../domain/slot"
import type { RestChoice } from "../../domain/wording-plans"

/** POST /api/proposals/:id/apply. The hash of the plan that was on screen: another plan is not what the person said yes to (B7). */
export const ApplyRequest = z.object({ planHash: z.string().regex(/^[0-9a-f]{64}$/) })

/** POST /api/proposals/:id/guests. Makes it another plan, with another hash. */
export const GuestsToldRequest = z.object({ tell: z.boolean() })

/** POST /api/proposals/:id/operations. Only these steps of the plan that was on screen, by position; makes it another plan, with another hash. */
export const NarrowRequest = z.object({
  planHash: z.string().regex(/^[0-9a-f]{64}$/),
  keep: z
    .array(z.number().int().min(0))
    .min(1)
    .max(MAX_OPERATIONS * 2),
})

export const CONFLICT_CHOICES = ["keep", "move", "both", "other"] as const
export type ConflictChoice = (typeof CONFLICT_CHOICES)[number]

/** POST /api/conflicts/:id. `keep`: leave theirs. `move`: move it anyway. `both`: keep theirs and apply ours beside it. `other`: propose other times. */
export const AnswerConflictRequest = z.object({ choice: z.enum(CONFLICT_CHOICES) })

export type OperationState = "pending" | "applied" | "unchanged" | "conflict" | "kept" | "failed" | "skipped"

export interface OperationView {
  readonly position: number
  /** The positions that are kept or left out with this one, itself among them. */
  readonly together: readonly number[]
  readonly key: EventKey
  readonly change: ChangeKind
  /** The answer to an invitation, and the time that would be rather had; null for anything else. */
  readonly rsvp: Answer | null
  readonly proposed: Span | null
  readonly before: CalendarEvent
  readonly after: CalendarEvent
  /** The whole series rather than one instance. */
  readonly series: boolean
  /** How many guests the provider will tell; 0 for none or when told not to. */
  readonly guestsTold: number
  /** How many guests there are. */
  readonly guests: number
  /** Something else stands in the target slot already, as planned. */
  readonly slotTaken: boolean
  /** How guests stand to the new time, by address. Absent: nobody was asked about. */
  readonly guestsThen?: GuestsThen
  readonly state: OperationState
  readonly outcome: OutcomeKind | null
  readonly notes: readonly Note[]
  /** What happened, in words. Empty while pending. */
  readonly text: string
}

/** Sides of the dialog: what it was, what it is now, what was intended; `changed` and `intended` name the differing fields. */
export interface ConflictView extends Pick<Conflict, "relation" | "by" | "mayHaveApplied" | "inTheWay" | "doing"> {
  readonly id: string
  readonly position: number
  readonly was: CalendarEvent
  readonly is: CalendarEvent
  readonly intended: CalendarEvent
  readonly changedFields: readonly CareField[]
  readonly intendedFields: readonly CareField[]
  /** "You just changed this. Still move it?" */
  readonly title: string
  readonly text: string
  /** In the order of the buttons; the first has the focus. */
  readonly choices: readonly ConflictChoice[]
}

export interface ProposalView {
  readonly id: string
  readonly origin: "assistant" | "person" | "undo" | "agent" | "outside-agent"
  /** The agent outside that proposed it; null for all others. */
  readonly agent: { readonly id: string; readonly name: string } | null
  readonly state: "open" | "stale" | "applying" | "conflict" | "done" | "stopped" | "dropped"
  readonly planHash: string
  readonly readings: readonly Reading[]
  readonly undoOf: string | null
  readonly expiresAt: string
  readonly operations: readonly OperationView[]
  readonly conflict: ConflictView | null
  /** One sentence a person reads first: "Only this one: Thursday 26 Nov, 15:00-15:30. Three attendees will be told." */
  readonly text: string
  /** "You changed this since I proposed it." Null unless it is stale. */
  readonly staleText: string | null
  readonly canUndo: boolean
  /** An undo of it was applied. */
  readonly undone: boolean
  /** What is not part of it, in sentences: left out by its person, or past doing. */
  readonly leftOut: readonly string[]
  /** Of a plan of several that stopped: how far it got, and what is to become of the rest. */
  readonly rest: RestView | null
}

export interface RestView {
  readonly text: string
  /** `open`: still to be said. */
  readonly choice: RestChoice
}

/** What POST apply, POST conflict answers, PATCH events, POST undo and POST rest return. `turn` when new times were proposed. */
export interface ProposalAnswer {
  readonly proposal: ProposalView
  readonly turnId: string | null
}
