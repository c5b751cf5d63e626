import type { OutcomeKind } from "../domain/outcome"

export type LogKind =
  | "read"
  | "model-asked"
  | "model-changed"
  | "proposal"
  | "approval"
  | "attempt"
  | "sent"
  | "outcome"
  | "conflict"
  | "choice"
  | "correction"
  | "stale"
  | "dropped"
  | "signed-in"
  | "connected"
  | "disconnected"
  | "paused"
  | "settings"
  | "invited"
  | "joined"
  | "role-changed"
  | "log-viewed"
  | "log-verified"
  | "calendar-opened"
  | "calendar-closed"
  | "agent-added"
  | "agent-revoked"
  | "agents-ranked"
  | "agent-key-issued"
  | "agent-key-revoked"
  | "availability-changed"
  | "webhook-added"
  | "webhook-changed"
  | "webhook-removed"
  | "webhook-rotated"
  | "webhook-redelivered"
  | "webhook-gone"

/**
 * One row of the log. `body` holds what is nobody's secret: ids, times, versions, field names, counts. What a person wrote (a title, a place) goes
 * into `text`, which is kept apart under that person's key and can be erased without breaking the chain.
 */
export interface LogEntry {
  readonly actor: { readonly kind: "person" | "assistant" | "agent" | "system"; readonly id: string }
  readonly kind: LogKind
  readonly subject: {
    readonly kind:
      | "event"
      | "proposal"
      | "intent"
      | "conflict"
      | "connection"
      | "member"
      | "workspace"
      | "log"
      | "calendar"
      | "agent"
      | "agent-key"
      | "webhook"
      | "booking"
    readonly id: string
  }
  /** Whose calendar or affair it is. */
  readonly userId?: string
  readonly proposalId?: string
  readonly intentId?: string
  readonly outcome?: OutcomeKind | string
  readonly body?: Readonly<Record<string, unknown>>
  readonly text?: string
}

/** A `LogEntry` as the database takes it: the text sealed, nothing personal in the clear. */
export type SealedLogEntry = Omit<LogEntry, "text"> & { readonly sealedText?: string }

export interface AuditLog {
  /** Seals personal texts; to be handed to a guarded statement that inserts the rows together with their effect. */
  seal(workspaceId: string, entries: readonly LogEntry[]): Promise<readonly SealedLogEntry[]>
  /** Rows that stand alone: what was looked at, who signed in, a refusal born of a rollback. */
  append(workspaceId: string, entries: readonly LogEntry[]): Promise<void>
}
