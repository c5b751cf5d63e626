import { parseArgs } from "node:util"
import { scaledTimes } from "../../lib/testing/crashes/scaled"
import { runHarness } from "../../lib/testing/harness"
import { PLANTS, type PlantName } from "../../lib/testing/outcomes/plants"
import { type OutcomesReport, runOutcomes } from "../../lib/testing/outcomes/run"
import { openScene } from "../../lib/testing/scene"

/*
 * Requests whose answer never comes, comes late or lies, for every kind of write: one effect at most, told as it was, found by reading (F5; I1 to I7).
 *
 *   npm run faults -- outcomes [--seeds 200] [--factor 20] [--unscaled] [--at-once 16] [--provider google|microsoft] [--plant NAME]
 */

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    /** So many times shorter than in production are the protocol's times. */
    factor: { type: "string", default: "20" },
    /** Each cell once, in the protocol's own times. */
    unscaled: { type: "boolean", default: false },
    "at-once": { type: "string", default: "16" },
    provider: { type: "string" },
    plant: { type: "string" },
  },
})
const factor = values.unscaled ? 1 : Number(values.factor)
const seeds = values.unscaled ? 1 : Number(values.seeds)
const providers = (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each)
const plant = (Object.keys(PLANTS) as PlantName[]).find((each) => each === values.plant)
if (values.plant && !plant) throw new Error(`no plant ${values.plant}; there is: ${Object.keys(PLANTS).join(", ")}`)

/** I5, in the protocol's real times. */
const FINISHED_WITHIN_MS = 60_000

runHarness("outcomes", 30, async () => {
  console.log(`${seeds} of each cell, times divided by ${factor}${plant ? `, with ${plant}` : ""}`)
  const reports: (OutcomesReport & { provider: string })[] = []
  for (const provider of providers) {
    const scene = await openScene(provider, { times: scaledTimes(factor) })
    try {
      const report = await runOutcomes(scene, { seeds, atOnce: Number(values["at-once"]), ...(plant && { plant }) })
      reports.push({ provider, ...report })
      console.log(`\n${provider}: ${report.cells} writes`)
      for (const [end, times] of Object.entries(report.ends).sort(([a], [b]) => a.localeCompare(b)))
        console.log(`${String(times).padStart(6)}  ${end}`)
      for (const { cell, ms } of report.slowest) console.log(`${(ms / 1000).toFixed(2)} s  ${cell}`)
      console.log(`longest stall of the process: ${report.stalledMs.toFixed(0)} ms`)
    } finally {
      await scene.close()
    }
  }
  const missed = reports.flatMap(({ provider, broken }) => broken.slice(0, 20).map((what) => `${provider}: ${what}`))
  const slowestMs = Math.max(...reports.flatMap((report) => report.slowest.map(({ ms }) => ms))) * factor
  console.log(`\nslowest to be finished: ${(slowestMs / 1000).toFixed(1)} s in the protocol's times`)
  if (slowestMs > FINISHED_WITHIN_MS) missed.push(`I5: a write took ${(slowestMs / 1000).toFixed(1)} s`)
  return { figures: { seeds, factor, plant: plant ?? null, slowestSeconds: slowestMs / 1000, reports }, missed }
})
