import { parseArgs } from "node:util"
import { sealLog } from "../../lib/server/seal-log"
import { checkChain } from "../../lib/server/verify-log"
import { crashEverywhere } from "../../lib/testing/crashes/crash-at"
import { CASES } from "../../lib/testing/crashes/crash-cases"
import { PLANTS, type PlantName, plantOf } from "../../lib/testing/crashes/plants"
import { scaledTimes } from "../../lib/testing/crashes/scaled"
import { runHarness } from "../../lib/testing/harness"
import { openScene } from "../../lib/testing/scene"

/*
 * F4: a process ends at every call it makes to the database or a provider, once before it and once after, in everything that writes to a calendar; a recovery
 * that only reads comes after it. One write at most, one outcome, one log row, nothing unfinished (reliability-security.md, I1 I2 I4 I5 I6).
 *
 *   npm run faults -- crashpoints [--factor 40] [--provider google|microsoft] [--case NAME] [--plant NAME]
 */

const { values } = parseArgs({
  options: {
    factor: { type: "string", default: "40" },
    provider: { type: "string" },
    case: { type: "string" },
    plant: { type: "string" },
  },
})
const factor = Number(values.factor)
const providers = (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each)
const cases = CASES.filter(({ name }) => (values.case ?? name) === name)
const planted = (Object.keys(PLANTS) as PlantName[]).find((each) => each === values.plant)
if (values.plant && !planted) throw new Error(`no plant ${values.plant}; there is: ${Object.keys(PLANTS).join(", ")}`)
const plant = planted && plantOf(planted).sender

runHarness("crashpoints", 30, async () => {
  console.log(`times divided by ${factor}${planted ? `, with ${planted}` : ""}`)
  const missed: string[] = []
  let [listed, hit] = [0, 0]
  for (const provider of providers) {
    const scene = await openScene(provider, { times: scaledTimes(factor) })
    try {
      await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
      for (const each of cases) {
        const verdicts = await crashEverywhere(scene, each, plant ? { plant } : {})
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
  return { figures: { factor, plant: planted ?? null, listed, hit, broken: missed.length }, missed }
})
