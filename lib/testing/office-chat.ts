import { grammarPlanner } from "../adapters/planner-grammar/planner"
import type { AnswerWire } from "../adapters/planner-llm/wire"
import type { ModelUse } from "../domain/model-use"
import type { FactId, PlanAnswer, PlannerFacts } from "../domain/plan"
import { setting } from "./corpus/fixtures"
import type { ModelServer } from "./model-server"
import { answers, calls, lastMatch, type Script } from "./scripted-model"

/*
 * One line of chat about the calendar of the office, planned by a model and by the grammar.
 */

export const office = setting("office", "2026-11-24T08:00:00Z", "Europe/Berlin", null)

export const WORDS = "move my weekly sync to Thursday 3pm"

export const idOf = (name: string): FactId => {
  for (const [id, known] of office.nameOf) if (known === name) return id
  throw new Error(`no event ${name}`)
}

export const byGrammar = (words = WORDS): PlanAnswer =>
  grammarPlanner.plan(words, office.facts, office.matcher) as PlanAnswer

export async function byModel(
  server: Pick<ModelServer, "planner">,
  words = WORDS,
  timeoutMs = 2_000,
  facts: PlannerFacts = office.facts,
): Promise<{ readonly model: ModelUse | undefined; readonly answer: PlanAnswer }> {
  const planner = server.planner({ timeoutMs, price: { input: 3, output: 15 } })
  const { model, ...answer } = await planner.plan(words, facts, office.matcher)
  return { model, answer }
}

export const move = (target: string, over: object = {}): AnswerWire => ({
  kind: "plan",
  readings: [],
  operations: [{ kind: "move", target, scope: "this", start: "2026-11-26T15:00", end: "2026-11-26T16:00", ...over }],
})
export const create = (title: string, guests: string[] = []): AnswerWire => ({
  kind: "plan",
  readings: [],
  operations: [{ kind: "create", title, guests, start: "2026-11-27T09:00", end: "2026-11-27T09:30" }],
})
/** Looks the weekly sync up and moves it to where it was to go. */
export const obedient: Script = (request, step) =>
  step === 0 ? calls("by_title", { words: "weekly sync" }) : answers(move(lastMatch(request)))
