import "server-only"
import type { ModelSettings } from "../../config/model-settings"
import type { ModelFailure, ModelUse } from "../../domain/model-use"
import { MAX_WORDS_LENGTH, type PlanAnswer, type PlannerFacts } from "../../domain/plan"
import { nonsenseIn } from "../../domain/plan-check"
import { isRescoped } from "../../domain/rescope"
import type { Planned, Planner } from "../../ports/planner"
import type { Asked, Bounds } from "./ask"
import { briefOf } from "./brief"
import { answerOf, withFacts } from "./wire"

export interface ModelPlannerOptions extends Partial<Bounds> {
  readonly settings: ModelSettings
  /** Answers where the model does not, and is the one to trust. */
  readonly fallback: Planner
  /** Asked right before the model is; false: it is not, and the fallback answers. */
  readonly mayAsk?: () => Promise<boolean>
}

const BOUNDS: Bounds = { maxSteps: 8, maxTokens: 4_000 }

/** More are not told to a model: an ordinary day has a handful, and what is told is paid for. */
const MOST_EVENTS = 600

/**
 * Plans with a language model. It is told the person's words and typed facts, and whatever it answers passes the rule that every plan passes. Where it is down, slow or
 * talks nonsense, the fallback answers, and `model.failure` says why.
 */
export function llmPlanner({ settings, fallback, mayAsk = async () => true, ...given }: ModelPlannerOptions): Planner {
  const { provider, model, price } = settings
  const bounds = { ...BOUNDS, ...given }
  return {
    name: "llm",
    isSlow: true,
    async plan(words, facts, matcher): Promise<Planned> {
      if (words.trim() === "" || words.length > MAX_WORDS_LENGTH) return fallback.plan(words, facts, matcher)
      const own = await fallback.plan(words, facts, matcher)
      if (isAboutPreferences(own) || isFollowUp(own, facts)) return own
      const began = performance.now()
      const refused = await whyNotAsked(facts, mayAsk)
      const asked = refused
        ? notAsked(refused)
        : await (await sdk()).ask(settings, briefOf(words, facts), facts, matcher, bounds)
      const { result, ...counted } = asked
      const answer = result.kind === "answer" ? answerOf(result.answer, facts) : null
      const nonsense = answer && nonsenseIn(answer, { words, facts, matcher })
      const use: ModelUse = {
        model: `${provider}/${model}`,
        ...counted,
        ms: Math.round(performance.now() - began),
        cost: price && Math.round(asked.inputTokens * price.input + asked.outputTokens * price.output),
        failure: result.kind === "failure" ? result.failure : nonsense ? "nonsense" : null,
        nonsense,
      }
      if (answer && !nonsense) return { ...withFacts(answer, facts), model: use }
      return { ...own, model: use }
    },
  }
}

async function whyNotAsked({ events }: PlannerFacts, mayAsk: () => Promise<boolean>): Promise<ModelFailure | null> {
  if (events.length > MOST_EVENTS) return "too-many-events"
  return (await mayAsk()) ? null : "too-often"
}

/** What is kept in mind is no model's business: it is told nothing of it that is a name, and has no form for changing it. */
const isAboutPreferences = (answer: PlanAnswer): boolean =>
  answer.kind === "remember" ||
  (answer.kind === "tell" && answer.telling.kind === "preferences") ||
  (answer.kind === "refusal" && (answer.reason === "nothing-kept" || answer.reason === "no-such-length"))

/** "For all of them": words that mean one thing, and nothing at all without the proposal that stands open. */
const isFollowUp = (answer: PlanAnswer, { proposed }: PlannerFacts): boolean =>
  (answer.kind === "plan" && isRescoped(answer.plan, proposed)) ||
  (answer.kind === "tell" && answer.telling.kind === "proposed") ||
  (answer.kind === "refusal" && answer.reason === "nothing-proposed")

/** Where a model's key cannot be opened any more: the fallback, which says so. */
export const keylessPlanner = (model: string, fallback: Planner): Planner => ({
  name: "llm",
  async plan(words, facts, matcher): Promise<Planned> {
    const use: ModelUse = { model, ...NOTHING_TAKEN, ms: 0, cost: null, failure: "key-lost", nonsense: null }
    return { ...(await fallback.plan(words, facts, matcher)), model: use }
  },
})

/** Loaded by the first line of chat that needs it: an installation without a model does not pay for the SDK. */
const sdk = () => import("./ask")

const NOTHING_TAKEN = { steps: 0, inputTokens: 0, outputTokens: 0 } as const
const notAsked = (failure: ModelFailure): Asked => ({ ...NOTHING_TAKEN, result: { kind: "failure", failure } })
