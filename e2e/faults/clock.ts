import pg from "pg"
import { jumpAt } from "../../lib/testing/crashes/clock-jump"
import { pointsOf } from "../../lib/testing/crashes/crash-at"
import { scaledTimes } from "../../lib/testing/crashes/scaled"
import { runHarness } from "../../lib/testing/harness"
import { openScene } from "../../lib/testing/scene"
import { crashOptions } from "./parts/crash-options"

/*
 * F9: the database's clock is set forward by an hour, or back by two, at every call of everything that writes; the process lives on, or dies there. Safety never
 * breaks; what is delayed is delayed by the jump and no more. (Changes of clocks by law do not move instants: `npm run faults -- weekdays`.)
 *
 *   npm run faults -- clock [--factor 40] [--provider google|microsoft] [--case NAME] [--plant NAME]
 */

const JUMPS = [60, -120].flatMap((minutes) => [true, false].map((dies) => ({ minutes, dies })))

runHarness("clock", 30, async () => {
  const { factor, planted, plant, providers, cases } = crashOptions()
  const missed: string[] = []
  let points = 0
  for (const provider of providers) {
    const scene = await openScene(provider, { times: scaledTimes(factor) })
    const owner = new pg.Client({ connectionString: scene.ownerUrl })
    await owner.connect()
    const sql = (statement: string) => owner.query(statement)
    try {
      await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
      for (const each of cases) {
        const listed = await pointsOf(scene, each)
        for (const how of JUMPS) {
          const name = `${how.minutes > 0 ? "forward 1 h" : "back 2 h"}, ${how.dies ? "dies" : "lives on"}`
          for (const at of listed) {
            const { hit, broken, early } = await jumpAt(scene, each, at, how, sql, plant)
            if (!hit) missed.push(`${provider}, ${each.name}: "${at}" was not passed`)
            if (early) missed.push(`${provider}, ${each.name}, ${name}, ${at}: finished before its time`)
            missed.push(...broken.map((what) => `${provider}, ${each.name}, ${name}, ${at}: ${what}`))
            points++
          }
        }
        console.log(`${provider.padEnd(10)} ${each.name.padEnd(46)} ${listed.length} points x ${JUMPS.length} jumps`)
      }
    } finally {
      await owner.end()
      await scene.close()
    }
  }
  return { figures: { factor, plant: planted, points, broken: missed.length }, missed }
})
