import "server-only"
import type { ConnectionId } from "../domain/event"
import type { Person } from "../domain/person"
import { tokenContext } from "../domain/seal-context"
import type { CalendarOAuth } from "../ports/calendar-oauth"
import type { CalendarSyncs } from "../ports/calendars"
import type { ConnectionStore, StoredConnection } from "../ports/connection-store"
import type { SyncStore } from "../ports/sync-store"
import { SealBroken, type Vault } from "../ports/vault"
import { closeChannels } from "./keep-channel"
import type { RecallMemory } from "./recall-memory"

export interface DisconnectNeeds {
  readonly vault: Vault
  readonly connections: ConnectionStore
  readonly oauthOf: (provider: string) => { readonly oauth: CalendarOAuth } | null
  readonly sync: SyncStore
  readonly syncs: CalendarSyncs
  readonly recalled: Pick<RecallMemory, "forget">
}

/**
 * Forgets a calendar account: stops its channels, ends the grant at the provider where it can be ended, then deletes the row, what was cached, and what this process recalls (another's goes within a second: `forget-gone.ts`), whether that worked or
 * not. First there, because without the row nobody holds the token any more that ends it.
 *
 * @returns null when it is not this person's
 */
export async function disconnectAccount(
  needs: DisconnectNeeds,
  { workspaceId, userId }: Person,
  id: string,
): Promise<{ readonly revoked: boolean } | null> {
  const stored = await needs.connections.find(workspaceId, userId, id as ConnectionId)
  if (!stored) return null
  // with the grant goes the right to stop them; an account that cannot be asked must not keep a person from leaving
  await closeChannels(needs, { workspaceId, userId, connectionId: stored.id }).catch(() => {})
  const revoked = await revoke(needs, stored)
  const entry = {
    actor: { kind: "person", id: userId },
    kind: "disconnected",
    subject: { kind: "connection", id },
    userId,
    body: { provider: stored.provider, revoked },
  } as const
  const removed = await needs.connections.remove(workspaceId, userId, stored.id, [entry])
  // after the row: a look that begins now finds no account, and one that began before keeps nothing
  needs.recalled.forget(stored)
  await needs.sync.forget(workspaceId, stored.id)
  return removed ? { revoked } : null
}

async function revoke({ vault, oauthOf }: DisconnectNeeds, stored: StoredConnection): Promise<boolean> {
  const provider = oauthOf(stored.provider)
  if (!provider || stored.refreshToken === null) return false
  try {
    return await provider.oauth.revoke(vault.open(stored.refreshToken, tokenContext(stored, "refresh")))
  } catch (error) {
    // its key is gone: nothing is left that could be revoked with
    if (error instanceof SealBroken) return false
    throw error
  }
}
