import { parseArgs } from "node:util"
import fc from "fast-check"
import pg from "pg"
import { postgresClient } from "../../lib/adapters/postgres/client"
import { copyTemplate } from "../../lib/launch/test-database.mjs"
import { history } from "../../lib/testing/booking/histories"
import { bookingPlant, plantBooking } from "../../lib/testing/booking/plants"
import { seizeClock, twinOf } from "../../lib/testing/booking/twin"
import { runHarness } from "../../lib/testing/harness"

/*
 * The rule as a pure function and the rule in the database, in random histories of one calendar: every answer, every row and every log row the same.
 *
 *   npm run faults -- booking-rule [--runs 10000] [--seed N] [--path P] [--plant NAME]
 */

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    seed: { type: "string" },
    path: { type: "string" },
    plant: { type: "string" },
  },
})
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const plant = bookingPlant(values.plant, ["rest-left", "no-bump-window", "priority-reversed", "equals-steal-holds"])

runHarness("booking-rule", 30, async () => {
  const database = await copyTemplate(process.env.TEST_ADMIN_DATABASE_URL ?? "")
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  const db = postgresClient(database.appUrl, 2)
  const twin = twinOf(db, owner, await seizeClock(owner))
  if (plant) await plantBooking(owner, plant)
  let actions = 0
  let difference: string | null = null
  const { failed, counterexamplePath, numRuns } = await fc.check(
    fc.asyncProperty(history(20), async (told) => {
      actions += told.length
      const found = await twin.tell(told)
      difference = found ?? difference
      return found === null
    }),
    { numRuns: Number(values.runs), seed, ...(values.path && { path: values.path }) },
  )
  await db.$disconnect()
  await owner.end()
  await database.drop()
  console.log(`${numRuns} histories, ${actions} actions, seed ${seed}${plant ? `, with the bug ${plant}` : ""}`)
  if (failed) console.log(`npm run faults -- booking-rule --seed ${seed} --path ${counterexamplePath}`)
  return { figures: { runs: numRuns, actions, seed, plant }, missed: failed ? [String(difference)] : [] }
})
