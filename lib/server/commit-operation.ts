import "server-only"
import { type Change, changed, judgeLoss } from "../domain/change"
import { type CalendarEvent, type EventKey, parseEventKey } from "../domain/event"
import type { Note, Outcome } from "../domain/outcome"
import type { IntentTimes } from "../domain/protocol/intent"
import { allTaken, newlyTaken, type SlotView, type Taken } from "../domain/slot"
import type { Seen } from "../domain/version"
import type { AssistantStore, Proposer } from "../ports/assistant-store"
import type { LogEntry } from "../ports/audit-log"
import type { BookingEvents } from "../ports/booking-events"
import type { CalendarProvider } from "../ports/calendar-provider"
import type { Calendars } from "../ports/calendars"
import type { GuardedStore, ProposalState } from "../ports/guarded-store"
import type { Ids } from "../ports/ids"
import { conflictOf, type Lost } from "./conflict-of"
import { logOf } from "./log-of"
import { found, lostRead } from "./read-outcome"
import { readSlot } from "./read-slot"
import { sendIntent } from "./send-intent"

export interface CommitDeps {
  readonly calendars: Calendars
  readonly guarded: GuardedStore
  readonly store: AssistantStore
  readonly bookingEvents: Pick<BookingEvents, "frozenUnwritten">
  readonly ids: Ids
  readonly times: IntentTimes
}

/** One operation that a person said yes to. */
export interface ApprovedOperation extends Proposer {
  readonly workspaceId: string
  readonly userId: string
  readonly proposalId: string
  readonly position: number
  readonly approvalId: string
  readonly planHash: string
  readonly key: EventKey
  readonly base: Seen<CalendarEvent>
  readonly change: Change
  readonly notify: boolean
  readonly slot: SlotView
  /** The other events of the same plan: they do not count as being in the way. */
  readonly together: readonly EventKey[]
  /** What the proposal becomes when this one ends well. */
  readonly stateWhenApplied: ProposalState
}

/**
 * Carries out one approved operation: design.md, "One reschedule", steps 4 and 5. Reads the event and its target slot, compares them with what was
 * approved, records the intent, sends ONE conditional request and records how it ended. A lost race is an answer, never a retry behind the
 * person's back: only where nothing that anybody cares about moved may one successor follow, and that is said aloud (T4).
 *
 * Guarantees: nothing is sent without a committed intent and a consumed approval (I2); at most two requests, the second only after a refusal
 * with an equal care digest (I4); every end is in the log. The caller holds nothing.
 */
export async function commitOperation(deps: CommitDeps, op: ApprovedOperation): Promise<Outcome> {
  const ref = parseEventKey(op.key)
  const provider = await deps.calendars.open(op.workspaceId, op.userId, ref.connectionId)
  if (!provider) return endUnsent(deps, op, { kind: "reconnect", connectionId: ref.connectionId }, [])
  const [read, slot] = await Promise.all([
    // what is to be made is not there to be read
    op.change.kind === "create" ? { kind: "found" as const, event: op.base } : provider.get(ref),
    slotNow(deps, op),
  ])
  const fresh = found(read)
  const reads = [logOf.read(op, "before-write", fresh, slot)]
  if (!fresh) return endUnsent(deps, op, lostRead(read, op.key, "provider-unreachable"), reads)

  const loss = judgeLoss(op.base.value, fresh.value, op.change)
  switch (loss.kind) {
    case "gone":
      return endUnsent(deps, op, { kind: "gone", key: op.key, how: "deleted" }, reads)
    case "asIntended":
      return endUnsent(deps, op, { kind: "unchanged", event: fresh, notes: [] }, reads)
    case "collision":
    case "disjoint":
      return ask(deps, op, provider, { theirs: fresh, relation: loss.kind }, reads)
  }
  if (isNotWhatWasCopied(op, fresh)) return endUnsent(deps, op, MOVED_WHILE_SPLITTING, reads)
  if (slot === null) return endUnsent(deps, op, { kind: "notApplied", reason: "slot-unreadable" }, reads)
  const inTheWay = newlyTaken(op.slot.taken, slot)
  if (inTheWay) return ask(deps, op, provider, { theirs: fresh, relation: "slot", inTheWay }, reads)

  const adopted: Note = { kind: "version-adopted", when: "before-send", moved: loss.moved }
  const notes = fresh.version === op.base.version ? [] : [adopted]
  return sendIntent(deps, { op, provider, fresh, after: null, notes, reads })
}

/** What stands in the target slot now: on the calendars, and what agents have booked there for good and nobody has written yet. Null: it cannot be told. */
async function slotNow(deps: CommitDeps, op: ApprovedOperation): Promise<readonly Taken[] | null> {
  const slot = changed(op.base.value, op.change)
  const { start, end } = slot
  if (start.kind !== "timed" || end.kind !== "timed" || op.slot.calendars.length === 0) return []
  const [read, booked] = await Promise.all([
    readSlot(deps.calendars, op, op.slot, slot, [op.key, ...op.together]),
    deps.bookingEvents.frozenUnwritten(op.workspaceId, op.userId, { start: start.at, end: end.at }),
  ])
  return read && allTaken([...read, ...booked], slot)
}

/** A trim goes with a copy that was made of one version: another one may hold what nobody here can see, and the copy has not. */
const isNotWhatWasCopied = ({ change, base }: ApprovedOperation, fresh: Seen<CalendarEvent>): boolean =>
  change.kind === "trim" && fresh.version !== base.version

export const MOVED_WHILE_SPLITTING: Outcome = { kind: "notApplied", reason: "moved-while-splitting" }

/** A race lost before anything was sent becomes a question; a split's second half waits with it until the first one is taken back. */
async function ask(
  deps: CommitDeps,
  op: ApprovedOperation,
  provider: CalendarProvider,
  lost: Lost,
  reads: readonly LogEntry[],
): Promise<Outcome> {
  const conflict = await conflictOf(provider, op, lost)
  const outcome: Outcome = { kind: "conflict", conflict }
  if (op.change.kind === "trim") return endUnsent(deps, op, outcome, reads)
  const conflictCase = { id: deps.ids.uuid(), conflict }
  const { workspaceId, proposalId, position } = op
  const log = [...reads, logOf.conflict(op, null, conflictCase.id, conflict)]
  await deps.guarded.openConflict({ workspaceId, proposalId, position, conflictCase, outcome, log })
  return outcome
}

async function endUnsent(
  deps: CommitDeps,
  op: ApprovedOperation,
  outcome: Outcome,
  reads: readonly LogEntry[],
): Promise<Outcome> {
  const state = outcome.kind === "unchanged" ? "unchanged" : "failed"
  const log = [...reads, logOf.outcome(op, null, outcome)]
  await deps.store.endOperation(op.workspaceId, op.proposalId, op.position, state, outcome, log)
  return outcome
}
