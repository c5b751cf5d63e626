import { answerWebhook, webhookAsking } from "@/lib/http/answer-webhook"
import { handle } from "@/lib/http/handle"
import { AddWebhookRequest, type WebhooksView } from "@/lib/http/schemas/webhooks"
import { createWebhook } from "@/lib/server/change-webhooks"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/agents/webhooks", null, async ({ person }) => {
  const webhooks = await wired.webhooks.list(webhookAsking(person))
  return { webhooks } satisfies WebhooksView
})

export const POST = handle("POST /api/agents/webhooks", AddWebhookRequest, async ({ input, person }) =>
  answerWebhook(await createWebhook(wired, webhookAsking(person), input)),
)
