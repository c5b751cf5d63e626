import type { ModelUse } from "../domain/model-use"
import type { Matcher, PlanAnswer, PlannerFacts } from "../domain/plan"

/** `model`: what asking a model took, whether or not the answer is the model's. Absent: none was asked. */
export type Planned = PlanAnswer & { readonly model?: ModelUse }

/**
 * Turns a person's own words into a typed plan, a question or a refusal. It sees typed facts and may ask the matcher; it never sees an
 * event's text and writes nothing. Same words, facts and matcher: same answer, for a planner that says it is deterministic.
 */
export interface Planner {
  readonly name: string
  /** Asks a language model, which takes seconds. */
  readonly isSlow?: true
  plan(words: string, facts: PlannerFacts, matcher: Matcher): Planned | Promise<Planned>
}
