import type { ModelFailure } from "../domain/model-use"
import { sayModelFailure } from "../domain/wording"
import type { chooseModel } from "../server/choose-model"
import { outcomeStatus } from "./outcome-response"
import { problem } from "./problem"
import type { ModelAnswer, ModelView, TriedModel } from "./schemas/model"

type Chosen = Awaited<ReturnType<typeof chooseModel>>

/** What became of a choice of a model, with what stands now. */
export function answerChosen(chosen: Chosen, now: ModelView, request: Request): Response {
  switch (chosen) {
    case "chosen":
      return Response.json({ kind: chosen, now } satisfies ModelAnswer)
    case "stale":
      return Response.json({ kind: "conflict", now } satisfies ModelAnswer, {
        status: outcomeStatus("conflict", request),
      })
    case "not-admin":
      return problem("admins-only")
    case "refused-address":
      return problem("model-address")
    case "no-model-here":
      return problem("model-none")
    case "key-again":
      return problem("model-key-again")
    case "key-needed":
      return problem("model-key-needed")
    default:
      return chosen satisfies never
  }
}

export const answerTried = (failure: ModelFailure | null): TriedModel => ({
  failure: failure && sayModelFailure(failure),
})
