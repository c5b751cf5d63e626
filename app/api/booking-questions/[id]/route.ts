import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { AnswerBookingRequest } from "@/lib/http/schemas/agents"
import { answerBooking } from "@/lib/server/answer-booking"
import { wired } from "@/lib/server/wiring"

export const POST = handle(
  "POST /api/booking-questions/:id",
  AnswerBookingRequest,
  async ({ input, params, person }) => {
    const kind = await answerBooking(wired, person, params.id, input.choice)
    return kind === "notFound" ? problem("not-found") : { kind }
  },
)
