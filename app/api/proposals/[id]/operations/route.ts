import { answerProposal, refusedResponse } from "@/lib/http/answer-proposal"
import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { NarrowRequest } from "@/lib/http/schemas/proposal"
import { narrowProposal } from "@/lib/server/narrow-proposal"
import { wired } from "@/lib/server/wiring"

export const POST = handle(
  "POST /api/proposals/:id/operations",
  NarrowRequest,
  async ({ input, params, person, request }) => {
    const narrowed = await narrowProposal(wired, person, params.id, input.planHash, input.keep)
    if (narrowed.kind === "notFound") return problem("not-found")
    return narrowed.kind === "narrowed"
      ? answerProposal(wired.store, person, request, params.id, null)
      : refusedResponse(narrowed)
  },
)
