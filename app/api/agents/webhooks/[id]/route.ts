import { answerWebhook, webhookAsking } from "@/lib/http/answer-webhook"
import { handle } from "@/lib/http/handle"
import { TurnWebhookRequest } from "@/lib/http/schemas/webhooks"
import { changeWebhook, removeWebhook } from "@/lib/server/change-webhooks"
import { wired } from "@/lib/server/wiring"

export const PATCH = handle("PATCH /api/agents/webhooks/:id", TurnWebhookRequest, async ({ input, params, person }) =>
  answerWebhook(await changeWebhook(wired, webhookAsking(person), params.id, input)),
)

export const DELETE = handle("DELETE /api/agents/webhooks/:id", null, async ({ params, person }) =>
  answerWebhook(await removeWebhook(wired, webhookAsking(person), params.id)),
)
