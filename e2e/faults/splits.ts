import { parseArgs } from "node:util"
import { sealLog } from "../../lib/server/seal-log"
import { checkChain } from "../../lib/server/verify-log"
import { scaledTimes } from "../../lib/testing/crashes/scaled"
import { SPLITS, splitEverywhere } from "../../lib/testing/crashes/split-crash"
import { runHarness } from "../../lib/testing/harness"
import { openScene } from "../../lib/testing/scene"

/*
 * F4 for "this and all later ones" (decision 010): a process ends at every call it makes while a series is parted, taken back or put together again. Both halves stand in
 * the end or neither does, and no instance is missing at any time. A cut-off proposal is given up after seconds here rather than minutes.
 *
 *   npm run faults -- splits [--factor 40] [--provider google|microsoft] [--case NAME]
 */

const APPROVAL_TTL_MS = 2_000

runHarness("splits", 60, async () => {
  const { values } = parseArgs({
    options: { factor: { type: "string", default: "40" }, provider: { type: "string" }, case: { type: "string" } },
  })
  const times = { ...scaledTimes(Number(values.factor)), approvalTtlMs: APPROVAL_TTL_MS }
  const missed: string[] = []
  let [listed, hit] = [0, 0]
  for (const provider of (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each)) {
    const scene = await openScene(provider, { times })
    try {
      await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
      for (const which of SPLITS.filter((each) => (values.case ?? each) === each)) {
        const verdicts = await splitEverywhere(scene, which)
        const hits = verdicts.filter((verdict) => verdict.hit).length
        missed.push(
          ...verdicts.flatMap(({ at, broken }) => broken.map((what) => `${provider}, ${which}, ${at}: ${what}`)),
        )
        console.log(
          `${provider.padEnd(10)} ${which.padEnd(16)} ${String(verdicts.length).padStart(3)} points, ${hits} hit`,
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
  return { figures: { listed, hit, broken: missed.length }, missed }
})
