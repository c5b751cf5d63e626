import { randomUUID } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import pg from "pg"
import type { WebhookParts, webhookDeps } from "./world"

type Deps = Pick<ReturnType<typeof webhookDeps>, "webhooks" | "webhookSender" | "vault" | "ids">

/* Bugs of a process that sends, put in by wrapping its ports (F8). */
export const WEBHOOK_PLANTS = {
  /** The cursor moves first, the deliveries follow in a transaction of their own. */
  "cursor-apart": (deps: Deps, { ownerUrl }: WebhookParts): Deps => ({
    ...deps,
    webhooks: {
      ...deps.webhooks,
      async fanOut(limit) {
        const owner = new pg.Client({ connectionString: ownerUrl })
        owner.on("error", () => {})
        await owner.connect()
        const moved = await owner.query(`
          update webhook_cursors c set seq = s.size from (select max(seq) + 1 as size from log_sealed where workspace_id = 'w') s
          where c.workspace_id = 'w' and c.seq < s.size returning (select seq from webhook_cursors where workspace_id = 'w') as before, s.size`)
        await sleep(moved.rowCount ? 80 : 0)
        const range = moved.rows[0] as { before: string; size: string } | undefined
        if (range)
          await owner.query(
            `insert into webhook_deliveries (workspace_id, subscription_id, seq) select 'w', w.id, s.seq from log_sealed s join log l on l.workspace_id = 'w' and l.id = s.log_id
             join webhook_subscriptions w on w.workspace_id = 'w' and w.subscriber_id = l.actor_id and l.kind = any (w.events)
             where s.workspace_id = 'w' and s.seq >= $1 and s.seq < $2 on conflict do nothing`,
            [range.before, range.size],
          )
        await owner.end()
        return limit
      },
    },
  }),
  /** "Delivered" is written down, then it is sent. */
  "recorded-before-sent": (deps: Deps): Deps => ({
    ...deps,
    webhooks: {
      ...deps.webhooks,
      async claim(claim, leaseMs) {
        const claimed = await deps.webhooks.claim(claim, leaseMs)
        if (claimed.kind === "due")
          await deps.webhooks.attempted(claim, claimed.seq, { verdict: "delivered", status: 204 }).then(() => sleep(80))
        return claimed
      },
      attempted: async () => true,
    },
  }),
  /** Every attempt has a name of its own, so that receivers cannot tell doubles. */
  "id-an-attempt": (deps: Deps): Deps => ({
    ...deps,
    webhookSender: {
      ...deps.webhookSender,
      send: (message) => deps.webhookSender.send({ ...message, id: `evt_${randomUUID()}` }),
    },
  }),
} as const satisfies Record<string, (deps: Deps, parts: WebhookParts) => Deps>

export type WebhookPlant = keyof typeof WEBHOOK_PLANTS
