import { MAX_WORDS_LENGTH, type PlanAnswer } from "../../domain/plan"
import type { Planner } from "../../ports/planner"
import { followUp } from "./follow-up"
import { requests } from "./sentences"
import { planAll } from "./several"

/**
 * Plans by grammar: no key, no network, no clock and no chance. Same words, facts and matcher: byte-identical answer. What it does
 * not understand wholly it refuses, and where words have two meanings that differ in effect it asks.
 */
export const grammarPlanner: Planner = {
  name: "grammar",
  plan(words, facts, matcher): PlanAnswer {
    if (words.trim() === "") return { kind: "refusal", reason: "empty" }
    if (words.length > MAX_WORDS_LENGTH) return { kind: "refusal", reason: "too-long" }
    const asked = requests(words)
    const answer = planAll(asked, facts, matcher)
    return answer.kind === "refusal" ? (followUp(asked, words, facts, matcher) ?? answer) : answer
  },
}
