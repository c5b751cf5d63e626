import "server-only"
import { parseBookableId } from "../domain/bookable-key"
import type { BookingEvents } from "../ports/booking-events"
import type { Jobs } from "../ports/jobs"

const BATCH = 100
/** An order that came to nothing is given again after so long. */
const AGAIN_MS = 60_000

/** Orders what is due of bookings in calendars. Safe beside itself: of several processes one takes each. */
export async function orderBookings({
  bookingEvents,
  jobs,
}: {
  readonly bookingEvents: BookingEvents
  readonly jobs: Jobs
}): Promise<void> {
  for (const { workspaceId, ownerId, calendarId, bookingId } of await bookingEvents.takeDue(BATCH, AGAIN_MS)) {
    const place = parseBookableId(calendarId)
    if (place)
      await jobs.enqueue("settle-booking", {
        workspaceId,
        userId: ownerId,
        connectionId: place.connectionId,
        bookingId,
      })
  }
}
