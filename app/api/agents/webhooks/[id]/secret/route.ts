import { answerWebhook, webhookAsking } from "@/lib/http/answer-webhook"
import { handle } from "@/lib/http/handle"
import { rotateWebhookSecret } from "@/lib/server/change-webhooks"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/agents/webhooks/:id/secret", null, async ({ params, person }) =>
  answerWebhook(await rotateWebhookSecret(wired, webhookAsking(person), params.id)),
)
