import type { ToldRow } from "../domain/webhook"
import type { LogEntry } from "./audit-log"
import type { Answered, Idempotency, Page, Paging } from "./booking-store"

/* Glossary. Subscription: an address and what it is told. Delivery: one row of the log for one subscription. Claim: whoever sends to a subscription now. */

export interface Subscriber {
  readonly workspaceId: string
  readonly by: { readonly kind: "agent" | "person"; readonly id: string }
}

export interface WebhookSubscription {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  /** `off`: by its owner. `gone`: the address answered 410. */
  readonly state: "live" | "off" | "gone"
  readonly createdAt: string
}

export interface WebhookDelivery {
  /** The row's place in the sealed log, which names the delivery within its subscription. */
  readonly seq: string
  readonly event: string
  readonly auditEventId: string
  readonly state: "pending" | "delivered" | "failed"
  readonly attempts: number
  /** Null once nothing more is to be sent. */
  readonly nextAt: string | null
  readonly lastAt: string | null
  readonly lastStatus: number | null
  readonly lastError: string | null
}

export interface SealedSecret {
  readonly id: string
  readonly sealed: string
}

interface SubscriptionRequest extends Subscriber {
  readonly id: string
  readonly idempotency: Idempotency | null
  readonly log: LogEntry
}

export type SubscriptionAnswer =
  /** `secretId`: of the secret that this request has made. */
  | { readonly kind: "done"; readonly subscription: WebhookSubscription; readonly secretId?: string }
  | { readonly kind: "notFound" }
  | { readonly kind: "tooMany" }

export interface SubscriptionChange {
  readonly url?: string | undefined
  readonly events?: readonly string[] | undefined
  readonly state?: "live" | "off" | undefined
}

export interface DueDelivery {
  readonly kind: "due"
  readonly seq: string
  readonly attempts: number
  /** In a row, without an answer. */
  readonly failures: number
  readonly url: string
  /** The newest first. */
  readonly secrets: readonly SealedSecret[]
  readonly row: ToldRow
}

export type Claimed =
  | DueDelivery
  /** Nothing now. The claim is given back, and a look ordered for when there will be. */
  | { readonly kind: "idle" }
  | { readonly kind: "taken" }
  | { readonly kind: "off" }

export interface Attempt {
  readonly verdict: "delivered" | "again" | "failed" | "gone"
  readonly status?: number
  readonly error?: string
  readonly inMs?: number
  /** The address did not answer: it is left alone for so long. */
  readonly pauseMs?: number
  /** For `gone`. */
  readonly log?: LogEntry
}

export interface ClaimRef {
  readonly workspaceId: string
  readonly subscriptionId: string
  readonly claimId: string
}

export interface WebhookStore {
  /** Each with its log row and the reply kept under its key, in one transaction. */
  create(
    request: SubscriptionRequest & {
      readonly url: string
      readonly events: readonly string[]
      readonly secret: SealedSecret
      readonly max: number
    },
  ): Promise<Answered<SubscriptionAnswer>>
  change(request: SubscriptionRequest & SubscriptionChange): Promise<Answered<SubscriptionAnswer>>
  remove(request: SubscriptionRequest): Promise<Answered<SubscriptionAnswer>>
  /** The secret before goes on being used beside the new one for so long; one before that, no longer. */
  rotate(
    request: SubscriptionRequest & { readonly secret: SealedSecret; readonly graceMs: number },
  ): Promise<Answered<SubscriptionAnswer>>
  /** From the first attempt on, whatever came of it before. */
  redeliver(request: SubscriptionRequest & { readonly seq: string }): Promise<Answered<SubscriptionAnswer>>

  list(subscriber: Subscriber): Promise<readonly WebhookSubscription[]>
  find(subscriber: Subscriber, id: string): Promise<WebhookSubscription | null>
  /** Null: gone by now. */
  findSecret(workspaceId: string, id: string): Promise<SealedSecret | null>
  /** Null: no such subscription of theirs. */
  deliveries(subscriber: Subscriber, id: string, paging: Paging): Promise<Page<WebhookDelivery> | null>

  /** Looks through the next rows of every workspace's sealed log and orders what is to be told. Answers how many rows. */
  fanOut(limit: number): Promise<number>
  /** Orders again what a sender left that died. Answers how many subscriptions. */
  orderDue(limit: number): Promise<number>
  /** One sender a subscription at a time. Takes the claim or renews it. */
  claim(claim: ClaimRef, leaseMs: number): Promise<Claimed>
  /** False: the claim is somebody else's by now, and nothing was written. */
  attempted(claim: ClaimRef, seq: string, attempt: Attempt): Promise<boolean>
}
