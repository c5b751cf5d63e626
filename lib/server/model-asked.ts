import "server-only"
import type { ModelUse } from "../domain/model-use"
import type { Person } from "../domain/person"
import type { LogEntry } from "../ports/audit-log"

/** What asking a model took: figures and enums, before anything is made of its answer. */
export const modelAsked = ({ userId }: Person, { model, failure, ...figures }: ModelUse): LogEntry => ({
  actor: { kind: "assistant", id: "assistant" },
  kind: "model-asked",
  subject: { kind: "member", id: userId },
  userId,
  outcome: failure ?? "answered",
  body: { model, ...figures },
})
