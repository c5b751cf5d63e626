import { answerChosen } from "@/lib/http/answer-chosen"
import { handle } from "@/lib/http/handle"
import { seenVersion } from "@/lib/http/if-match"
import { problem } from "@/lib/http/problem"
import { ChooseModelRequest, type ModelView } from "@/lib/http/schemas/model"
import { chooseModel, readModelChoice } from "@/lib/server/choose-model"
import { wired } from "@/lib/server/wiring"

export const GET = handle(
  "GET /api/settings/model",
  null,
  ({ person }): Promise<ModelView> => readModelChoice(wired, person),
)

export const PATCH = handle("PATCH /api/settings/model", ChooseModelRequest, async ({ input, person, request }) => {
  const seen = seenVersion(request)
  if (!seen) return problem("precondition-required", "send the version on screen as If-Match")
  const chosen = await chooseModel(wired, person, seen, input)
  return answerChosen(chosen, await readModelChoice(wired, person), request)
})
