import type { Booking, Busy, CommitAnswer, Hold, HoldAnswer, Outranked } from "../../domain/booking"
import { snakeCase } from "../../domain/webhook"
import type { AuditEvent, Page } from "../../ports/booking-store"
import type { WebhookDelivery, WebhookSubscription } from "../../ports/webhook-store"
import { problem } from "../problem"

/* Answers of the engine as the API says them. */

export const pageOf = <T, V>({ items, cursor }: Page<T>, show: (item: T) => V) => ({
  items: items.map(show),
  next_cursor: cursor,
})

export const showHold = ({ ownerId, slot, ...hold }: Hold) => ({
  ...(snakeCase(hold) as object),
  user_id: ownerId,
  ...slot,
})

export const showBooking = ({ ownerId, slot, ...booking }: Booking) => ({
  ...(snakeCase(booking) as object),
  user_id: ownerId,
  ...slot,
})

export const showAudit = ({ ownerId, body, ...event }: AuditEvent) => ({
  ...event,
  user_id: ownerId,
  body: snakeCase(body) as Record<string, unknown>,
})

export const showWebhook = ({ createdAt, ...webhook }: WebhookSubscription, secret?: string) => ({
  ...webhook,
  created_at: createdAt,
  ...(secret !== undefined && { secret }),
})

export const showDelivery = ({ seq, ...delivery }: WebhookDelivery) => ({ id: seq, ...(snakeCase(delivery) as object) })

/** D7, exactly. */
export const showOutranked = ({ winner, yourPriority, auditEventId }: Outranked) => ({
  error: "outranked" as const,
  winning_booking_id: winner.id,
  winning_agent_id: winner.agentId,
  winning_agent_priority: winner.priority,
  your_priority: yourPriority,
  audit_event_id: auditEventId,
})

export const showBusy = ({ during, auditEventId }: Busy) => ({
  error: "busy" as const,
  busy_start: during.start,
  busy_end: during.end,
  audit_event_id: auditEventId,
})

type Refused = Exclude<HoldAnswer | CommitAnswer, { kind: "held" | "committed" }>

/** Everything that is not what was asked for. */
export function refusalOf(answer: Refused): Response {
  switch (answer.kind) {
    case "outranked":
      return Response.json(showOutranked(answer), { status: 409 })
    case "busy":
      return Response.json(showBusy(answer), { status: 409 })
    case "limited": {
      const seconds = Math.max(1, Math.ceil((Date.parse(answer.retryAt) - Date.now()) / 1_000))
      return problem(answer.reason, `Worth trying again from ${answer.retryAt}`, { "retry-after": String(seconds) })
    }
    case "expired":
      return problem("hold-over", `How it ended: ${answer.how}`)
    case "notFound":
      return problem("not-found", `No such ${answer.what}`)
    case "invalid":
      return problem(`slot-${answer.reason}`)
  }
}
