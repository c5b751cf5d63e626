import type { Person } from "../domain/person"
import type { WebhookAsking, WebhookResult } from "../server/change-webhooks"
import { problem } from "./problem"
import type { ChangedWebhookView } from "./schemas/webhooks"

/** A person is told of whatever happens on their own calendars, whichever agent does it. A page's request is sent once: no key. */
export const webhookAsking = ({ workspaceId, userId }: Person): WebhookAsking => ({
  workspaceId,
  by: { kind: "person", id: userId },
  idempotency: null,
})

/** What came of a change, for the page. */
export function answerWebhook(result: WebhookResult): ChangedWebhookView | Response {
  if (result.kind === "refusedAddress") return problem("webhook-address")
  if (result.kind !== "answered") throw new Error(`a request without a key was answered ${result.kind}`)
  const { answer } = result
  if (answer.kind === "notFound") return problem("not-found")
  if (answer.kind === "tooMany") return problem("too-many-webhooks")
  return { ...answer.subscription, ...(answer.secret !== undefined && { secret: answer.secret }) }
}
