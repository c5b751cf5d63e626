import "server-only"
import { type CalendarEvent, type EventKey, eventKey } from "../domain/event"
import { careDigest } from "../domain/event-diff"
import type { Person } from "../domain/person"
import type { Seen } from "../domain/version"
import { addDays, mondayOf, startOfDay, wallOf } from "../domain/zoned-time"
import type { AssistantStore, StoredProposal } from "../ports/assistant-store"
import type { BookingEvents } from "../ports/booking-events"
import type { Calendars } from "../ports/calendars"
import type { Clock } from "../ports/clock"
import { logOf } from "./log-of"
import { type CalendarRead, readCalendars } from "./read-calendars"

export interface ListWeekDeps {
  readonly calendars: Calendars
  readonly store: AssistantStore
  readonly clock: Clock
  readonly bookingEvents: Pick<BookingEvents, "bookedBy">
}

/** A stretch of days on a person's calendars: `[from, to)`, ISO instants. */
export interface Week {
  readonly now: string
  readonly from: string
  readonly to: string
  readonly read: CalendarRead
  readonly proposals: readonly StoredProposal[]
  /** Names of agents, by the events that they have booked. */
  readonly bookedBy: ReadonlyMap<EventKey, string>
}

/**
 * The grid: everything on the person's calendars in a stretch of days, with versions, and what is proposed on it. Reading it is also how an
 * outside change is noticed: a proposal whose event no longer is what it was made on becomes stale before anybody presses Apply.
 */
export async function listWeek(
  deps: ListWeekDeps,
  person: Person,
  asked: { from?: string | undefined; days: number },
): Promise<Week> {
  const { timeZone } = person
  const now = new Date(deps.clock.now()).toISOString()
  const first = asked.from ?? mondayOf(wallOf(now, timeZone).date)
  const window = { from: startOfDay(first, timeZone), to: startOfDay(addDays(first, asked.days), timeZone) }
  const [read, open] = await Promise.all([
    readCalendars(deps.calendars, person, window),
    deps.store.openProposals(person.workspaceId, person.userId),
  ])
  const keys = read.events.map(({ value }) => eventKey(value.ref))
  const bookedBy = await deps.bookingEvents.bookedBy(person.workspaceId, person.userId, keys)
  // a step of a booking is nobody's to say yes to; a question of it is theirs
  const shown = open.filter(({ origin, state }) => origin !== "agent" || state === "conflict")
  const proposals = await Promise.all(shown.map((proposal) => markStale(deps.store, proposal, read, window)))
  return { now, ...window, read, proposals, bookedBy }
}

async function markStale(
  store: AssistantStore,
  proposal: StoredProposal,
  read: CalendarRead,
  window: { from: string; to: string },
): Promise<StoredProposal> {
  if (proposal.state !== "open" || read.problems.length > 0) return proposal
  const now = new Map(read.events.map((seen) => [eventKey(seen.value.ref), seen]))
  const moved = proposal.operations
    .filter((op) => op.change.kind !== "create" && isStale(op.base.value, now.get(op.key), window))
    .map((op): EventKey => op.key)
  if (moved.length === 0) return proposal
  const marked = await store.setProposalState(proposal.workspaceId, proposal.id, ["open"], "stale", [
    logOf.stale(proposal, moved),
  ])
  return marked ? { ...proposal, state: "stale" } : proposal
}

/** Absent counts only where it ought to have been seen; a day has no instant to tell by. A series master is never in a list. */
function isStale(
  base: CalendarEvent,
  now: Seen<CalendarEvent> | undefined,
  window: { from: string; to: string },
): boolean {
  if (base.shape === "series") return false
  if (now) return careDigest(now.value) !== careDigest(base)
  return base.start.kind === "timed" && base.start.at >= window.from && base.start.at < window.to
}
