import { parseArgs } from "node:util"
import { postgresBookingSetup } from "../../lib/adapters/postgres/booking-setup"
import { postgresBookingStore } from "../../lib/adapters/postgres/booking-store"
import { postgresClient } from "../../lib/adapters/postgres/client"
import { copyTemplate } from "../../lib/launch/test-database.mjs"
import type { AuditLog } from "../../lib/ports/audit-log"
import { bookingPlant } from "../../lib/testing/booking/plants"
import { raceRun } from "../../lib/testing/booking/race-run"
import { rankRaces } from "../../lib/testing/booking/rank-races"
import { unsealedLog } from "../../lib/testing/booking/twin"
import { runHarness } from "../../lib/testing/harness"

/*
 * F1: racing commits at the engine from two processes, one of them killed now and then: no bucket is ever taken twice, whatever was told is there, every loser is shown
 * a winner that may keep it from them. D10: of five priorities the first ends up with the slot, always.
 *
 *   npm run faults -- bookings [--calls 1000000] [--kills 100] [--races 1000] [--plant NAME]
 */

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "1000000" },
    kills: { type: "string", default: "100" },
    races: { type: "string", default: "1000" },
    plant: { type: "string" },
  },
})
const plant = bookingPlant(values.plant, [
  "check-then-write",
  "lock-and-check-in-one",
  "rest-left",
  "no-bump-window",
  "priority-reversed",
  "equals-steal-holds",
  "log-apart",
])

runHarness("bookings", 60, async () => {
  const database = await copyTemplate(process.env.TEST_ADMIN_DATABASE_URL ?? "")
  const [calls, kills] = [Number(values.calls), Number(values.kills)]
  let told = 0
  const run = await raceRun({
    ...database,
    calls,
    kills,
    plant,
    onProgress(made) {
      if (made < told + 100_000) return
      told = made
      console.log(`${made} calls`)
    },
  })
  console.log(
    `${run.calls} calls in ${run.seconds.toFixed(0)} s (${(run.calls / run.seconds).toFixed(0)}/s), ${run.kills} kills, ${run.faults} faults`,
  )
  for (const [kind, n] of Object.entries(run.kinds)) console.log(`  ${String(n).padStart(9)}  ${kind}`)

  const db = postgresClient(database.appUrl, 5)
  const setup = postgresBookingSetup(db, unsealedLog as AuditLog)
  const ranks = await rankRaces(postgresBookingStore(db), setup, Number(values.races))
  await db.$disconnect()
  console.log(
    `D10: rank 1 of 5 won ${ranks.won} of ${ranks.races} races; it came last in ${ranks.cameLast}; ${ranks.evictions} evictions`,
  )
  await database.drop()
  const lost = ranks.won === ranks.races ? [] : [`rank 1 lost ${ranks.races - ranks.won} of ${ranks.races} races`]
  return {
    figures: { plant, run: { ...run, wrong: run.wrong.length }, ranks },
    missed: [...run.wrong.slice(0, 10), ...lost],
  }
})
