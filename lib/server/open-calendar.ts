import "server-only"
import { bookableId } from "../domain/bookable-key"
import type { BookingTimes } from "../domain/booking"
import type { ConnectionId } from "../domain/event"
import type { Person } from "../domain/person"
import type { BookingSetup } from "../ports/booking-setup"
import type { Calendars } from "../ports/calendars"

export interface OpenCalendarNeeds {
  readonly calendars: Calendars
  readonly bookingSetup: BookingSetup
}

export interface OpenWish {
  readonly connectionId: string
  readonly calendarId: string
  readonly times: BookingTimes
  /** Bookings are written into it as they are committed, not when they are frozen. */
  readonly writeAtOnce?: boolean
}

/** Lets agents book on one of a person's calendars, or changes its times. The account is asked: bookings will be written there. */
export async function openCalendar(
  { calendars, bookingSetup }: OpenCalendarNeeds,
  { workspaceId, userId }: Person,
  { times, writeAtOnce = false, ...place }: OpenWish,
): Promise<"opened" | "not-found" | "read-only" | "unreadable"> {
  const connectionId = place.connectionId as ConnectionId
  const account = await calendars.open(workspaceId, userId, connectionId)
  if (!account) return "not-found"
  const answer = await account.calendars()
  if (answer.kind !== "calendars") return "unreadable"
  const calendar = answer.calendars.find((each) => each.id === place.calendarId)
  if (!calendar) return "not-found"
  if (!calendar.writable) return "read-only"
  const calendarId = bookableId({ connectionId, calendarId: calendar.id })
  const entry = {
    actor: { kind: "person", id: userId },
    kind: "calendar-opened",
    subject: { kind: "calendar", id: calendarId },
    userId,
    body: { ...times },
  } as const
  await bookingSetup.putCalendar({ workspaceId, ownerId: userId, calendarId, name: calendar.name, times }, entry)
  const how = { ...entry, kind: "settings", body: { writeAtOnce } } as const
  await bookingSetup.setWriteAtOnce({ workspaceId, ownerId: userId, calendarId }, writeAtOnce, how)
  return "opened"
}
