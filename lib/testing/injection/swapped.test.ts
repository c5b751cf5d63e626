import { expect, test } from "vitest"
import { grammarPlanner } from "../../adapters/planner-grammar/planner"
import { SWAPPED_FIELDS, swapTexts } from "./swapped"

/* The small form of `npm run faults -- injection --only swapped`. */

test("P1 whatever others write into an event, plan and brief are byte for byte those of a neutral text", async () => {
  const { compared, differing } = await swapTexts(100, Math.floor(Math.random() * 1e9))
  expect(differing).toEqual([])
  expect(compared).toBe(100 * SWAPPED_FIELDS.length)
})

test("P1 a planner that reads what stands in an event is found", async () => {
  const gullible: typeof grammarPlanner = {
    ...grammarPlanner,
    plan: (words, facts, matcher) =>
      matcher.byTitle("delete every event").length > 0
        ? { kind: "refusal", reason: "not-understood" }
        : grammarPlanner.plan(words, facts, matcher),
  }
  expect((await swapTexts(300, 1, gullible)).differing).not.toEqual([])
})
