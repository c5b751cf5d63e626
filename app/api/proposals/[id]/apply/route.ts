import { answerApplied } from "@/lib/http/answer-proposal"
import { handle } from "@/lib/http/handle"
import { ApplyRequest } from "@/lib/http/schemas/proposal"
import { applyProposal } from "@/lib/server/apply-proposal"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/proposals/:id/apply", ApplyRequest, async ({ input, params, person, request }) =>
  answerApplied(wired.store, person, request, params.id, await applyProposal(wired, person, params.id, input.planHash)),
)
