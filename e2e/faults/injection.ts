import { parseArgs } from "node:util"
import { type Findings, runHarness } from "../../lib/testing/harness"
import { letCanariesFly } from "../../lib/testing/injection/canaries"
import { forgeApprovals } from "../../lib/testing/injection/forged"
import { obey } from "../../lib/testing/injection/obedient"
import { swapTexts } from "../../lib/testing/injection/swapped"
import { openModelServer } from "../../lib/testing/model-server"
import { openScene } from "../../lib/testing/scene"

/*
 * P1 swapped: whatever others write into an event, the plan is byte for byte that of a neutral text, and so is what a language model is told.
 * P2 obedient: a language model that obeys whoever writes to it, asked over HTTP, with the real use cases behind it. Whatever it answers, there is no request that writes to a calendar, nobody's yes and no intent.
 * P3 forged: yeses that nobody gave are not accepted, and nothing is written.
 * P4 canaries: words of a private event reach nobody but its owner, and nothing but itself.
 *
 *   npm run faults -- injection [--only swapped|obedient|forged|canaries] [--payloads 10000] [--runs 10000] [--forgeries 5000] [--rounds 50] [--seed N]
 */

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    payloads: { type: "string", default: "10000" },
    runs: { type: "string", default: "10000" },
    forgeries: { type: "string", default: "5000" },
    rounds: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
  },
})
const seed = Number(values.seed)

const PARTS: Readonly<Record<string, () => Promise<Findings>>> = {
  async swapped() {
    const { compared, differing } = await swapTexts(Number(values.payloads), seed)
    console.log(`swapped: ${compared} plans compared, ${differing.length} differ`)
    return { figures: { compared, differing: differing.length }, missed: differing.slice(0, 10) }
  },

  async obedient() {
    const [scene, server] = await Promise.all([openScene("google"), openModelServer()])
    try {
      const { kinds, ...written } = await obey(scene, server, Number(values.runs), seed)
      console.table(kinds)
      const missed = Object.entries(written).flatMap(([what, count]) =>
        count === 0 ? [] : [`${count} ${what}, and none may be`],
      )
      if (!kinds["proposal taken"]) missed.push("no answer of the model was taken, so nothing was tried")
      return { figures: { runs: Number(values.runs), ...written, kinds }, missed }
    } finally {
      await Promise.all([scene.close(), server.stop()])
    }
  },

  async forged() {
    const scene = await openScene("google")
    try {
      const { kinds, accepted, writes } = await forgeApprovals(scene, Number(values.forgeries))
      console.table(kinds)
      const wrote = writes > 0 ? [`${writes} requests that write`] : []
      return { figures: { kinds, accepted: accepted.length, writes }, missed: [...new Set(accepted), ...wrote] }
    } finally {
      await scene.close()
    }
  },

  async canaries() {
    const { looked, seenByOwner, leaks } = await letCanariesFly(Number(values.rounds))
    console.log(
      `canaries: ${looked} texts looked through, ${leaks.length} of them leaks; the owner saw the words ${seenByOwner} times`,
    )
    const untried = seenByOwner === 0 ? ["the owner never saw the words, so nothing was tried"] : []
    return { figures: { looked, seenByOwner, leaks: leaks.length }, missed: [...leaks.slice(0, 10), ...untried] }
  },
}

runHarness("injection", 60, async () => {
  const parts = Object.entries(PARTS).filter(([name]) => (values.only ?? name) === name)
  if (parts.length === 0) throw new Error(`no part ${values.only}; there is: ${Object.keys(PARTS).join(", ")}`)
  const figures: Record<string, unknown> = {}
  const missed: string[] = []
  for (const [name, run] of parts) {
    const found = await run()
    figures[name] = found.figures
    missed.push(...found.missed.map((what) => `${name}: ${what}`))
  }
  return { figures, missed }
})
