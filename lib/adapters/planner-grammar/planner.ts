import { MAX_WORDS_LENGTH, type PlanAnswer } from "../../domain/plan"
import type { Planner } from "../../ports/planner"
import { parse } from "./grammar"
import { answer } from "./option"
import { resolve } from "./resolve"
import { request } from "./sentences"

/**
 * Plans by grammar: no key, no network, no clock and no chance. Same words, facts and matcher: byte-identical answer. It moves, resizes and swaps;
 * whatever else is asked for is refused as not understood, and where words have two meanings it asks.
 */
export const grammarPlanner: Planner = {
  name: "grammar",
  plan(words, facts, matcher): PlanAnswer {
    if (words.trim() === "") return { kind: "refusal", reason: "empty" }
    if (words.length > MAX_WORDS_LENGTH) return { kind: "refusal", reason: "too-long" }
    const tokens = request(words)
    if (tokens === null || tokens.length === 0) return { kind: "refusal", reason: "not-understood" }
    return answer(resolve(parse(tokens), facts, matcher), facts)
  },
}
