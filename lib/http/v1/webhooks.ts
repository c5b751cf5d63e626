import { createRoute, z } from "@hono/zod-openapi"
import type { Context } from "hono"
import {
  changeWebhook,
  createWebhook,
  redeliverWebhook,
  removeWebhook,
  rotateWebhookSecret,
  type WebhookResult,
} from "../../server/change-webhooks"
import { wired } from "../../server/wiring"
import { problem } from "../problem"
import {
  answers,
  IdempotencyHeader,
  idempotencyOf,
  json,
  keyRefusal,
  needs,
  reply,
  router,
  type V1,
  writeAnswers,
} from "./routing"
import { DeliveriesQuery, Delivery, Id, paged, RowId, Webhook, WebhookChange, WebhookRequest } from "./schemas"
import { pageOf, showDelivery, showWebhook } from "./show"

/* Where an agent is told of its own holds and bookings. */

const params = z.object({ id: Id })
const shared = { tags: ["Webhooks"], ...needs("webhooks:write") }

const subscriber = (c: Context<V1>) => {
  const { workspaceId, agentId } = c.get("caller")
  return { workspaceId, by: { kind: "agent" as const, id: agentId } }
}

/** Who asks, and under which key. */
const asking = (c: Context<V1>, key: string, body: unknown) => ({
  ...subscriber(c),
  idempotency: idempotencyOf(c, key, body),
})

function answerOf(result: WebhookResult, status: 200 | 201): Response {
  if (result.kind === "refusedAddress") return problem("webhook-address")
  if (result.kind !== "answered") return keyRefusal(result) as Response
  const { answer, replayed } = result
  if (answer.kind === "notFound") return problem("not-found")
  if (answer.kind === "tooMany") return problem("too-many-webhooks")
  return reply(showWebhook(answer.subscription, answer.secret), status, replayed)
}

export const webhookRoutes = router()
  .openapi(
    createRoute({
      ...shared,
      method: "post",
      path: "/webhooks",
      operationId: "createWebhook",
      summary: "Be told of your holds and bookings",
      description:
        "Messages follow the Standard Webhooks specification; verify them with one of its libraries. Public https addresses only.",
      request: { headers: IdempotencyHeader, ...json(WebhookRequest) },
      responses: writeAnswers(201, Webhook, "With its secret, which is shown this once."),
    }),
    async (c) => {
      const body = c.req.valid("json")
      const key = c.req.valid("header")["idempotency-key"]
      return answerOf(await createWebhook(wired, asking(c, key, body), body), 201) as never
    },
  )
  .openapi(
    createRoute({
      ...shared,
      method: "get",
      path: "/webhooks",
      operationId: "listWebhooks",
      summary: "Your webhooks",
      responses: answers(200, z.object({ items: z.array(Webhook) }).openapi("Webhooks"), "All of them."),
    }),
    async (c) => {
      const all = await wired.webhooks.list(subscriber(c))
      return reply({ items: all.map((each) => showWebhook(each)) }, 200) as never
    },
  )
  .openapi(
    createRoute({
      ...shared,
      method: "get",
      path: "/webhooks/{id}",
      operationId: "getWebhook",
      summary: "One of your webhooks",
      request: { params },
      responses: answers(200, Webhook, "As it stands."),
    }),
    async (c) => {
      const found = await wired.webhooks.find(subscriber(c), c.req.valid("param").id)
      return (found ? reply(showWebhook(found), 200) : problem("not-found")) as never
    },
  )
  .openapi(
    createRoute({
      ...shared,
      method: "patch",
      path: "/webhooks/{id}",
      operationId: "changeWebhook",
      summary: "Change its address or events, or turn it off and on",
      request: { params, headers: IdempotencyHeader, ...json(WebhookChange) },
      responses: writeAnswers(200, Webhook, "As it stands now."),
    }),
    async (c) => {
      const body = c.req.valid("json")
      const key = asking(c, c.req.valid("header")["idempotency-key"], body)
      return answerOf(await changeWebhook(wired, key, c.req.valid("param").id, body), 200) as never
    },
  )
  .openapi(
    createRoute({
      ...shared,
      method: "delete",
      path: "/webhooks/{id}",
      operationId: "removeWebhook",
      summary: "Remove it, with its deliveries",
      request: { params, headers: IdempotencyHeader },
      responses: writeAnswers(200, Webhook, "As it was."),
    }),
    async (c) => {
      const key = asking(c, c.req.valid("header")["idempotency-key"], null)
      return answerOf(await removeWebhook(wired, key, c.req.valid("param").id), 200) as never
    },
  )
  .openapi(
    createRoute({
      ...shared,
      method: "post",
      path: "/webhooks/{id}/rotate-secret",
      operationId: "rotateWebhookSecret",
      summary: "Change its secret; both are valid for a day",
      request: { params, headers: IdempotencyHeader },
      responses: writeAnswers(200, Webhook, "With the new secret."),
    }),
    async (c) => {
      const key = asking(c, c.req.valid("header")["idempotency-key"], null)
      return answerOf(await rotateWebhookSecret(wired, key, c.req.valid("param").id), 200) as never
    },
  )
  .openapi(
    createRoute({
      ...shared,
      method: "get",
      path: "/webhooks/{id}/deliveries",
      operationId: "listDeliveries",
      summary: "What was sent, or is to be, the latest first",
      request: { params, query: DeliveriesQuery },
      responses: answers(200, paged(Delivery, "Deliveries"), "A page of them."),
    }),
    async (c) => {
      const { cursor, limit } = c.req.valid("query")
      const paging = { before: cursor ?? null, limit }
      const page = await wired.webhooks.deliveries(subscriber(c), c.req.valid("param").id, paging)
      return (page ? reply(pageOf(page, showDelivery), 200) : problem("not-found")) as never
    },
  )
  .openapi(
    createRoute({
      ...shared,
      method: "post",
      path: "/webhooks/{id}/deliveries/{delivery}/redeliver",
      operationId: "redeliver",
      summary: "Send one again, under the same id",
      request: { params: params.extend({ delivery: RowId }), headers: IdempotencyHeader },
      responses: writeAnswers(200, Webhook, "It is on its way."),
    }),
    async (c) => {
      const { id, delivery } = c.req.valid("param")
      const key = asking(c, c.req.valid("header")["idempotency-key"], null)
      return answerOf(await redeliverWebhook(wired, key, id, delivery), 200) as never
    },
  )
