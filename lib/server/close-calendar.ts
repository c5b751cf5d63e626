import "server-only"
import { bookableId } from "../domain/bookable-key"
import type { ConnectionId } from "../domain/event"
import type { Person } from "../domain/person"
import type { BookingSetup } from "../ports/booking-setup"

/** No agent holds or books anything new on this calendar of the person's; what stands there stands. Its account need not be there any more. */
export function closeCalendar(
  { bookingSetup }: { readonly bookingSetup: Pick<BookingSetup, "closeCalendar"> },
  { workspaceId, userId }: Person,
  place: { readonly connectionId: string; readonly calendarId: string },
): Promise<"closed" | "already"> {
  const calendarId = bookableId({ ...place, connectionId: place.connectionId as ConnectionId })
  return bookingSetup.closeCalendar(
    { workspaceId, ownerId: userId, calendarId },
    {
      actor: { kind: "person", id: userId },
      kind: "calendar-closed",
      subject: { kind: "calendar", id: calendarId },
      userId,
      body: {},
    },
  )
}
