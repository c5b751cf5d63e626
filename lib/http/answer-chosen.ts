import { TRIALS } from "../domain/model-choice"
import { sayModelFailure, sayTriedOften } from "../domain/wording-model"
import type { chooseModel, Tried } from "../server/choose-model"
import { outcomeStatus } from "./outcome-response"
import { problem } from "./problem"
import { rateHeaders, secondsToToken } from "./rate-headers"
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

/** What came of a trial; 429 once the workspace's bucket is empty. */
export function answerTried(tried: Tried): Response {
  const headers = rateHeaders("model-try", TRIALS, tried.tokens)
  if (tried.kind === "limited") {
    const seconds = secondsToToken(TRIALS, tried.tokens)
    return problem("too-many", sayTriedOften(seconds), { ...headers, "retry-after": String(seconds) })
  }
  const { failure } = tried
  return Response.json({ failure: failure && sayModelFailure(failure) } satisfies TriedModel, { headers })
}
