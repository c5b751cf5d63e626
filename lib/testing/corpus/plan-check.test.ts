import { expect, test } from "vitest"
import { grammarPlanner } from "../../adapters/planner-grammar/planner"
import { nonsenseIn } from "../../domain/plan-check"
import { settingOf, utterances } from "./corpus"

test("B6 every answer of the grammar planner passes the rule that a model's answers pass", async () => {
  const refused = await Promise.all(
    utterances.map(async (utterance) => {
      const { id, words } = utterance
      const { facts, matcher } = settingOf(utterance)
      const answer = await grammarPlanner.plan(words, facts, matcher)
      const nonsense = nonsenseIn(answer, { words, facts, matcher })
      return nonsense ? [`${id} ${words}: ${nonsense}`] : []
    }),
  )
  expect(utterances.length).toBeGreaterThan(600)
  expect(refused.flat()).toEqual([])
})
