import "server-only"
import { parseBookableId } from "../domain/bookable-key"
import {
  type BookingAttempt,
  type BookingStep,
  bookingDraft,
  bookingProposalId,
  bookingWaitMs,
  nextBookingStep,
} from "../domain/booking-event"
import { ABSENT, drafted } from "../domain/change"
import type { Person } from "../domain/person"
import { UNGUARDED_SLOT } from "../domain/slot"
import type { StoredOperation, StoredProposal } from "../ports/assistant-store"
import type { BookingEvents, WrittenBooking } from "../ports/booking-events"
import type { IdentityStore } from "../ports/identity-store"
import type { BookingRef } from "../ports/jobs"
import { applyProposal } from "./apply-proposal"
import type { CommitDeps } from "./commit-operation"
import { logOf } from "./log-of"
import { operationOf } from "./operation-of"
import { storeProposal } from "./store-proposal"

export interface SettleBookingDeps extends CommitDeps {
  readonly bookingEvents: BookingEvents
  readonly identities: Pick<IdentityStore, "findPerson">
}

/** How soon a booking is looked at again of which something is under way, and of which a person is asked. */
const UNDER_WAY_MS = 5_000
const ASKED_MS = 30_000

/**
 * Brings a booking and its person's calendar together (D17, decision 016): an event is written once when it is due, and taken away when the booking has ended. What a person has changed of
 * it meanwhile is never overwritten or deleted behind their back: that is asked as any lost race.
 *
 * Guarantees: at most one event a booking, however often and wherever it is called or dies: a step is a proposal under a name of its own, its approval is used once, and the event's name is
 * written down by the statement that records the outcome. The next attempt begins when the one before has ended without an event. The caller holds nothing.
 */
export async function settleBooking(deps: SettleBookingDeps, { workspaceId, bookingId }: BookingRef): Promise<void> {
  const written = await deps.bookingEvents.find(workspaceId, bookingId)
  if (!written) return
  const person = await deps.identities.findPerson(written.booking.ownerId)
  const current = written.attempt > 0 ? await attemptOf(deps, workspaceId, written) : null
  const step = nextBookingStep({
    booking: written.booking.state,
    event: written.event?.state ?? null,
    attempt: written.attempt,
    last: current && told(current),
  })
  // whoever has left the workspace has no calendars here
  if (person?.workspaceId !== workspaceId) return deps.bookingEvents.rest(workspaceId, written, null)
  await take(deps, person, written, step, current)
}

const attemptOf = ({ store }: SettleBookingDeps, workspaceId: string, { booking, attempt }: WrittenBooking) =>
  store.findProposal(workspaceId, booking.ownerId, bookingProposalId(booking.id, attempt))

function told({ state, operations: [op] }: StoredProposal): BookingAttempt {
  if (!op) throw new Error("a step of a booking has one operation")
  return { change: op.change.kind, proposal: state, kept: op.state === "kept", outcome: op.outcome?.kind ?? null }
}

async function take(
  deps: SettleBookingDeps,
  person: Person,
  written: WrittenBooking,
  step: BookingStep,
  current: StoredProposal | null,
): Promise<void> {
  const { workspaceId } = person
  switch (step.kind) {
    case "rest":
      return deps.bookingEvents.rest(workspaceId, written, null)
    case "wait":
      return deps.bookingEvents.rest(workspaceId, written, current?.state === "conflict" ? ASKED_MS : UNDER_WAY_MS)
    case "drop":
      // an approval may be quicker: then it is waited for
      if (current)
        await deps.store.setProposalState(workspaceId, current.id, ["open", "stale"], "dropped", [
          logOf.dropped(current, "booking-ended"),
        ])
      return deps.bookingEvents.rest(workspaceId, written, UNDER_WAY_MS)
    case "leave":
      if (written.event) await deps.bookingEvents.leave(workspaceId, written.event.key)
      return deps.bookingEvents.rest(workspaceId, written, UNDER_WAY_MS)
    case "write":
    case "remove":
      if (step.attempt > written.attempt) {
        const begun = await deps.bookingEvents.begin(workspaceId, written, bookingWaitMs(step.attempt))
        if (!begun) return
      }
      return carryOutStep(deps, person, written, step)
    default:
      return step satisfies never
  }
}

/** Stored under its own name: a second one of that name is the first one, and its yes is used once. */
async function carryOutStep(
  deps: SettleBookingDeps,
  person: Person,
  written: WrittenBooking,
  { kind, attempt }: Extract<BookingStep, { attempt: number }>,
): Promise<void> {
  const operation = kind === "write" ? writing(written, person.timeZone) : removing(written)
  if (!operation) return deps.bookingEvents.rest(person.workspaceId, written, null)
  const id = bookingProposalId(written.booking.id, attempt)
  const draft = { id, origin: "agent" as const, operations: [operation], readings: [], undoOf: null }
  const proposal = await storeProposal(deps, person, draft)
  await applyProposal(deps, person, proposal.id, proposal.planHash)
}

/** Null: the calendar lies at no account. */
function writing({ booking }: WrittenBooking, timeZone: string): StoredOperation | null {
  const place = parseBookableId(booking.calendarId)
  if (!place) return null
  const draft = bookingDraft(booking, timeZone)
  const base = { value: drafted({ ...place, eventId: `booking-${booking.id}` }, draft), version: ABSENT }
  // the engine has kept the slot free; what has landed there since is asked about as what it is
  return operationOf(0, base, { kind: "create", draft }, UNGUARDED_SLOT, false)
}

const removing = ({ event }: WrittenBooking): StoredOperation | null =>
  event && operationOf(0, event.seen, { kind: "delete" }, UNGUARDED_SLOT, false)
