import { parseArgs } from "node:util"
import { runHarness } from "../../lib/testing/harness"
import { PLANTS, type PlantName } from "../../lib/testing/interleavings/plants"
import { type InterleavingReport, runInterleavings } from "../../lib/testing/interleavings/run"
import { openScene } from "../../lib/testing/scene"

/*
 * Random stories of one event between an assistant and its person, on both providers: nothing that a person did is ever written over unseen,
 * success is never reported falsely, and nobody is told that they changed what they did not.
 *
 *   npm run faults -- interleavings [--runs 2000] [--seed N] [--path P] [--provider google|microsoft] [--plant NAME]
 */

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    seed: { type: "string" },
    path: { type: "string" },
    provider: { type: "string" },
    plant: { type: "string" },
  },
})
const plant = plantNamed(values.plant)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const providers = (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each)
const runs = Math.ceil(Number(values.runs) / providers.length)

function plantNamed(name: string | undefined): PlantName | undefined {
  const known = (Object.keys(PLANTS) as PlantName[]).find((each) => each === name)
  if (name !== undefined && !known) throw new Error(`no plant ${name}; there is: ${Object.keys(PLANTS).join(", ")}`)
  return known
}

async function tellAll(provider: (typeof providers)[number]): Promise<InterleavingReport> {
  const scene = await openScene(provider)
  try {
    const { path } = values
    return await runInterleavings(scene, { runs, seed, ...(path && { path }), ...(plant && { plant }) })
  } finally {
    await scene.close()
  }
}

function show({ provider, runs, seconds, met, violation }: InterleavingReport): void {
  console.log(`\n${provider}: ${runs} stories in ${seconds} s`)
  for (const [what, times] of Object.entries(met)) console.log(`  ${String(times).padStart(6)}  ${what}`)
  if (!violation) return
  const again = `npm run faults -- interleavings --provider ${provider} --seed ${seed} --path ${violation.path}`
  console.log(`\n  VIOLATED: ${violation.what}\n  ${again}\n${JSON.stringify(violation.story, null, 2)}`)
}

runHarness("interleavings", 30, async () => {
  console.log(`seed ${seed}, ${runs} stories a provider${plant ? `, with the bug ${plant}` : ""}`)
  const reports: InterleavingReport[] = []
  for (const provider of providers) {
    const report = await tellAll(provider)
    show(report)
    reports.push(report)
  }
  const missed = reports.flatMap(({ provider, violation }) => (violation ? [`${provider}: ${violation.what}`] : []))
  return { figures: { seed, plant: plant ?? null, reports }, missed }
})
