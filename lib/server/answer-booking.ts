import "server-only"
import type { Person } from "../domain/person"
import type { BookingChoice, BookingEvents } from "../ports/booking-events"

/** A person's answer to what they were asked of a booking, once. `cancel` cancels it as they would on the page; its event goes with it. */
export async function answerBooking(
  { bookingEvents }: { readonly bookingEvents: Pick<BookingEvents, "answer"> },
  { workspaceId, userId }: Person,
  questionId: string,
  choice: BookingChoice,
): Promise<"answered" | "superseded" | "notFound"> {
  if (!UUID.test(questionId)) return "notFound"
  return bookingEvents.answer(workspaceId, userId, questionId, choice, {
    actor: { kind: "person", id: userId },
    kind: "choice",
    subject: { kind: "booking", id: questionId },
    userId,
    body: { choice },
  })
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
