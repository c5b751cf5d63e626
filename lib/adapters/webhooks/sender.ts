import "server-only"
import { Webhook } from "standardwebhooks"
import { retryAfterMs } from "../../domain/webhook"
import type { WebhookSender } from "../../ports/webhook-sender"
import { AnswerTooLarge, checkHost, HostRefused, type Hosts, sendOnce } from "../outside-request"

/** Less than half of a sender's lease (lib/server/deliver-webhooks.ts). */
const TIMEOUT_MS = 10_000
/** Of an answer nothing but its status is used. */
const MAX_ANSWER_BYTES = 64 * 1024

export interface SenderOptions {
  /** `loopback` in development only. */
  readonly hosts: Extract<Hosts, "public" | "loopback">
  readonly now: () => number
}

/** Standard Webhooks: `webhook-id`, `webhook-timestamp`, and a `webhook-signature` for each secret that is valid. */
export const webhookSender = ({ hosts, now }: SenderOptions): WebhookSender => ({
  mayGoTo: (url) => checkHost(url, hosts),

  async send({ url, id, body, secrets }) {
    const at = new Date(now())
    const headers = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
    }
    try {
      const sending = { method: "POST", headers, body, timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES }
      const { status, headers: answered } = await sendOnce(url, sending, hosts)
      return { kind: "answered", status, retryAfterMs: retryAfterMs(answered.get("retry-after"), now()) }
    } catch (error) {
      return { kind: "unanswered", why: phraseOf(error) }
    }
  },
})

/** What the list of deliveries says; nothing that the receiver could have written. */
function phraseOf(error: unknown): string {
  if (error instanceof HostRefused) return "the address is not on the public internet"
  if (error instanceof AnswerTooLarge) return "the answer was too large"
  const { name, code } = error as { name?: string; code?: string }
  if (name === "TimeoutError") return "no answer within 10 seconds"
  return `no connection${code && /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : ""}`
}
