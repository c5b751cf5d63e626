import { answerProposal } from "@/lib/http/answer-proposal"
import { handle } from "@/lib/http/handle"
import { dropProposal } from "@/lib/server/drop-proposal"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/proposals/:id/drop", null, async ({ params, person, request }) => {
  await dropProposal(wired.store, person, params.id)
  return answerProposal(wired.store, person, request, params.id, null)
})
