import pg from "pg"
import { prepareTemplate } from "../../lib/launch/test-database.mjs"
import { jumpAt } from "../../lib/testing/crashes/clock-jump"
import { pointsOf } from "../../lib/testing/crashes/crash-at"
import { openJumpingServer } from "../../lib/testing/crashes/jumping-server"
import { scaledTimes } from "../../lib/testing/crashes/scaled"
import { runHarness } from "../../lib/testing/harness"
import { testDatabase } from "../../lib/testing/pg"
import { openSandbox } from "../../lib/testing/sandbox"
import { openScene } from "../../lib/testing/scene"
import { crashOptions } from "./parts/crash-options"

/*
 * F9: the database's clock is set forward by an hour, or back by two, at every call of everything that writes; the process lives on, or dies there. Safety never
 * breaks; what is delayed is delayed by the jump and no more. No other clock decides anything of a write. (Changes of clocks by law do not move instants: `npm run faults -- weekdays`.)
 *
 *   npm run faults -- clock [--factor 40] [--provider google|microsoft] [--case NAME] [--plant NAME]
 */

const JUMPS = [60, -120].flatMap((minutes) => [true, false].map((dies) => ({ minutes, dies, clocksAgree: false })))

runHarness("clock", 30, async () => {
  const { factor, planted, plant, providers, cases } = crashOptions()
  const missed: string[] = []
  let points = 0
  // providers have clocks of their own
  const sandboxes = await testDatabase()
  const server = await openJumpingServer()
  try {
    await prepareTemplate(server.ownerUrl)
    process.env.TEST_ADMIN_DATABASE_URL = server.ownerUrl
    for (const provider of providers) {
      const sandbox = await openSandbox(sandboxes.sandboxUrl)
      const scene = await openScene(provider, { times: scaledTimes(factor), sandbox })
      try {
        await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
        for (const each of cases) {
          const listed = await pointsOf(scene, each)
          for (const how of JUMPS) {
            const name = `${how.minutes > 0 ? "forward 1 h" : "back 2 h"}, ${how.dies ? "dies" : "lives on"}`
            for (const at of listed) {
              const { hit, broken, early } = await jumpAt(scene, each, at, how, server.jump, plant)
              if (!hit) missed.push(`${provider}, ${each.name}: "${at}" was not passed`)
              if (early) missed.push(`${provider}, ${each.name}, ${name}, ${at}: finished before its time`)
              missed.push(...broken.map((what) => `${provider}, ${each.name}, ${name}, ${at}: ${what}`))
              points++
            }
          }
          console.log(`${provider.padEnd(10)} ${each.name.padEnd(46)} ${listed.length} points x ${JUMPS.length} jumps`)
        }
      } finally {
        await scene.close()
      }
    }
    const apart = Math.abs((await clockOf(server.ownerUrl)) - Date.now() - server.aheadMs())
    if (apart > 5_000) missed.push(`the database's clock is ${apart} ms from where it was set`)
  } finally {
    await server.close()
  }
  return { figures: { factor, plant: planted, points, broken: missed.length }, missed }
})

async function clockOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query("select extract(epoch from clock_timestamp()) * 1000 as ms")
    return Number(rows[0].ms)
  } finally {
    await client.end()
  }
}
