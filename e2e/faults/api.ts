import { parseArgs } from "node:util"
import { fuzzApi } from "../../lib/testing/api/fuzz"
import { openApiWorld } from "../../lib/testing/api/world"
import { runHarness } from "../../lib/testing/harness"

/*
 * Requests made of the API's own OpenAPI document, right, nearly right and wrong: no 5xx, no answer that the document does not declare.
 *
 *   npm run faults -- api [--n 10000] [--seed 1]
 */

const { values } = parseArgs({
  options: { n: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
})

runHarness("api", 15, async () => {
  const world = await openApiWorld()
  try {
    const { broken, answers } = await fuzzApi(world, Number(values.n), Number(values.seed))
    for (const [answer, times] of Object.entries(answers).sort()) console.log(`${String(times).padStart(6)}  ${answer}`)
    return { figures: { requests: Number(values.n), broken: broken.length, answers }, missed: broken.slice(0, 20) }
  } finally {
    await world.close()
  }
})
