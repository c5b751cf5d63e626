import "server-only"
import type { Person } from "../domain/person"
import type { BookingStore } from "../ports/booking-store"

/** A person ends what an agent booked on a calendar of theirs, frozen or not. `ended`: it had ended already. */
export async function cancelBooking(
  { bookings }: { readonly bookings: BookingStore },
  { workspaceId, userId }: Person,
  bookingId: string,
): Promise<"cancelled" | "ended" | "notFound"> {
  if (!UUID.test(bookingId)) return "notFound"
  const booking = await bookings.findBooking(workspaceId, bookingId)
  if (booking?.ownerId !== userId) return "notFound"
  const { ownerId, calendarId } = booking
  const by = { kind: "person", id: userId } as const
  const answered = await bookings.cancel({ workspaceId, ownerId, calendarId, by, bookingId, idempotency: null })
  if (answered.kind !== "answered") throw new Error(`without a key there is no ${answered.kind}`)
  return answered.answer.kind
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
