import "server-only"
import { randomBytes } from "node:crypto"
import { webhookSecretContext } from "../domain/seal-context"
import type { LogEntry } from "../ports/audit-log"
import type { Answered, Idempotency } from "../ports/booking-store"
import type { Ids } from "../ports/ids"
import type { Vault } from "../ports/vault"
import type { WebhookSender } from "../ports/webhook-sender"
import type {
  SealedSecret,
  Subscriber,
  SubscriptionAnswer,
  SubscriptionChange,
  WebhookStore,
} from "../ports/webhook-store"

export interface WebhookNeeds {
  readonly webhooks: WebhookStore
  readonly webhookSender: Pick<WebhookSender, "mayGoTo">
  readonly vault: Vault
  readonly ids: Ids
}

/** Who asks, under which key. */
export interface WebhookAsking extends Subscriber {
  readonly idempotency: Idempotency | null
}

/** The secret is in the clear here and nowhere after: it is shown once, to whoever asked, and again only to the same request. */
export type WebhookResult =
  | Answered<SubscriptionAnswer & { readonly secret?: string }>
  /** The address is none that messages may go to (reliability-security.md section 3). */
  | { readonly kind: "refusedAddress" }

const MAX_SUBSCRIPTIONS = 20
/** Two secrets are valid for so long after a rotation. */
const GRACE_MS = 24 * 3_600_000

export async function createWebhook(
  needs: WebhookNeeds,
  asking: WebhookAsking,
  { url, events }: { readonly url: string; readonly events: readonly string[] },
): Promise<WebhookResult> {
  if (!(await needs.webhookSender.mayGoTo(url))) return { kind: "refusedAddress" }
  const id = needs.ids.uuid()
  const secret = newSecret(needs, asking.workspaceId, id)
  const log = row(asking, id, "webhook-added", { host: new URL(url).host, events })
  const answered = await needs.webhooks.create({ ...asking, id, url, events, secret, max: MAX_SUBSCRIPTIONS, log })
  return withSecret(needs, asking.workspaceId, answered)
}

export async function changeWebhook(
  needs: WebhookNeeds,
  asking: WebhookAsking,
  id: string,
  change: SubscriptionChange,
): Promise<WebhookResult> {
  if (change.url !== undefined && !(await needs.webhookSender.mayGoTo(change.url))) return { kind: "refusedAddress" }
  const host = change.url === undefined ? {} : { host: new URL(change.url).host }
  const log = row(asking, id, "webhook-changed", { ...host, events: change.events, state: change.state })
  return needs.webhooks.change({ ...asking, id, ...change, log })
}

export const removeWebhook = (needs: WebhookNeeds, asking: WebhookAsking, id: string): Promise<WebhookResult> =>
  needs.webhooks.remove({ ...asking, id, log: row(asking, id, "webhook-removed") })

export async function rotateWebhookSecret(
  needs: WebhookNeeds,
  asking: WebhookAsking,
  id: string,
): Promise<WebhookResult> {
  const secret = newSecret(needs, asking.workspaceId, id)
  const log = row(asking, id, "webhook-rotated")
  return withSecret(
    needs,
    asking.workspaceId,
    await needs.webhooks.rotate({ ...asking, id, secret, graceMs: GRACE_MS, log }),
  )
}

export const redeliverWebhook = (
  needs: WebhookNeeds,
  asking: WebhookAsking,
  id: string,
  seq: string,
): Promise<WebhookResult> =>
  needs.webhooks.redeliver({ ...asking, id, seq, log: row(asking, id, "webhook-redelivered", { seq }) })

/** As the specification writes them: 32 random bytes. */
function newSecret({ vault, ids }: WebhookNeeds, workspaceId: string, subscriptionId: string): SealedSecret {
  const id = ids.uuid()
  const secret = `whsec_${randomBytes(32).toString("base64")}`
  return { id, sealed: vault.seal(secret, webhookSecretContext({ workspaceId, subscriptionId, id })) }
}

/** What the answer's request has made, also where the answer is an earlier one's. */
async function withSecret(
  { webhooks, vault }: WebhookNeeds,
  workspaceId: string,
  answered: Answered<SubscriptionAnswer>,
): Promise<WebhookResult> {
  if (answered.kind !== "answered" || answered.answer.kind !== "done" || !answered.answer.secretId) return answered
  const kept = await webhooks.findSecret(workspaceId, answered.answer.secretId)
  if (!kept) return answered
  const context = webhookSecretContext({
    workspaceId,
    subscriptionId: answered.answer.subscription.id,
    id: kept.id,
  })
  return { ...answered, answer: { ...answered.answer, secret: vault.open(kept.sealed, context) } }
}

const row = (
  { by }: WebhookAsking,
  id: string,
  kind: Extract<LogEntry["kind"], `webhook-${string}`>,
  body: Readonly<Record<string, unknown>> = {},
): LogEntry => ({
  actor: by,
  kind,
  subject: { kind: "webhook", id },
  ...(by.kind === "person" ? { userId: by.id } : {}),
  body,
})
