import { expect, test } from "vitest"
import { grammarPlanner } from "../../adapters/planner-grammar/planner"
import { nonsenseIn } from "../../domain/plan-check"
import { utterances } from "./corpus"
import { setting } from "./fixtures"

test("B6 every answer of the grammar planner passes the rule that a model's answers pass", async () => {
  const refused = await Promise.all(
    utterances.map(async ({ id, words, fixture, now, timeZone, it }) => {
      const { facts, matcher } = setting(fixture, now, timeZone, it)
      const answer = await grammarPlanner.plan(words, facts, matcher)
      const nonsense = nonsenseIn(answer, { words, facts, matcher })
      return nonsense ? [`${id} ${words}: ${nonsense}`] : []
    }),
  )
  expect(utterances.length).toBeGreaterThan(600)
  expect(refused.flat()).toEqual([])
})
