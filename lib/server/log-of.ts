import "server-only"
import type { Change } from "../domain/change"
import type { CalendarEvent, EventKey, When } from "../domain/event"
import { careDigest } from "../domain/event-diff"
import type { Conflict, Outcome } from "../domain/outcome"
import type { Taken } from "../domain/slot"
import type { Seen } from "../domain/version"
import type { Proposer, StoredOperation, StoredProposal } from "../ports/assistant-store"
import type { LogEntry, LogKind } from "../ports/audit-log"

/** What a log row needs to know of the operation it is about. */
export interface LoggedOperation extends Proposer {
  readonly userId: string
  readonly proposalId: string
  readonly position: number
  readonly key: EventKey
  readonly base: Seen<CalendarEvent>
  readonly change: Change
}

/**
 * The log's rows about one operation. Times, versions and digests are in the clear; the title goes into `text`, apart and erasable. A drag and an
 * undo are the person's own doing; what came from chat is the assistant's, and what an outside agent proposed is that agent's to the end: the yes to it is a row of the person's.
 */
export const logOf = {
  read: (
    op: LoggedOperation,
    purpose: string,
    seen: Seen<CalendarEvent> | null,
    slot: readonly Taken[] | null,
  ): LogEntry => ({
    ...about(op),
    kind: "read",
    outcome: seen ? "found" : "not-found",
    body: {
      purpose,
      position: op.position,
      ...(seen && { version: seen.version, careDigest: careDigest(seen.value), ...times(seen.value) }),
      ...(slot && { slotTaken: slot }),
    },
  }),

  /** A proposal's rows: the read each operation stands on, and the operation. */
  proposed: (
    proposal: Pick<StoredProposal, "id" | "userId" | keyof Proposer | "planHash" | "undoOf" | "continues">,
    op: StoredOperation,
  ): LogEntry[] => {
    const { id: proposalId, userId, origin, agent, planHash, undoOf, continues } = proposal
    const logged: LoggedOperation = { ...op, proposalId, userId, origin, agent }
    const facts = {
      position: op.position,
      baseVersion: op.base.version,
      careDigest: op.careDigest,
      ...doing(op.change),
      tellsGuests: op.notify,
    }
    return [
      logOf.read(logged, "plan", op.base, op.slot.taken),
      {
        ...about(logged),
        kind: "proposal",
        body: { ...facts, planHash, ...(undoOf && { undoOf }), ...(continues && { continues }) },
      },
    ]
  },

  /** A step of its own that takes back what a split has begun, under the yes to the whole. */
  takenBack: (op: LoggedOperation & Pick<StoredOperation, "careDigest" | "notify">): LogEntry => ({
    ...about(op),
    kind: "proposal",
    body: {
      position: op.position,
      baseVersion: op.base.version,
      careDigest: op.careDigest,
      ...doing(op.change),
      tellsGuests: op.notify,
      takesBack: true,
    },
  }),

  /** The yes to a step of a booking was given with the opening of the calendar. */
  approval: (
    proposal: Pick<StoredProposal, "id" | "userId" | keyof Proposer | "operations">,
    planHash: string,
  ): LogEntry => ({
    ...byPerson(proposal, "approval"),
    ...(proposal.origin === "agent" && { actor: ENGINE }),
    body: {
      planHash,
      operations: proposal.operations.length,
      ...(proposal.origin === "agent" && { standing: true }),
      ...(proposal.agent && { proposedBy: proposal.agent.id }),
    },
  }),

  /** `planHash`: what the plan is from now on. */
  guestsChosen: (
    proposal: Pick<StoredProposal, "id" | "userId">,
    tellsGuests: boolean,
    planHash: string,
  ): LogEntry => ({
    ...byPerson(proposal, "choice"),
    body: { tellsGuests, planHash },
  }),

  /** The person does without these steps. `planHash`: what the plan is from now on. */
  narrowed: (
    proposal: Pick<StoredProposal, "id" | "userId">,
    without: readonly EventKey[],
    planHash: string,
  ): LogEntry => ({
    ...byPerson(proposal, "choice"),
    body: { without, planHash },
  }),

  dropped: (
    proposal: Pick<StoredProposal, "id" | "userId" | keyof Proposer>,
    why: "replaced" | "by-person" | "booking-ended" | "rest-left",
  ): LogEntry => ({
    ...byPerson(proposal, "dropped"),
    ...(proposal.origin === "agent" && { actor: ENGINE }),
    ...(proposal.agent && why === "replaced" && { actor: { kind: "agent", id: proposal.agent.id } }),
    body: { why },
  }),

  /** `why`: changed, gone or slot (lib/domain/staleness.ts). */
  stale: (
    proposal: Pick<StoredProposal, "id" | "userId">,
    keys: readonly EventKey[],
    why: readonly string[] = ["changed"],
  ): LogEntry => ({
    ...byPerson(proposal, "stale"),
    actor: { kind: "system", id: "calendar" },
    body: { events: keys, why },
  }),

  choice: (
    conflict: { id: string; proposalId: string; position: number },
    userId: string,
    choice: string,
    onVersion: string | null,
  ): LogEntry => ({
    actor: { kind: "person", id: userId },
    kind: "choice",
    subject: { kind: "conflict", id: conflict.id },
    userId,
    proposalId: conflict.proposalId,
    body: { choice, position: conflict.position, ...(onVersion && { onVersion }) },
  }),

  attempt: (op: LoggedOperation, intentId: string, on: Seen<CalendarEvent>, afterIntent: string | null): LogEntry => ({
    ...about(op),
    kind: "attempt",
    intentId,
    body: {
      position: op.position,
      ifMatch: on.version,
      careDigest: careDigest(on.value),
      ...doing(op.change),
      ...(afterIntent && { afterIntent }),
    },
  }),

  outcome: (op: LoggedOperation, intentId: string | null, outcome: Outcome): LogEntry => ({
    ...about(op),
    kind: "outcome",
    ...(intentId && { intentId }),
    outcome: outcome.kind,
    body: { position: op.position, ...outcomeFacts(outcome) },
  }),

  /** Seen after the write: somebody took the slot in the same moment. */
  slotTaken: (op: LoggedOperation, taken: Taken): LogEntry => ({
    ...about(op),
    kind: "read",
    outcome: "slot-taken",
    body: { purpose: "after-write", position: op.position, slotTaken: [taken] },
  }),

  conflict: (op: LoggedOperation, intentId: string | null, conflictId: string, conflict: Conflict): LogEntry => ({
    ...about(op),
    kind: "conflict",
    ...(intentId && { intentId }),
    outcome: "conflict",
    body: {
      position: op.position,
      conflictId,
      relation: conflict.relation,
      by: conflict.by,
      changed: conflict.changed,
      intended: conflict.intended,
      base: { version: conflict.base.version, ...times(conflict.base.value) },
      theirs: { version: conflict.theirs.version, ...times(conflict.theirs.value) },
      mine: times(conflict.mine),
      ...(conflict.inTheWay && { inTheWay: conflict.inTheWay }),
      ...(conflict.mayHaveApplied && { mayHaveApplied: true }),
    },
  }),
}

const about = (op: LoggedOperation): Pick<LogEntry, "actor" | "subject" | "userId" | "proposalId" | "text"> => ({
  actor: actorOf(op),
  subject: { kind: "event", id: op.key },
  userId: op.userId,
  proposalId: op.proposalId,
  text: op.base.value.summary,
})

/** What is done to a calendar for a booking: no person and no assistant is at it, and the booking's own rows name its agent. */
const ENGINE = { kind: "system", id: "bookings" } as const

function actorOf({ origin, agent, userId }: LoggedOperation): LogEntry["actor"] {
  if (agent) return { kind: "agent", id: agent.id }
  if (origin === "agent") return ENGINE
  return origin === "assistant" ? { kind: "assistant", id: "assistant" } : { kind: "person", id: userId }
}

const byPerson = (proposal: Pick<StoredProposal, "id" | "userId">, kind: LogKind): LogEntry => ({
  actor: { kind: "person", id: proposal.userId },
  kind,
  subject: { kind: "proposal", id: proposal.id },
  userId: proposal.userId,
  proposalId: proposal.id,
})

const whenText = (when: When): string => (when.kind === "timed" ? when.at : when.on)
const times = (event: CalendarEvent) => ({ start: whenText(event.start), end: whenText(event.end) })

/** What is to be done: kind, fields and times. No text of anybody's: neither titles nor comments. */
function doing(change: Change): Record<string, unknown> {
  return { change: change.kind, to: to(change) }
}

function to(change: Change): Record<string, unknown> {
  switch (change.kind) {
    case "update":
      return { fields: Object.keys(change.patch).sort(), ...span(change.patch) }
    case "create":
      return { fields: Object.keys(change.draft).sort(), ...span(change.draft) }
    case "move":
      return { calendarId: change.toCalendarId }
    case "respond":
      return { rsvp: change.rsvp, ...(change.proposed && { proposed: span(change.proposed) }) }
    case "split":
    case "trim":
      return { from: whenText(change.from), fields: Object.keys(change.patch).sort(), ...span(change.patch) }
    case "delete":
    case "fence":
      return {}
    default:
      return change satisfies never
  }
}

const span = ({ start, end }: { readonly start?: When; readonly end?: When }) => ({
  ...(start && { start: whenText(start) }),
  ...(end && { end: whenText(end) }),
})

function outcomeFacts(outcome: Outcome): Record<string, unknown> {
  switch (outcome.kind) {
    case "applied":
      return {
        notes: outcome.notes,
        ...(outcome.event && { version: outcome.event.version, ...times(outcome.event.value) }),
      }
    case "unchanged":
      return { notes: outcome.notes, version: outcome.event.version }
    case "conflict":
      return { relation: outcome.conflict.relation, theirsVersion: outcome.conflict.theirs.version }
    case "gone":
      return { how: outcome.how }
    case "forbidden":
      return { reason: outcome.reason }
    case "notApplied":
      return { reason: outcome.reason }
    case "busy":
    case "expired":
      return { what: outcome.what }
    case "throttled":
      return { retryAfterMs: outcome.retryAfterMs }
    case "unknown":
      return { cause: outcome.cause }
    case "outranked":
      return { winnerId: outcome.winnerId }
    case "reconnect":
      return { connectionId: outcome.connectionId }
    case "superseded":
      return {}
    default:
      return outcome satisfies never
  }
}
