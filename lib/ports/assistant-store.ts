import type { Change } from "../domain/change"
import type { CalendarEvent, EventKey, Span } from "../domain/event"
import type { ModelFailure } from "../domain/model-use"
import type { Conflict, Note, Outcome } from "../domain/outcome"
import type { EventOperation, Plan, QuestionAbout, Reading, RefusalReason } from "../domain/plan"
import type { PreferenceChange, Preferences } from "../domain/preferences"
import type { SlotView } from "../domain/slot"
import type { StaleReason } from "../domain/staleness"
import type { Seen } from "../domain/version"
import type { NoProposal } from "../domain/wording-answers"
import type { Told } from "../domain/wording-told"
import type { LogEntry } from "./audit-log"
import type { ProposalState } from "./guarded-store"

/** One step of a proposal as it is kept. */
export interface StoredOperation {
  readonly position: number
  readonly key: EventKey
  readonly base: Seen<CalendarEvent>
  readonly careDigest: string
  readonly change: Change
  readonly notify: boolean
  readonly slot: SlotView
  /** `takenBack`: it was applied, and undone again because what belongs to it was not. */
  readonly state: "pending" | "applied" | "unchanged" | "conflict" | "kept" | "failed" | "skipped" | "takenBack"
  readonly outcome: Outcome | null
  readonly after: Seen<CalendarEvent> | null
}

/** An agent outside that proposes with a key of its person's. */
export interface ProposingAgent {
  readonly id: string
  /** As it was called when it proposed. */
  readonly name: string
}

export interface Proposer {
  /**
   * `assistant`: from chat. `person`: a drag or an edit on the grid. `undo`: puts an applied one back. `agent`: a step of a booking, under the yes that opened the calendar to agents. `outside-agent`: an
   * agent proposed it over MCP, and the person decides.
   */
  readonly origin: "assistant" | "person" | "undo" | "agent" | "outside-agent"
  /** Null unless an outside agent proposed it. */
  readonly agent: ProposingAgent | null
}

export interface StoredProposal extends Proposer {
  readonly workspaceId: string
  readonly id: string
  readonly userId: string
  readonly state: ProposalState
  readonly planHash: string
  readonly readings: readonly Reading[]
  readonly undoOf: string | null
  /** The stopped proposal whose rest this one is. */
  readonly continues: string | null
  /** It stopped, and its person leaves the rest at that. */
  readonly restLeft: boolean
  /** What was left out of it, in sentences: by its person, or because it cannot be done now. */
  readonly leftOut: readonly string[]
  /** Why it is stale, where that is known. */
  readonly stale: StaleReason | null
  readonly createdAt: string
  readonly expiresAt: string
  readonly operations: readonly StoredOperation[]
}

export interface StoredConflict {
  readonly id: string
  readonly proposalId: string
  readonly position: number
  readonly conflict: Conflict
  readonly choice: string | null
}

/** What the assistant answered to one line of chat. `withoutModel`: a language model was to plan it and why it did not. */
export type StoredAnswer = SaidAnswer & { readonly withoutModel?: ModelFailure }

type SaidAnswer =
  | { readonly kind: "proposal"; readonly proposalId: string; readonly order?: Order }
  | {
      readonly kind: "question"
      readonly about: QuestionAbout
      readonly choices: readonly Choice[]
      readonly chosen: number | null
      /** Whose calendars could not be seen, as they are called. */
      readonly unseen?: readonly string[]
    }
  /** Asks before something is kept in mind or forgotten. `standing`: the lines of those subjects as they were when it was asked. `chosen`: 0 the yes, 1 the no. */
  | {
      readonly kind: "preference"
      readonly change: PreferenceChange
      readonly standing: Preferences
      readonly chosen: number | null
    }
  | {
      readonly kind: "refusal"
      readonly reason: RefusalReason | "no-calendar" | "unreadable" | NoProposal
    }
  | ({ readonly kind: "told" } & Told)

/** A choice of a question: its words for the button, and the plan it stands for, with the events it names. */
export interface Choice {
  readonly label: string
  /** Why it is offered, in words. */
  readonly why?: string
  readonly plan: Plan
  /** The plan's opaque ids, resolved. */
  readonly events: Readonly<Record<string, EventKey>>
  /** The addresses of the people that the plan invites, by their opaque ids. Absent: it invites nobody. */
  readonly people?: Readonly<Record<string, string>>
}

/** The one order that a proposal was made of, about an event of a series. No text of anybody's. */
export interface Order {
  readonly operation: EventOperation
  readonly readings: readonly Reading[]
  /** The operation's target, whose opaque id means nothing in another turn. */
  readonly event: EventKey
  /** Where it stood then. */
  readonly stood: Span
}

export interface StoredTurn {
  readonly id: string
  readonly words: string
  readonly answer: StoredAnswer
  readonly createdAt: string
}

export type NewProposal = Omit<StoredProposal, "createdAt" | "expiresAt" | "stale" | "restLeft">

/** What follows on a proposal that was carried out: a plan that puts it back, or one for what was not done of it. */
export interface FollowUps {
  /**
   * One undo, or one plan for the rest, at a time: where there is one already (an undo that did not come to its end aside) it is answered as it stands, and nothing is written. Two at once are taken one after
   * the other. Null: there is no rest to go on with any more, because it was left or what was done was undone.
   * @param turn the line of chat that tells it; written with it
   */
  createFollowUp(
    proposal: NewProposal,
    ttlMs: number,
    log: readonly LogEntry[],
    turn: Omit<StoredTurn, "createdAt"> | null,
  ): Promise<{ readonly id: string; readonly isNew: boolean } | null>
  /** `undone`: an undo of it was applied. `continuedBy`: the plan for its rest, unless that was dropped or can be applied no more. */
  followUps(workspaceId: string, id: string): Promise<{ readonly undone: boolean; readonly continuedBy: string | null }>
  /** The rest of a stopped proposal is not wanted. False: it has not stopped, was left already, or is gone on with. */
  leaveRest(workspaceId: string, id: string, log: readonly LogEntry[]): Promise<boolean>
}

/** A proposal for the same order, said anew, in the place of one that stands. */
export interface Replacements {
  /**
   * Stores it and drops the one before, both or neither: nobody sees two of them, or none. Null: the one before does not stand any more as it was read (it was decided, can be applied no more, or is another
   * plan by now); nothing was written.
   * @param log rows of both
   */
  createInPlaceOf(
    before: Pick<StoredProposal, "id" | "planHash">,
    proposal: NewProposal,
    ttlMs: number,
    log: readonly LogEntry[],
  ): Promise<StoredProposal | null>
}

/** What agents outside have proposed to one person. */
export interface AgentProposals {
  /**
   * Stored while its agent has fewer than `most` others open, those about the same events not counted: they are replaced. Two at once are counted one after the other. Null: it has as many; nothing was
   * written.
   */
  createAgentProposal(
    proposal: NewProposal & { readonly agent: ProposingAgent },
    ttlMs: number,
    most: number,
    log: readonly LogEntry[],
  ): Promise<StoredProposal | null>
  /** Null: this agent proposed none of that id to this person. `expired` by the clock that approvals are judged by. */
  findAgentProposal(
    workspaceId: string,
    userId: string,
    agentId: string,
    id: string,
  ): Promise<{ readonly proposal: StoredProposal; readonly expired: boolean } | null>
  /** Still to be decided, or applied within `sinceMs`; oldest first. */
  agentProposals(
    workspaceId: string,
    userId: string,
    asked: { readonly sinceMs: number; readonly limit: number },
  ): Promise<readonly StoredProposal[]>
}

/** The assistant's own records. Each call is scoped to one person: another's id is `null`, as if it were not there. */
export interface AssistantStore extends AgentProposals, FollowUps, Replacements {
  /** Lives for `ttlMs` by the database's clock, which is the one that approvals are judged by. One of this person's that has the id already is answered as it stands. */
  createProposal(proposal: NewProposal, ttlMs: number, log: readonly LogEntry[]): Promise<StoredProposal>
  findProposal(workspaceId: string, userId: string, id: string): Promise<StoredProposal | null>
  /** Has an undo of it been applied? */
  wasUndone(workspaceId: string, id: string): Promise<boolean>
  /** What is not decided yet; an outside agent's no longer than it can be applied. */
  openProposals(workspaceId: string, userId: string): Promise<readonly StoredProposal[]>
  setProposalState(
    workspaceId: string,
    id: string,
    from: readonly ProposalState[],
    to: ProposalState,
    log: readonly LogEntry[],
  ): Promise<boolean>
  /** Who is told, and the hash of the plan that says so; false when it is no longer open, or another plan by now. */
  setNotify(
    proposal: Pick<StoredProposal, "workspaceId" | "id" | "planHash">,
    operations: readonly Pick<StoredOperation, "position" | "notify">[],
    planHash: string,
    log: readonly LogEntry[],
  ): Promise<boolean>
  /** A plan of fewer steps, under its own hash; those that stay are numbered anew. False when it is no longer open, or another plan by now. @param keep positions */
  narrow(
    proposal: Pick<StoredProposal, "workspaceId" | "id" | "planHash">,
    keep: readonly number[],
    to: Pick<StoredProposal, "planHash" | "readings" | "leftOut">,
    log: readonly LogEntry[],
  ): Promise<boolean>
  /** For an operation that ended before any intent existed. */
  endOperation(
    workspaceId: string,
    proposalId: string,
    position: number,
    state: StoredOperation["state"],
    outcome: Outcome,
    log: readonly LogEntry[],
  ): Promise<void>
  /** Approvals of a proposal that are neither used nor expired, by position. */
  liveApprovals(workspaceId: string, proposalId: string): Promise<ReadonlyMap<number, string>>
  /** Pending operations from `position` on will not be tried now. */
  skipFrom(workspaceId: string, proposalId: string, position: number): Promise<void>
  /**
   * Ends proposals whose carrying out was cut off between two steps: a yes was given longer than `olderThanMs` ago, nothing is under way, and no
   * approval can be used any more. What was not reached is skipped. Logged. @returns how many
   */
  endCutOff(olderThanMs: number): Promise<number>
  /** The event and its version that an applied operation went out on. */
  sentOn(workspaceId: string, proposalId: string, position: number): Promise<Seen<CalendarEvent> | null>
  /** Proposals whose split was left half: `settleSplit` is due. */
  halfSplits(limit: number): Promise<readonly Pick<StoredProposal, "workspaceId" | "userId" | "id">[]>
  /** Adds what was learned after an operation was applied. */
  addNote(
    workspaceId: string,
    proposalId: string,
    position: number,
    note: Note,
    log: readonly LogEntry[],
  ): Promise<void>
  findConflict(workspaceId: string, userId: string, id: string): Promise<StoredConflict | null>
  openConflictOf(workspaceId: string, proposalId: string): Promise<StoredConflict | null>
  addTurn(workspaceId: string, userId: string, turn: Omit<StoredTurn, "createdAt">): Promise<void>
  findTurn(workspaceId: string, userId: string, id: string): Promise<StoredTurn | null>
  /** Newest last. */
  turns(workspaceId: string, userId: string, limit: number): Promise<readonly StoredTurn[]>
  /**
   * The order that words like "for all of them" can be about: that of the person's latest turn, if it led to a proposal that can still be applied. Answers that propose and ask nothing are passed over. By
   * the clock that approvals are judged by.
   */
  standingOrder(
    workspaceId: string,
    userId: string,
  ): Promise<{ readonly proposalId: string; readonly order: Order } | null>
  /** Marks a question answered; false when it was answered before. */
  choose(workspaceId: string, userId: string, turnId: string, choice: number): Promise<boolean>
  /** Newest first; `since`: proposed then or later, an ISO instant. */
  recentProposals(
    workspaceId: string,
    userId: string,
    asked: { readonly since?: string; readonly limit: number },
  ): Promise<readonly StoredProposal[]>
  /** Events last spoken of or written, latest first: what "it" may mean. */
  lastTouched(workspaceId: string, userId: string, limit: number): Promise<readonly EventKey[]>
}
