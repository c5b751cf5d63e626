import { z } from "zod"
import { WEBHOOK_EVENTS } from "../../domain/webhook"

/** POST /api/agents/webhooks */
export const AddWebhookRequest = z.object({
  url: z.url({ protocol: /^https?$/, error: "must be an address like https://example.com/hook" }).max(2_000),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1, "choose one at least").max(WEBHOOK_EVENTS.length),
})

/** PATCH /api/agents/webhooks/:id: off and on. What waits is kept; what happens while it is off is not told. */
export const TurnWebhookRequest = z.object({ state: z.enum(["live", "off"]) })

/** GET /api/agents/webhooks/:id/deliveries. `cursor`: of the page before. */
export const DeliveriesRequest = z.object({
  cursor: z
    .string()
    .regex(/^\d{1,18}$/, "is no place in the list")
    .optional(),
})

/** POST /api/agents/webhooks/:id/deliveries: this one again, under the same id. */
export const RedeliverRequest = z.object({ seq: z.string().regex(/^\d{1,18}$/, "is no delivery") })

export interface WebhookView {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  /** `gone`: the address answered 410. */
  readonly state: "live" | "off" | "gone"
  readonly createdAt: string
}

/** With the secret where this request has made one: it is shown this once. */
export interface ChangedWebhookView extends WebhookView {
  readonly secret?: string
}

export interface WebhooksView {
  readonly webhooks: readonly WebhookView[]
}

export interface DeliveryView {
  readonly seq: string
  readonly event: string
  readonly state: "pending" | "delivered" | "failed"
  readonly attempts: number
  readonly nextAt: string | null
  readonly lastAt: string | null
  readonly lastStatus: number | null
  readonly lastError: string | null
}

/** The latest first. */
export interface DeliveriesView {
  readonly deliveries: readonly DeliveryView[]
  readonly nextCursor: string | null
}
