import { setTimeout as sleep } from "node:timers/promises"
import { startWorker } from "../../adapters/jobs/worker"
import { deliverWebhooks } from "../../server/deliver-webhooks"
import { WEBHOOK_PLANTS, type WebhookPlant } from "./plants"
import { type WebhookParts, webhookDeps } from "./world"

export interface WorkerOrder {
  readonly parts: WebhookParts
  readonly leaseMs: number
  readonly plant: WebhookPlant | null
}

/* A process of its own that looks through the log and sends, to be killed on the way. Says `ready`, takes one order, says `working`. */

const QUIET = { debug() {}, info() {}, warn() {}, error: (fields: object) => console.error(fields) }

async function work({ parts, leaseMs, plant }: WorkerOrder): Promise<void> {
  const real = webhookDeps(parts)
  const deps = plant ? WEBHOOK_PLANTS[plant](real, parts) : real
  await startWorker(
    parts.databaseUrl,
    { "deliver-webhooks": async (subscription) => void (await deliverWebhooks(deps, subscription, leaseMs)) },
    QUIET,
  )
  process.send?.("working")
  for (let turn = 0; ; turn++) {
    // small steps: a kill should find many moments
    await deps.webhooks.fanOut(3)
    if (turn % 10 === 0) await deps.webhooks.orderDue(100)
    await sleep(10)
  }
}

process.once("message", (order) => {
  work(order as WorkerOrder).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
process.send?.("ready")
