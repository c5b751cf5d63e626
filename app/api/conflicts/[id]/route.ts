import { answerResolved } from "@/lib/http/answer-proposal"
import { handle } from "@/lib/http/handle"
import { AnswerConflictRequest } from "@/lib/http/schemas/proposal"
import { resolveConflict } from "@/lib/server/resolve-conflict"
import { wired } from "@/lib/server/wiring"

export const POST = handle(
  "POST /api/conflicts/:id",
  AnswerConflictRequest,
  async ({ input, params, person, request }) =>
    answerResolved(wired.store, person, request, await resolveConflict(wired, person, params.id, input.choice)),
)
