import { answerProposal } from "@/lib/http/answer-proposal"
import { handle } from "@/lib/http/handle"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/proposals/:id", null, ({ params, person, request }) =>
  answerProposal(wired.store, person, request, params.id, null),
)
