import type { Scope } from "../domain/agent-key"
import type { LogEntry } from "./audit-log"

/** What may be shown of a key ever after it was issued. */
export interface AgentKeyRow {
  readonly id: string
  readonly agentId: string
  readonly scopes: readonly Scope[]
  readonly createdBy: string
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
}

export interface NewAgentKey {
  readonly id: string
  readonly agentId: string
  /** SHA-256 of the secret (lib/domain/token-hash.ts). */
  readonly hash: string
  readonly scopes: readonly Scope[]
  readonly createdBy: string
  /** ISO instant. Null: until it is revoked. */
  readonly expiresAt: string | null
}

/** An agent that was let in. */
export interface AgentCaller {
  readonly workspaceId: string
  readonly keyId: string
  readonly agentId: string
  readonly agentName: string
  /** User id of whoever issued the key: on nobody else's calendars does a `calendar:` scope hold. */
  readonly issuedBy: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: string | null
}

export type KeyUse =
  /** `tokens` left in the bucket. */
  | { readonly kind: "open"; readonly caller: AgentCaller; readonly tokens: number }
  /** No token: worth trying again after so long. */
  | { readonly kind: "limited"; readonly caller: AgentCaller; readonly tokens: number }
  /** Told to nobody but whoever knows the secret. */
  | { readonly kind: "revoked" | "expired" }
  | { readonly kind: "unknown" }

export interface AgentKeys {
  /** `unknown`: no such agent, or it was revoked. Nothing was written. */
  issue(workspaceId: string, key: NewAgentKey, log: LogEntry): Promise<"issued" | "unknown">
  /** `unknown`: no such key of this agent, or revoked before. */
  revoke(workspaceId: string, agentId: string, keyId: string, log: LogEntry): Promise<"revoked" | "unknown">
  list(workspaceId: string, agentId: string): Promise<readonly AgentKeyRow[]>
  /** One statement: finds the key and takes a token. A wrong secret takes none. */
  use(workspaceId: string, keyId: string, hash: string): Promise<KeyUse>
}
