import { parseArgs } from "node:util"
import { runHarness } from "../../lib/testing/harness"
import { killSenders } from "../../lib/testing/webhooks/kills"
import { WEBHOOK_PLANTS, type WebhookPlant } from "../../lib/testing/webhooks/plants"

/*
 * F8: processes that go through the log and send webhooks are killed (SIGKILL) at random, several at once, while rows keep coming: none is lost, ids and bytes are the same at
 * every attempt, every message is signed and goes to whom it concerns alone.
 *
 *   npm run faults -- webhooks [--n 1000] [--at-once 4] [--events 3] [--plant NAME]
 */

const { values } = parseArgs({
  options: {
    n: { type: "string", default: "1000" },
    "at-once": { type: "string", default: "4" },
    events: { type: "string", default: "3" },
    plant: { type: "string" },
  },
})
const plant = (Object.keys(WEBHOOK_PLANTS) as WebhookPlant[]).find((each) => each === values.plant) ?? null
if (values.plant && !plant)
  throw new Error(`no plant ${values.plant}; there is: ${Object.keys(WEBHOOK_PLANTS).join(", ")}`)

runHarness("webhooks", 30, async () => {
  const [kills, atOnce, events] = [values.n, values["at-once"], values.events].map(Number) as [number, number, number]
  console.log(
    `${kills} kills, ${atOnce} processes at once, ${events} rows an agent in each life${plant ? `, with ${plant}` : ""}`,
  )
  const { broken, ...figures } = await killSenders({ kills, atOnce, events, plant })
  return { figures: { kills, atOnce, plant, broken: broken.length, ...figures }, missed: broken.slice(0, 20) }
})
