import { parseArgs } from "node:util"
import { scaledTimes } from "../../lib/testing/crashes/scaled"
import { runHarness } from "../../lib/testing/harness"
import { PLANTS, type PlantName } from "../../lib/testing/outcomes/plants"
import { type OutcomesReport, runOutcomes } from "../../lib/testing/outcomes/run"
import { openScene } from "../../lib/testing/scene"

/*
 * Requests whose answer never comes, comes late or lies, for every kind of write: one effect at most, told as it was, found by reading (F5; I1 to I7).
 *
 *   npm run faults -- outcomes [--seeds 200] [--factor 20] [--at-once 16] [--provider google|microsoft] [--plant NAME]
 *
 * First so many of each cell in times that are divided, then each once in the protocol's own times: I5 is about those, and what the machine itself takes cannot be divided.
 * `--seeds 0` is the second part alone.
 */

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    /** So many times shorter than in production are the protocol's times. */
    factor: { type: "string", default: "20" },
    "at-once": { type: "string", default: "16" },
    provider: { type: "string" },
    plant: { type: "string" },
  },
})
const [seeds, factor, atOnce] = [Number(values.seeds), Number(values.factor), Number(values["at-once"])]
const providers = (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each)
const plant = (Object.keys(PLANTS) as PlantName[]).find((each) => each === values.plant)
if (values.plant && !plant) throw new Error(`no plant ${values.plant}; there is: ${Object.keys(PLANTS).join(", ")}`)

/** I5, in the protocol's real times. */
const FINISHED_WITHIN_MS = 60_000
/** With sixteen writes at once on two processors; where times are divided, this is not. */
const MACHINE_MS = 1_000

interface Part {
  readonly seeds: number
  readonly factor: number
}
const parts: readonly Part[] = [
  { seeds, factor },
  { seeds: 1, factor: 1 },
].filter((part) => part.seeds > 0)
type Told = OutcomesReport & Part & { readonly provider: string }

function show({ provider, cells, ends, slowest, stalledMs, ...part }: Told) {
  console.log(`\n${provider}: ${cells} writes, times divided by ${part.factor}`)
  for (const [end, times] of Object.entries(ends).sort(([a], [b]) => a.localeCompare(b)))
    console.log(`${String(times).padStart(6)}  ${end}`)
  console.log("the slowest to be finished:")
  for (const { cell, ms } of slowest.slice(0, 5)) console.log(`${(ms / 1000).toFixed(2).padStart(6)} s  ${cell}`)
  console.log(`this process stood still for ${stalledMs.toFixed(0)} ms at most`)
}

const late = ({ provider, slowest, ...part }: Told): string[] => {
  const limitMs = FINISHED_WITHIN_MS / part.factor + (part.factor > 1 ? MACHINE_MS : 0)
  return slowest
    .filter(({ ms }) => ms > limitMs)
    .map(
      ({ cell, ms }) => `${provider}: I5: ${cell}: ${ms.toFixed(0)} ms of ${limitMs}, times divided by ${part.factor}`,
    )
}

runHarness("outcomes", 30, async () => {
  const reports: Told[] = []
  for (const part of parts)
    for (const provider of providers) {
      const scene = await openScene(provider, { times: scaledTimes(part.factor) })
      try {
        const report = await runOutcomes(scene, { seeds: part.seeds, atOnce, ...(plant && { plant }) })
        const told = { provider, ...part, ...report }
        reports.push(told)
        show(told)
      } finally {
        await scene.close()
      }
    }
  const missed = reports.flatMap((told) => [
    ...told.broken.slice(0, 20).map((what) => `${told.provider}: ${what}`),
    ...late(told),
  ])
  return { figures: { plant: plant ?? null, reports }, missed }
})
