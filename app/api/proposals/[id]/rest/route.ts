import { answerContinued } from "@/lib/http/answer-proposal"
import { handle } from "@/lib/http/handle"
import { continueProposal } from "@/lib/server/continue-proposal"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/proposals/:id/rest", null, async ({ params, person, request }) =>
  answerContinued(wired.store, person, request, await continueProposal(wired, person, params.id)),
)
