import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { AuditLog } from "../../ports/audit-log"
import type { Answered, Idempotency } from "../../ports/booking-store"
import type {
  Claimed,
  SealedSecret,
  Subscriber,
  SubscriptionAnswer,
  WebhookDelivery,
  WebhookStore,
  WebhookSubscription,
} from "../../ports/webhook-store"
import { jsonRow } from "./json-row"

const PATIENCE_MS = 1_000
const LOOK_AGAIN_MS = 50

/** Subscriptions and deliveries; every write is a function of the migration `webhooks_out`. */
export function postgresWebhookStore(db: PrismaClient, audit: AuditLog): WebhookStore {
  const subscriptionsOf = ({ workspaceId, by }: Subscriber) => ({
    workspaceId,
    subscriberKind: by.kind,
    subscriberId: by.id,
  })

  /** One request; one whose like is running is waited for, for a second. */
  async function ask(
    op: string,
    { workspaceId, idempotency, log, ...request }: Parameters<WebhookStore["remove"]>[0],
  ): Promise<Answered<SubscriptionAnswer>> {
    const [sealed] = await audit.seal(workspaceId, [log])
    const key: Partial<Idempotency> = idempotency ?? {}
    const p = jsonRow({ op, ...request, ...key, log: sealed })
    for (const until = performance.now() + PATIENCE_MS; ; ) {
      const [row] = await db.$queryRaw<{ r: Answered<SubscriptionAnswer> }[]>`
        select webhook_ask(${workspaceId}, ${p}::jsonb) as r`
      if (!row) throw new Error("webhook_ask answered nothing")
      if (row.r.kind !== "stillRunning" || performance.now() > until) return row.r
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    }
  }

  return {
    create: (request) => ask("create", withSecret(request)),
    change: (request) => ask("change", request),
    remove: (request) => ask("remove", request),
    rotate: (request) => ask("rotate", withSecret(request)),
    redeliver: (request) => ask("redeliver", request),

    async list(subscriber) {
      const rows = await db.webhookSubscription.findMany({
        where: subscriptionsOf(subscriber),
        orderBy: { createdAt: "asc" },
      })
      return rows.map(subscriptionOf)
    },

    async find(subscriber, id) {
      const row = await db.webhookSubscription.findFirst({ where: { ...subscriptionsOf(subscriber), id } })
      return row && subscriptionOf(row)
    },

    async findSecret(workspaceId, id) {
      const row = await db.webhookSecret.findUnique({ where: { workspaceId_id: { workspaceId, id } } })
      return row && { id: row.id, sealed: row.sealed }
    },

    async deliveries(subscriber, id, { before, limit }) {
      if (!(await this.find(subscriber, id))) return null
      const items = await db.$queryRaw<(Omit<WebhookDelivery, "nextAt" | "lastAt"> & Times)[]>`
        select d.seq::text as seq, l.kind as event, l.id::text as "auditEventId", d.state, d.attempts,
          case d.state when 'pending' then d.next_at end as "nextAt", d.last_at as "lastAt", d.last_status as "lastStatus", d.last_error as "lastError"
        from webhook_deliveries d join log_sealed s on s.workspace_id = d.workspace_id and s.seq = d.seq
          join log l on l.workspace_id = d.workspace_id and l.id = s.log_id
        where d.workspace_id = ${subscriber.workspaceId} and d.subscription_id = ${id}::uuid and (${before}::bigint is null or d.seq < ${before}::bigint)
        order by d.seq desc limit ${limit + 1}`
      const page = items.slice(0, limit).map((each) => ({
        ...each,
        nextAt: each.nextAt?.toISOString() ?? null,
        lastAt: each.lastAt?.toISOString() ?? null,
      }))
      return { items: page, cursor: items.length > limit ? (page.at(-1)?.seq ?? null) : null }
    },

    async fanOut(limit) {
      const due = await db.$queryRaw<{ id: string }[]>`
        select c.workspace_id as id from webhook_cursors c
        where exists (select from log_sealed s where s.workspace_id = c.workspace_id and s.seq >= c.seq) order by 1`
      let looked = 0
      for (const { id } of due) {
        const [row] = await db.$queryRaw<{ r: number }[]>`select webhook_fan_out(${id}, ${limit}::int) as r`
        looked += row?.r ?? 0
      }
      return looked
    },

    async orderDue(limit) {
      const [row] = await db.$queryRaw<{ r: number }[]>`select webhook_order_due(${limit}::int) as r`
      return row?.r ?? 0
    },

    async claim({ workspaceId, subscriptionId, claimId }, leaseMs) {
      const [row] = await db.$queryRaw<{ r: Claimed }[]>`
        select webhook_claim(${workspaceId}, ${subscriptionId}::uuid, ${claimId}::uuid, ${leaseMs}::bigint) as r`
      if (!row) throw new Error("webhook_claim answered nothing")
      return row.r
    },

    async attempted({ workspaceId, subscriptionId, claimId }, seq, { log, ...attempt }) {
      const sealed = log ? { log: (await audit.seal(workspaceId, [log]))[0] } : {}
      const [row] = await db.$queryRaw<{ r: boolean }[]>`
        select webhook_attempted(${workspaceId}, ${subscriptionId}::uuid, ${claimId}::uuid, ${seq}::bigint, ${jsonRow({ ...attempt, ...sealed })}::jsonb) as r`
      return row?.r === true
    },
  }
}

const withSecret = <R extends { readonly secret: SealedSecret }>({ secret, ...request }: R) => ({
  ...request,
  secretId: secret.id,
  sealed: secret.sealed,
})

interface Times {
  readonly nextAt: Date | null
  readonly lastAt: Date | null
}

const subscriptionOf = (row: {
  id: string
  url: string
  events: string[]
  state: string
  createdAt: Date
}): WebhookSubscription => ({
  id: row.id,
  url: row.url,
  events: row.events,
  state: row.state as WebhookSubscription["state"],
  createdAt: row.createdAt.toISOString(),
})
