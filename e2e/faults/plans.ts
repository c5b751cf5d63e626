import { parseArgs } from "node:util"
import { runHarness } from "../../lib/testing/harness"
import { racePlans } from "../../lib/testing/plans/races"

/*
 * Plans of several steps, while the person edits, moves, deletes and guests answer, before the yes and right before each request: no edit lost, no event lost, every report true.
 *
 *   npm run faults -- plans [--plans 600] [--seed N] [--plant no-if-match]
 */

const { values } = parseArgs({
  options: {
    plans: { type: "string", default: "600" },
    seed: { type: "string", default: "1" },
    plant: { type: "string" },
  },
})
if (values.plant && values.plant !== "no-if-match") throw new Error(`no plant ${values.plant}; there is: no-if-match`)

runHarness("plans", 30, async () => {
  const plant = values.plant ? ("no-if-match" as const) : undefined
  const { plans, acts, ends, broken } = await racePlans(Number(values.plans), Number(values.seed), plant)
  console.table(ends)
  console.log(`${plans} plans, ${acts} acts of others meanwhile, ${broken.length} broken`)
  return { figures: { plans, acts, ends, broken: broken.length }, missed: broken.slice(0, 10) }
})
