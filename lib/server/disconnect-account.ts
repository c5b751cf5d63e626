import "server-only"
import type { ConnectionId } from "../domain/event"
import type { Person } from "../domain/person"
import { tokenContext } from "../domain/seal-context"
import type { CalendarOAuth } from "../ports/calendar-oauth"
import type { ConnectionStore, StoredConnection } from "../ports/connection-store"
import { SealBroken, type Vault } from "../ports/vault"

export interface DisconnectNeeds {
  readonly vault: Vault
  readonly connections: ConnectionStore
  readonly oauthOf: (provider: string) => { readonly oauth: CalendarOAuth } | null
}

/**
 * Forgets a calendar account: ends the grant at the provider where it can be ended, then deletes the row whether that worked or not. First there,
 * because without the row nobody holds the token any more that ends it.
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
  const revoked = await revoke(needs, stored)
  const entry = {
    actor: { kind: "person", id: userId },
    kind: "disconnected",
    subject: { kind: "connection", id },
    userId,
    body: { provider: stored.provider, revoked },
  } as const
  return (await needs.connections.remove(workspaceId, userId, stored.id, [entry])) ? { revoked } : null
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
