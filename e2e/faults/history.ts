import { parseArgs } from "node:util"
import { copyTemplate } from "../../lib/launch/test-database.mjs"
import { runHarness } from "../../lib/testing/harness"
import { RECORD_PLANTS, type RecordPlantName } from "../../lib/testing/history/plants"
import { type HistoryReport, runHistory } from "../../lib/testing/history/run"

/*
 * F2: a history of a million calls at the record store, by two processes of which one is killed now and then, is linearizable key by key; and each planted bug shows in a short one.
 *
 *   npm run faults -- history [--calls 1000000] [--kills 100] [--plants no]
 */

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "1000000" },
    kills: { type: "string", default: "100" },
    plants: { type: "string", default: "yes" },
  },
})
const CALLS_WITH_A_BUG = 20_000

async function onDatabase(plant: RecordPlantName | null, calls: number, kills: number): Promise<HistoryReport> {
  const { appUrl, drop } = await copyTemplate(process.env.TEST_ADMIN_DATABASE_URL ?? "")
  try {
    return await runHistory({ appUrl, calls, kills, plant })
  } finally {
    await drop()
  }
}

runHarness("history", 60, async () => {
  const bugs: Record<string, number> = {}
  for (const plant of values.plants === "no" ? [] : (Object.keys(RECORD_PLANTS) as RecordPlantName[])) {
    const { wrong } = await onDatabase(plant, CALLS_WITH_A_BUG, 0)
    bugs[plant] = wrong.length
    console.log(`${plant.padEnd(30)} ${String(wrong.length).padStart(6)} found, such as: ${wrong[0] ?? "nothing"}`)
  }
  const { wrong, ...run } = await onDatabase(null, Number(values.calls), Number(values.kills))
  const rate = (run.calls / run.seconds).toFixed(0)
  console.log(
    `${run.calls} calls of ${run.keys} keys in ${run.seconds.toFixed(0)} s (${rate}/s), ${run.kills} kills, ${run.lost} calls without an end`,
  )
  for (const [kind, n] of Object.entries(run.answers).sort()) console.log(`  ${String(n).padStart(9)}  ${kind}`)
  const unseen = Object.entries(bugs).flatMap(([bug, n]) => (n === 0 ? [`${bug} was not found`] : []))
  return { figures: { ...run, wrong: wrong.length, bugs }, missed: [...wrong.slice(0, 10), ...unseen] }
})
