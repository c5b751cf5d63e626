import "server-only"
import type { CalendarEvent, Span } from "../domain/event"
import type { Person } from "../domain/person"
import { type GuestsThen, guestsThen } from "../domain/slot"
import type { Calendars } from "../ports/calendars"

/** More guests than that are not asked about one by one. */
const MOST_ASKED = 50

/**
 * How the guests of a meeting stand to a time that it may go to, as far as the organizer's calendar tells: null where there is nobody to ask about, or no hours. Whatever cannot be read is "not known",
 * never "free".
 */
export async function askGuests(
  calendars: Calendars,
  { workspaceId, userId }: Person,
  event: CalendarEvent,
  slot: Span,
): Promise<GuestsThen | null> {
  const { start, end } = slot
  const guests = event.attendees.filter(({ self, rsvp }) => !self && rsvp !== "declined").map(({ email }) => email)
  if (start.kind !== "timed" || end.kind !== "timed" || guests.length === 0 || guests.length > MOST_ASKED) return null
  const provider = await calendars.open(workspaceId, userId, event.ref.connectionId)
  const answer = await provider?.busyOf(guests, { from: start.at, to: end.at })
  const told = answer?.kind === "people" ? answer.people : []
  return guestsThen(
    event,
    slot,
    guests.map((email) => {
      const person = told.find((each) => each.email === email)
      return { email, busy: person?.kind === "busy" ? person.busy : null }
    }),
  )
}
