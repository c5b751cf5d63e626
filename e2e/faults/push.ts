import { parseArgs } from "node:util"
import { runHarness } from "../../lib/testing/harness"
import { PLANTS, type PlantName, pushStory } from "./parts/push-story"

/*
 * F7: calls of providers are dropped, doubled and reordered while people edit; one poll later the cache is what the provider has.
 * The 10,000 forgeries are lib/http/webhooks.pg.test.ts.
 *
 *   npm run faults -- push [--stories 10] [--edits 60] [--provider google|microsoft] [--plant NAME]
 */

const { values } = parseArgs({
  options: {
    stories: { type: "string", default: "10" },
    edits: { type: "string", default: "60" },
    provider: { type: "string" },
    plant: { type: "string" },
  },
})
const providers = (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each)
const plant = (Object.keys(PLANTS) as PlantName[]).find((each) => each === values.plant)
if (values.plant && !plant) throw new Error(`no plant ${values.plant}; there is: ${Object.keys(PLANTS).join(", ")}`)

runHarness("push", 20, async () => {
  const missed: string[] = []
  let [calls, dropped] = [0, 0]
  for (let story = 0; story < Number(values.stories); story++) {
    for (const provider of providers) {
      const told = await pushStory({
        provider,
        edits: Number(values.edits),
        chance: Math.random,
        ...(plant && { plant }),
      })
      calls += told.calls
      dropped += told.dropped
      missed.push(...told.wrong.map((what) => `story ${story}, ${provider}: ${what}`))
    }
  }
  console.log(`${calls} calls were heard, ${dropped} never came`)
  return { figures: { calls, dropped, plant: plant ?? null }, missed }
})
