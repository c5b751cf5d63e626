import { answerProposal, refusedResponse } from "@/lib/http/answer-proposal"
import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { GuestsToldRequest } from "@/lib/http/schemas/proposal"
import { chooseGuestsTold } from "@/lib/server/choose-guests-told"
import { wired } from "@/lib/server/wiring"

export const POST = handle(
  "POST /api/proposals/:id/guests",
  GuestsToldRequest,
  async ({ input, params, person, request }) => {
    const chosen = await chooseGuestsTold(wired.store, person, params.id, input.tell)
    if (chosen.kind === "notFound") return problem("not-found")
    return chosen.kind === "chosen"
      ? answerProposal(wired.store, person, request, params.id, null)
      : refusedResponse(chosen)
  },
)
