import type { Matcher, PlanAnswer, PlannerFacts } from "../domain/plan"

/**
 * Turns a person's own words into a typed plan, a question or a refusal. It sees typed facts and may ask the matcher; it never sees an
 * event's text, has no tools and writes nothing. Same words, facts and matcher: same answer, for a planner that says it is deterministic.
 */
export interface Planner {
  readonly name: string
  plan(words: string, facts: PlannerFacts, matcher: Matcher): PlanAnswer | Promise<PlanAnswer>
}
