import { parseArgs } from "node:util"
import { runHarness } from "../../lib/testing/harness"
import { openModelServer } from "../../lib/testing/model-server"
import { obey } from "../../lib/testing/obedient-model"
import { openScene } from "../../lib/testing/scene"

/*
 * P2: a language model that obeys whoever writes to it, asked over HTTP, with the real use cases behind it. Whatever it answers, there is no request that writes
 * to a calendar, nobody's yes and no intent.
 *
 *   npm run faults -- injection [--only obedient] [--runs 10000] [--seed N]
 */

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "obedient" },
    runs: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
})

runHarness("injection", 60, async () => {
  if (values.only !== "obedient") return { figures: {}, missed: [`there is no part ${values.only}`] }
  const [scene, server] = await Promise.all([openScene("google"), openModelServer()])
  try {
    const { kinds, ...written } = await obey(scene, server, Number(values.runs), Number(values.seed))
    console.table(kinds)
    const missed = Object.entries(written).flatMap(([what, count]) =>
      count === 0 ? [] : [`${count} ${what}, and none may be`],
    )
    if (!kinds["proposal taken"]) missed.push("no answer of the model was taken, so nothing was tried")
    return { figures: { runs: Number(values.runs), ...written, kinds }, missed }
  } finally {
    await Promise.all([scene.close(), server.stop()])
  }
})
