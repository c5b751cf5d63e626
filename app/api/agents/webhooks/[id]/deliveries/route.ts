import { answerWebhook, webhookAsking } from "@/lib/http/answer-webhook"
import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { DeliveriesRequest, type DeliveriesView, RedeliverRequest } from "@/lib/http/schemas/webhooks"
import { redeliverWebhook } from "@/lib/server/change-webhooks"
import { wired } from "@/lib/server/wiring"

const PAGE = 20

export const GET = handle(
  "GET /api/agents/webhooks/:id/deliveries",
  DeliveriesRequest,
  async ({ input, params, person }) => {
    const paging = { before: input.cursor ?? null, limit: PAGE }
    const page = await wired.webhooks.deliveries(webhookAsking(person), params.id, paging)
    return page ? ({ deliveries: page.items, nextCursor: page.cursor } satisfies DeliveriesView) : problem("not-found")
  },
)

export const POST = handle(
  "POST /api/agents/webhooks/:id/deliveries",
  RedeliverRequest,
  async ({ input, params, person }) =>
    answerWebhook(await redeliverWebhook(wired, webhookAsking(person), params.id, input.seq)),
)
