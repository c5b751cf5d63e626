import "server-only"
import type { ConnectionId } from "../domain/event"
import type { CalendarOAuth } from "../ports/calendar-oauth"
import { ReconnectNeeded, TokenUnavailable } from "../ports/calendar-provider"
import type { ConnectionStore, StoredConnection } from "../ports/connection-store"
import { SealBroken, type Vault } from "../ports/vault"
import { tokenContext } from "./token-context"

export interface TokenNeeds {
  readonly vault: Vault
  readonly connections: ConnectionStore
  readonly oauthOf: (provider: string) => { readonly oauth: CalendarOAuth } | null
}

export interface ConnectionOwner {
  readonly workspaceId: string
  readonly userId: string
  readonly id: ConnectionId
}

/**
 * Live access tokens. One refresh at a time in a process; of several processes the first to store its tokens wins and the others use those
 * (`tokenVersion`), so that a rotated refresh token is never overwritten by an older one.
 *
 * @throws {ReconnectNeeded} the grant is dead, or its tokens cannot be opened any more (a lost key); the connection is paused then
 * @throws {TokenUnavailable} the provider could not be asked just now
 */
export function accessTokens({ vault, connections, oauthOf }: TokenNeeds): (owner: ConnectionOwner) => Promise<string> {
  const refreshing = new Map<string, Promise<string>>()

  const current = ({ workspaceId, userId, id }: ConnectionOwner) => connections.find(workspaceId, userId, id)

  function refreshOnce(stored: StoredConnection): Promise<string> {
    const running = refreshing.get(stored.id)
    if (running) return running
    const started = refresh(stored).finally(() => refreshing.delete(stored.id))
    refreshing.set(stored.id, started)
    return started
  }

  async function refresh(stored: StoredConnection): Promise<string> {
    const provider = oauthOf(stored.provider)
    if (!provider) throw new TokenUnavailable(`${stored.provider} is not set up`)
    if (stored.refreshToken === null) return giveUp(stored)
    const answer = await provider.oauth.refresh(vault.open(stored.refreshToken, tokenContext(stored, "refresh")))
    if (answer.kind === "unavailable") throw new TokenUnavailable(`${stored.provider} gave no token`)
    if (answer.kind === "dead") return giveUp(stored)
    const { accessToken, refreshToken, expiresInSeconds } = answer.grant
    const tokens = {
      accessToken: vault.seal(accessToken, tokenContext(stored, "access")),
      refreshToken: refreshToken === null ? null : vault.seal(refreshToken, tokenContext(stored, "refresh")),
      expiresInSeconds,
    }
    return (await connections.storeTokens(stored, tokens)) ? accessToken : othersToken(stored)
  }

  /** Dead, unless somebody else has put new tokens there meanwhile. */
  async function giveUp(stored: StoredConnection): Promise<string> {
    if (await connections.pause(stored)) throw new ReconnectNeeded()
    return othersToken(stored)
  }

  async function othersToken(lost: StoredConnection): Promise<string> {
    const now = await current(lost)
    if (now?.status !== "live") throw new ReconnectNeeded()
    if (!now.fresh) throw new TokenUnavailable("the tokens keep changing")
    return vault.open(now.accessToken, tokenContext(now, "access"))
  }

  return async (owner) => {
    const stored = await current(owner)
    if (stored?.status !== "live") throw new ReconnectNeeded()
    try {
      return stored.fresh ? vault.open(stored.accessToken, tokenContext(stored, "access")) : await refreshOnce(stored)
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error
      await connections.pause(stored)
      throw new ReconnectNeeded()
    }
  }
}
