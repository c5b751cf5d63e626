import "server-only"
import type { ModelUse } from "../../domain/model-use"
import { MAX_WORDS_LENGTH } from "../../domain/plan"
import { nonsenseIn } from "../../domain/plan-check"
import type { Planned, Planner } from "../../ports/planner"
import { type Asked, ask, type Bounds, type Model } from "./ask"
import { briefOf } from "./brief"
import { answerOf, withFacts } from "./wire"

export interface ModelPlannerOptions extends Partial<Bounds> {
  readonly model: Model
  /** What the log calls it. */
  readonly name: string
  /** Answers where the model does not, and is the one to trust. */
  readonly fallback: Planner
  /** Per million tokens. */
  readonly price?: { readonly input: number; readonly output: number } | null
}

const BOUNDS: Bounds = { timeoutMs: 8_000, maxSteps: 8, maxTokens: 4_000 }

/** More are not told to a model: an ordinary day has a handful, and what is told is paid for. */
const MOST_EVENTS = 600

/**
 * Plans with a language model. It is told the person's words and typed facts, and whatever it answers passes the rule that every plan passes. Where it is down, slow or
 * talks nonsense, the fallback answers, and `model.failure` says why.
 */
export function llmPlanner({ model, name, fallback, price = null, ...given }: ModelPlannerOptions): Planner {
  const bounds = { ...BOUNDS, ...given }
  return {
    name: "llm",
    async plan(words, facts, matcher): Promise<Planned> {
      if (words.trim() === "" || words.length > MAX_WORDS_LENGTH) return fallback.plan(words, facts, matcher)
      const began = performance.now()
      const asked =
        facts.events.length > MOST_EVENTS ? NOT_ASKED : await ask(model, briefOf(words, facts), facts, matcher, bounds)
      const { result, ...counted } = asked
      const answer = result.kind === "answer" ? answerOf(result.answer, facts) : null
      const nonsense = answer && nonsenseIn(answer, { words, facts, matcher })
      const use: ModelUse = {
        model: name,
        ...counted,
        ms: Math.round(performance.now() - began),
        cost: price && Math.round(asked.inputTokens * price.input + asked.outputTokens * price.output),
        failure: result.kind === "failure" ? result.failure : nonsense ? "nonsense" : null,
        nonsense,
      }
      if (answer && !nonsense) return { ...withFacts(answer, facts), model: use }
      return { ...(await fallback.plan(words, facts, matcher)), model: use }
    },
  }
}

const NOT_ASKED: Asked = {
  steps: 0,
  inputTokens: 0,
  outputTokens: 0,
  result: { kind: "failure", failure: "too-many-events" },
}
