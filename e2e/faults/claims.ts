import { parseArgs } from "node:util"
import { copyTemplate } from "../../lib/launch/test-database.mjs"
import { LOSSES, type Loss, loseHolders, type Signal } from "../../lib/testing/claims/losses"
import { runHarness } from "../../lib/testing/harness"

/*
 * C3, C4. Processes that claim a record, read, beat, write, hand off, write and release, lost before, during and after each of it: killed, or put to sleep and woken when
 * somebody else has the claim. Swept within its time and one period, the next one lands, and of a zombie nothing is written.
 *
 *   npm run faults -- claims [--rounds 3] [--ttl 1000] [--every 1000]
 */

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    ttl: { type: "string", default: "1000" },
    every: { type: "string", default: "1000" },
  },
})
const [rounds, ttlMs, everyMs] = [Number(values.rounds), Number(values.ttl), Number(values.every)]
/** What the processes' own start and the machine may take; the figures say how much it was. */
const SLACK_MS = 1_000

runHarness("claims", 20, async () => {
  const losses: Loss[] = []
  for (let round = 0; round < rounds; round++) {
    const database = await copyTemplate(process.env.TEST_ADMIN_DATABASE_URL ?? "")
    losses.push(...(await loseHolders({ ...database, losses: LOSSES, ttlMs, everyMs, slackMs: SLACK_MS })))
    await database.drop()
  }
  const of = (signal: Signal) => losses.filter((loss) => loss.signal === signal)
  const figures = (["SIGKILL", "SIGSTOP"] as const).map((signal) => {
    const all = of(signal)
    const times = all.flatMap(({ reclaimedAfterMs }) => reclaimedAfterMs ?? [])
    return {
      signal,
      losses: all.length,
      reclaimed: times.length,
      slowestMs: Math.round(Math.max(0, ...times)),
      superseded: all.reduce((sum, { superseded }) => sum + superseded, 0),
      wrong: all.filter(({ wrong }) => wrong.length > 0).length,
    }
  })
  console.log(`${rounds} rounds; a claim's time is ${ttlMs} ms, the sweep's period ${everyMs} ms`)
  console.log("signal    losses  reclaimed  slowest     superseded  wrong")
  for (const each of figures)
    console.log(
      `${each.signal.padEnd(9)} ${String(each.losses).padStart(6)}  ${String(each.reclaimed).padStart(9)}  ${`${each.slowestMs} ms`.padStart(8)}  ${String(each.superseded).padStart(11)}  ${String(each.wrong).padStart(5)}`,
    )
  const missed = losses.flatMap(({ at, signal, wrong }) =>
    wrong.map((sentence) => `${signal} ${at.when} ${at.step}: ${sentence}`),
  )
  return { figures: { rounds, ttlMs, everyMs, figures }, missed }
})
