import { answerApplied } from "@/lib/http/answer-proposal"
import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { undoProposal } from "@/lib/server/undo-proposal"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/proposals/:id/undo", null, async ({ params, person, request }) => {
  const undone = await undoProposal(wired, person, params.id)
  return undone ? answerApplied(wired.store, person, request, undone.proposalId, undone.applied) : problem("not-found")
})
