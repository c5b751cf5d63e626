import { parseArgs } from "node:util"
import { copyTemplate } from "../../lib/launch/test-database.mjs"
import { runHarness } from "../../lib/testing/harness"
import { HISTORY_PLANTS, type HistoryPlant } from "../../lib/testing/history/plants"
import { type HistoryRun, historyRun } from "../../lib/testing/history/run"

/*
 * F2: sixteen clients in two processes read, write on a version, create, delete, edit and claim a few keys at once, one process killed now and then; every history is
 * linearizable, key by key. Then the same on stores with a bug, each of which has to be caught.
 *
 *   npm run faults -- history [--operations 1000000] [--kills 20] [--plant-operations 40000]
 */

const { values } = parseArgs({
  options: {
    operations: { type: "string", default: "1000000" },
    kills: { type: "string", default: "20" },
    "plant-operations": { type: "string", default: "40000" },
  },
})

async function onDatabase(more: Omit<Parameters<typeof historyRun>[0], "appUrl" | "ownerUrl">): Promise<HistoryRun> {
  const database = await copyTemplate(process.env.TEST_ADMIN_DATABASE_URL ?? "")
  try {
    return await historyRun({ ...database, ...more })
  } finally {
    await database.drop()
  }
}

runHarness("history", 60, async () => {
  let told = 0
  const run = await onDatabase({
    operations: Number(values.operations),
    kills: Number(values.kills),
    onProgress(done) {
      if (done < told + 100_000) return
      told = done
      console.log(`${done} operations, ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB`)
    },
  })
  const peakMiB = process.resourceUsage().maxRSS / 1_024
  console.log(
    `${run.operations} operations on ${run.keys} keys in ${run.seconds.toFixed(0)} s (${(run.operations / run.seconds).toFixed(0)}/s), ${run.kills} kills, ${run.unanswered} unanswered, at most ${peakMiB.toFixed(0)} MiB here`,
  )
  for (const [answer, n] of Object.entries(run.answers).sort()) console.log(`  ${String(n).padStart(9)}  ${answer}`)
  console.log(run.wrong.length === 0 ? "linearizable, every key" : `NOT linearizable: ${run.wrong[0]}`)

  const missed = [...run.wrong.slice(0, 10)]
  const caught: Record<string, string | null> = {}
  for (const plant of Object.keys(HISTORY_PLANTS) as HistoryPlant[]) {
    const planted = await onDatabase({
      operations: Number(values["plant-operations"]),
      kills: 0,
      plant,
      roundOf: 2_000,
    })
    const shown = planted.wrong.find((sentence) => HISTORY_PLANTS[plant].shows.test(sentence)) ?? null
    caught[plant] = shown
    console.log(`  ${plant.padEnd(22)} ${shown ? `caught after ${planted.operations}: ${shown}` : "NOT CAUGHT"}`)
    if (!shown) missed.push(`${plant} was not caught in ${planted.operations} operations`)
  }
  return { figures: { run: { ...run, wrong: run.wrong.length }, peakMiB: Math.round(peakMiB), caught }, missed }
})
