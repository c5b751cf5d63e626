import type { ConnectionId, Provider } from "../domain/event"
import type { SealedLogEntry } from "./audit-log"
import type { ConnectionSummary } from "./calendars"

/** Tokens as they are kept: sealed (lib/ports/vault.ts), bound to workspace, user, connection and column. */
export interface SealedTokens {
  readonly accessToken: string
  readonly refreshToken: string | null
}

export interface StoredConnection extends ConnectionSummary, SealedTokens {
  readonly workspaceId: string
  readonly userId: string
  /** What was granted; of a CalDAV account its calendar home. */
  readonly scopes: string
  /** The owner's zone (IANA). */
  readonly timeZone: string
  /** Good for another minute by the database's clock. */
  readonly fresh: boolean
  /** Counts the changes of the tokens: a refresh stores its own only over those it started from. */
  readonly tokenVersion: number
}

/** Which account, and whose. */
export type Account = Pick<StoredConnection, "workspaceId" | "userId" | "id">

export interface NewConnection extends SealedTokens {
  readonly workspaceId: string
  readonly userId: string
  readonly id: ConnectionId
  readonly provider: Provider
  readonly providerAccountId: string
  readonly email: string
  readonly scopes: string
  readonly expiresInSeconds: number
}

/** Calendar accounts. Scoped to one person: another's is null, as if it were not there. */
export interface ConnectionStore {
  list(workspaceId: string, userId: string): Promise<readonly ConnectionSummary[]>
  find(workspaceId: string, userId: string, id: ConnectionId): Promise<StoredConnection | null>
  /** Those of these accounts, of several people, that are there and not paused, and whose person is a member still. */
  live(accounts: readonly Account[]): Promise<readonly Account[]>
  /** Makes it, or renews the tokens of the one that is there; its row and the log's together. */
  save(connection: NewConnection, log: readonly SealedLogEntry[]): Promise<void>
  /** Compare and set: false when the tokens are no longer those of `tokenVersion`. A refresh token of null keeps the old one. */
  storeTokens(of: StoredConnection, tokens: SealedTokens & { readonly expiresInSeconds: number }): Promise<boolean>
  /** The grant is dead: paused until the person connects again. False when the tokens have changed meanwhile. */
  pause(of: StoredConnection, log: readonly SealedLogEntry[]): Promise<boolean>
  /** The provider refused the access token before its time: the next call refreshes it. */
  expireAccess(workspaceId: string, id: ConnectionId): Promise<void>
  remove(workspaceId: string, userId: string, id: ConnectionId, log: readonly SealedLogEntry[]): Promise<boolean>
}
