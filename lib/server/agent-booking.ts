import "server-only"
import type { BookableCalendar, CancelAnswer, CommitAnswer, HoldAnswer, ReleaseAnswer, Slot } from "../domain/booking"
import type { AgentCaller } from "../ports/agent-keys"
import type { BookingSetup } from "../ports/booking-setup"
import type { Answered, BookingStore, Idempotency } from "../ports/booking-store"
import type { Ids } from "../ports/ids"

/* What an agent may do, by whichever door it came: the API or MCP. Whatever is not its own is not there. */

export interface AgentBookingNeeds {
  readonly bookings: BookingStore
  readonly bookingSetup: Pick<BookingSetup, "calendars">
  readonly ids: Ids
}

export interface Place {
  readonly userId: string
  /** Absent: the person's first. */
  readonly calendarId?: string | undefined
}

const notFound = <What extends "calendar" | "hold" | "booking">(what: What) =>
  ({ kind: "answered", answer: { kind: "notFound", what }, replayed: false }) as const

export async function holdSlot(
  needs: AgentBookingNeeds,
  caller: AgentCaller,
  { slot, ...place }: Place & { readonly slot: Slot },
  idempotency: Idempotency | null,
): Promise<Answered<HoldAnswer>> {
  const calendar = await calendarOf(needs, caller, place)
  if (!calendar) return notFound("calendar")
  return needs.bookings.hold({ ...calendar, agentId: caller.agentId, id: needs.ids.uuid(), slot, idempotency })
}

export async function releaseHold(
  { bookings }: AgentBookingNeeds,
  { workspaceId, agentId }: AgentCaller,
  holdId: string,
  idempotency: Idempotency | null,
): Promise<Answered<ReleaseAnswer>> {
  const hold = await bookings.findHold(workspaceId, holdId)
  if (hold?.agentId !== agentId) return notFound("hold")
  const { ownerId, calendarId } = hold
  return bookings.release({ workspaceId, ownerId, calendarId, agentId, holdId, idempotency })
}

export type Wish =
  | (Place & { readonly slot: Slot; readonly title: string })
  | { readonly holdId: string; readonly title: string }

/** D1: the commit is the check. */
export async function commitBooking(
  needs: AgentBookingNeeds,
  caller: AgentCaller,
  wish: Wish,
  idempotency: Idempotency | null,
): Promise<Answered<CommitAnswer>> {
  const { workspaceId, agentId } = caller
  const request = { agentId, id: needs.ids.uuid(), title: wish.title, idempotency }
  if ("holdId" in wish) {
    const hold = await needs.bookings.findHold(workspaceId, wish.holdId)
    if (hold?.agentId !== agentId) return notFound("hold")
    const { ownerId, calendarId } = hold
    return needs.bookings.commit({ ...request, workspaceId, ownerId, calendarId, from: { holdId: hold.id } })
  }
  const calendar = await calendarOf(needs, caller, wish)
  if (!calendar) return notFound("calendar")
  return needs.bookings.commit({ ...request, ...calendar, from: { slot: wish.slot } })
}

export async function cancelBooking(
  { bookings }: AgentBookingNeeds,
  { workspaceId, agentId }: AgentCaller,
  bookingId: string,
  idempotency: Idempotency | null,
): Promise<Answered<CancelAnswer>> {
  const booking = await bookings.findBooking(workspaceId, bookingId)
  if (booking?.agentId !== agentId) return notFound("booking")
  const { ownerId, calendarId } = booking
  const by = { kind: "agent", id: agentId } as const
  return bookings.cancel({ workspaceId, ownerId, calendarId, by, bookingId, idempotency })
}

/** Whether the agent may book there is the engine's to say, in the transaction that would. */
async function calendarOf(
  { bookingSetup }: AgentBookingNeeds,
  { workspaceId }: AgentCaller,
  { userId, calendarId }: Place,
): Promise<BookableCalendar | null> {
  if (calendarId !== undefined) return { workspaceId, ownerId: userId, calendarId }
  const first = (await bookingSetup.calendars(workspaceId, userId)).find(({ open }) => open)
  return first ? { workspaceId, ownerId: userId, calendarId: first.calendarId } : null
}
