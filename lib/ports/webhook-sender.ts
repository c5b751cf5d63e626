import type { Reception } from "../domain/webhook"

export interface WebhookMessage {
  readonly url: string
  readonly id: string
  readonly body: string
  /** In the clear; each makes a signature. */
  readonly secrets: readonly string[]
}

export interface WebhookSender {
  /** May messages go to this address? A name that cannot be found now is left to the sending. */
  mayGoTo(url: string): Promise<boolean>
  /** One request, signed (Standard Webhooks): no redirect, bounded in time and size, to public hosts only. Never throws for what the receiver does. */
  send(message: WebhookMessage): Promise<Reception>
}
