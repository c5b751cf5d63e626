import { loadavg } from "node:os"
import { parseArgs } from "node:util"
import { runHarness } from "../../lib/testing/harness"
import { sandboxAt } from "../../lib/testing/sandbox"
import { openScene } from "../../lib/testing/scene"
import { type Figures, measure } from "./parts/measure"
import { PLANTS, type PlantName } from "./parts/plants"

/*
 * What the guarantee costs: a whole approved commit against the bare SDK's get and conditional patch, on one sandbox in a process of its own, one
 * round of each in turn.
 *
 *   npm run bench -- reschedule [--rounds 60] [--provider google|microsoft] [--plant NAME]
 */

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "60" }, provider: { type: "string" }, plant: { type: "string" } },
})
const rounds = Number(values.rounds)
const providers = (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each)
const plant = (Object.keys(PLANTS) as PlantName[]).find((each) => each === values.plant)
if (values.plant && !plant) throw new Error(`no plant ${values.plant}; there is: ${Object.keys(PLANTS).join(", ")}`)

const LATENCIES_MS = [0, 50]
/** Without latency a commit adds at most so much. */
const ADDED_MS = 15
/** With it, it takes at most so many times the bare SDK's time. */
const AT_MOST = 1.2

function show({ provider, latencyMs, bareMs, oursMs, addedMs, ratio, bareCpuMs, oursCpuMs, stepMs }: Figures): void {
  const line = [bareMs, oursMs, addedMs].map((ms) => `${ms.toFixed(1)} ms`.padStart(10)).join(" ")
  console.log(
    `${provider.padEnd(10)} ${String(latencyMs).padStart(4)} ms ${line} ${ratio.toFixed(2).padStart(6)}x   cpu ${bareCpuMs.toFixed(1)} -> ${oursCpuMs.toFixed(1)} ms`,
  )
  for (const [step, ms] of Object.entries(stepMs)) console.log(`             ${step.padEnd(32)} ${ms.toFixed(1)} ms`)
}

function missedBy({ provider, latencyMs, addedMs, ratio }: Figures): string[] {
  if (latencyMs === 0)
    return addedMs > ADDED_MS ? [`${provider}: adds ${addedMs.toFixed(1)} ms, at most ${ADDED_MS} wanted`] : []
  return ratio > AT_MOST ? [`${provider}: ${ratio.toFixed(2)} times the bare SDK, at most ${AT_MOST} wanted`] : []
}

runHarness("reschedule", 10, async () => {
  const { SANDBOX_URL: url = "", SANDBOX_CONTROL_TOKEN: token = "" } = process.env
  const [load = 0] = loadavg()
  console.log(
    `${rounds} rounds each, medians${plant ? `, with ${plant}` : ""}; the machine's load is ${load.toFixed(1)}`,
  )
  console.log("provider    latency       bare       ours      added   ratio")
  const figures: Figures[] = []
  for (const provider of providers) {
    const scene = await openScene(provider, { sandbox: sandboxAt(url, token), now: new Date().toISOString() })
    try {
      await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
      for (const latencyMs of LATENCIES_MS) {
        const measured = await measure(scene, { rounds, latencyMs, ...(plant && { plant }) })
        show(measured)
        figures.push(measured)
      }
    } finally {
      await scene.close()
    }
  }
  return { figures: { rounds, load, plant: plant ?? null, figures }, missed: figures.flatMap(missedBy) }
})
