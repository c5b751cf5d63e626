import { sealLog } from "../../lib/server/seal-log"
import { checkChain } from "../../lib/server/verify-log"
import { crashEverywhere } from "../../lib/testing/crashes/crash-at"
import { scaledTimes } from "../../lib/testing/crashes/scaled"
import { runHarness } from "../../lib/testing/harness"
import { openScene } from "../../lib/testing/scene"
import { crashOptions } from "./parts/crash-options"

/*
 * F4: a process ends at every call it makes to the database or a provider, once before it and once after, in everything that writes to a calendar; a recovery
 * that only reads comes after it. One write at most, one outcome, one log row, nothing unfinished (reliability-security.md, I1 I2 I4 I5 I6).
 *
 *   npm run faults -- crashpoints [--factor 40] [--provider google|microsoft] [--case NAME] [--plant NAME]
 */

runHarness("crashpoints", 30, async () => {
  const { factor, planted, plant, providers, cases } = crashOptions()
  const missed: string[] = []
  let [listed, hit] = [0, 0]
  for (const provider of providers) {
    const scene = await openScene(provider, { times: scaledTimes(factor) })
    try {
      await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
      for (const each of cases) {
        const verdicts = await crashEverywhere(scene, each, plant.sender ? { plant: plant.sender } : {})
        const hits = verdicts.filter((verdict) => verdict.hit).length
        for (const { at, hit: passed, broken } of verdicts) {
          if (!passed) missed.push(`${provider}, ${each.name}: "${at}" was not passed`)
          missed.push(...broken.map((what) => `${provider}, ${each.name}, ${at}: ${what}`))
        }
        console.log(
          `${provider.padEnd(10)} ${each.name.padEnd(46)} ${String(verdicts.length).padStart(3)} points, ${hits} hit`,
        )
        listed += verdicts.length
        hit += hits
      }
      while ((await sealLog(scene.deps)) > 0);
      const { ok, problems } = await checkChain(scene.deps, scene.person.workspaceId)
      if (!ok) missed.push(`${provider}: I6: ${problems.map(({ kind }) => kind).join(", ")}`)
    } finally {
      await scene.close()
    }
  }
  return { figures: { factor, plant: planted, listed, hit, broken: missed.length }, missed }
})
