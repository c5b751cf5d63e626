import { parseArgs } from "node:util"
import { copyTemplate } from "../../lib/launch/test-database.mjs"
import { keyRun } from "../../lib/testing/booking/key-run"
import { bookingPlant } from "../../lib/testing/booking/plants"
import { runHarness } from "../../lib/testing/harness"

/*
 * F3: idempotency keys at the engine, each sent from 1 to 5 times at once by each of two processes, one of which is killed now and then: one effect a key, one answer, and
 * another request under the same key is refused.
 *
 *   npm run faults -- idempotency [--keys 100000] [--kills 100] [--plant NAME]
 */

const { values } = parseArgs({
  options: {
    keys: { type: "string", default: "100000" },
    kills: { type: "string", default: "100" },
    plant: { type: "string" },
  },
})
const plant = bookingPlant(values.plant, ["key-unlocked", "key-apart", "digest-ignored"])

runHarness("idempotency", 30, async () => {
  const database = await copyTemplate(process.env.TEST_ADMIN_DATABASE_URL ?? "")
  let told = 0
  const run = await keyRun({
    ...database,
    keys: Number(values.keys),
    kills: Number(values.kills),
    plant,
    onProgress(sent) {
      if (sent < told + 10_000) return
      told = sent
      console.log(`${sent} keys`)
    },
  })
  await database.drop()
  console.log(
    `${run.keys} keys, ${run.calls} calls in ${run.seconds.toFixed(0)} s (${(run.calls / run.seconds).toFixed(0)}/s), ${run.kills} kills, ${run.faults} faults`,
  )
  return { figures: { plant, run: { ...run, wrong: run.wrong.length } }, missed: run.wrong.slice(0, 10) }
})
