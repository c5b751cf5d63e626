import "server-only"
import { webhookSecretContext } from "../domain/seal-context"
import { messageBody, messageId, pauseMs, type Reception, verdictOf } from "../domain/webhook"
import type { Ids } from "../ports/ids"
import type { SubscriptionRef } from "../ports/jobs"
import type { Vault } from "../ports/vault"
import type { WebhookSender } from "../ports/webhook-sender"
import type { Attempt, ClaimRef, DueDelivery, WebhookStore } from "../ports/webhook-store"

export interface DeliverDeps {
  readonly webhooks: WebhookStore
  readonly webhookSender: WebhookSender
  readonly vault: Vault
  readonly ids: Ids
}

/** Longer than a request may take (lib/adapters/webhooks/sender.ts), with time to say how it ended. */
const LEASE_MS = 30_000

/**
 * Sends what one subscription is to be told, the oldest first, until nothing is due or the address does not answer. At least once: what a dead sender had sent
 * but not recorded is sent again, under the same id (F8). One sender at a time; one that was taken for dead stops when it is told so.
 *
 * @returns how many messages were sent
 */
export async function deliverWebhooks(
  deps: DeliverDeps,
  subscription: SubscriptionRef,
  leaseMs = LEASE_MS,
): Promise<number> {
  const claim: ClaimRef = { ...subscription, claimId: deps.ids.uuid() }
  for (let sent = 0; ; sent++) {
    const claimed = await deps.webhooks.claim(claim, leaseMs)
    if (claimed.kind !== "due") return sent
    const reception = await deps.webhookSender.send({
      url: claimed.url,
      id: messageId(claimed.row),
      body: messageBody(claimed.row),
      secrets: claimed.secrets.map(({ id, sealed }) =>
        deps.vault.open(sealed, webhookSecretContext({ ...subscription, id })),
      ),
    })
    if (!(await deps.webhooks.attempted(claim, claimed.seq, attemptOf(claim, claimed, reception)))) return sent + 1
  }
}

function attemptOf(claim: ClaimRef, { attempts, failures }: DueDelivery, reception: Reception): Attempt {
  const verdict = verdictOf(reception, attempts, Math.random())
  const found = reception.kind === "answered" ? { status: reception.status } : { error: reception.why }
  const pause = reception.kind === "unanswered" ? { pauseMs: pauseMs(failures) } : {}
  switch (verdict.kind) {
    case "again":
      return { verdict: "again", inMs: verdict.inMs, ...found, ...pause }
    case "gone":
      return { verdict: "gone", ...found, log: goneRow(claim) }
    case "delivered":
    case "failed":
      return { verdict: verdict.kind, ...found, ...pause }
  }
}

const goneRow = ({ subscriptionId }: ClaimRef) => ({
  actor: { kind: "system" as const, id: "webhooks" },
  kind: "webhook-gone" as const,
  subject: { kind: "webhook" as const, id: subscriptionId },
})
