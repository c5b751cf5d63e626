import { parseArgs } from "node:util"
import pg from "pg"
import { runHarness } from "../../lib/testing/harness"
import { sandboxAt } from "../../lib/testing/sandbox"
import { serveApp } from "../../lib/testing/served-app"
import { forgeries, servedStory } from "./parts/push-served"
import { PLANTS, type PlantName, pushStory } from "./parts/push-story"

/*
 * F7: calls of providers are dropped, doubled and reordered while people edit; one poll later the cache is what the provider has. First over HTTP: the served app, its worker, a
 * relay before its doors, and 10,000 forged calls. Then as stories, in one process, with the order of the calls in our hand.
 *
 *   npm run faults -- push [--edits 60] [--forged 10000] [--stories 10] [--provider google|microsoft] [--plant NAME]
 */

const SERVED_PLANTS = ["no-token-check", "deaf-without-poll"] as const

const { values } = parseArgs({
  options: {
    stories: { type: "string", default: "10" },
    edits: { type: "string", default: "60" },
    forged: { type: "string", default: "10000" },
    provider: { type: "string" },
    plant: { type: "string" },
  },
})
const providers = (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each)
const plant = (Object.keys(PLANTS) as PlantName[]).find((each) => each === values.plant)
const servedPlant = SERVED_PLANTS.find((each) => each === values.plant)
if (values.plant && !plant && !servedPlant)
  throw new Error(`no plant ${values.plant}; there is: ${[...Object.keys(PLANTS), ...SERVED_PLANTS].join(", ")}`)

const { SANDBOX_URL = "", SANDBOX_CONTROL_TOKEN = "", OWNER_DATABASE_URL = "" } = process.env

async function served(missed: string[]): Promise<Record<string, unknown>> {
  const owner = new pg.Client({ connectionString: OWNER_DATABASE_URL })
  await owner.connect()
  const app = await serveApp()
  const sandbox = sandboxAt(SANDBOX_URL, SANDBOX_CONTROL_TOKEN)
  const figures: Record<string, unknown> = {}
  try {
    await sandbox.setSwitches({ changeKeyRewriteMs: null })
    console.log("over HTTP     came  dropped  doubled  passed on  wrong")
    for (const provider of providers) {
      const deaf = servedPlant === "deaf-without-poll"
      const { heard, wrong } = await servedStory({ app, owner, sandbox }, provider, Number(values.edits), {
        poll: !deaf,
        deaf,
      })
      const { came, dropped, doubled, passed } = heard
      const line = [came, dropped, doubled, passed, wrong.length].map((n) => String(n).padStart(8)).join(" ")
      console.log(`${provider.padEnd(10)}${line}`)
      figures[provider] = { ...heard, wrong: wrong.length }
      missed.push(...wrong.map((what) => `over HTTP, ${provider}: ${what}`))
    }
    if (providers.includes("google")) {
      const { statuses, wrong } = await forgeries(
        { app, owner, sandbox },
        Number(values.forged),
        servedPlant === "no-token-check",
      )
      console.log(`${values.forged} forged calls: ${JSON.stringify(statuses)}`)
      figures.forged = statuses
      missed.push(...wrong)
    }
  } finally {
    await app.kill()
    await owner.end()
  }
  return figures
}

async function told(missed: string[]): Promise<Record<string, unknown>> {
  let [calls, dropped] = [0, 0]
  for (let story = 0; story < Number(values.stories); story++) {
    for (const provider of providers) {
      const { wrong, ...counts } = await pushStory({
        provider,
        edits: Number(values.edits),
        chance: Math.random,
        ...(plant && { plant }),
      })
      calls += counts.calls
      dropped += counts.dropped
      missed.push(...wrong.map((what) => `story ${story}, ${provider}: ${what}`))
    }
  }
  console.log(`stories: ${calls} calls were heard, ${dropped} never came`)
  return { calls, dropped }
}

runHarness("push", 20, async () => {
  const missed: string[] = []
  const overHttp = plant ? null : await served(missed)
  const stories = servedPlant ? null : await told(missed)
  return { figures: { overHttp, stories, plant: values.plant ?? null }, missed }
})
