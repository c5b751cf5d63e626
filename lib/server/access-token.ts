import "server-only"
import type { ConnectionId } from "../domain/event"
import { tokenContext } from "../domain/seal-context"
import type { CalendarOAuth } from "../ports/calendar-oauth"
import { ReconnectNeeded, TokenUnavailable } from "../ports/calendar-provider"
import type { Claims } from "../ports/claims"
import type { ConnectionStore, StoredConnection } from "../ports/connection-store"
import { SealBroken, type Vault } from "../ports/vault"

export interface TokenNeeds {
  readonly vault: Vault
  readonly connections: ConnectionStore
  readonly claims: Claims
  readonly oauthOf: (provider: string) => { readonly oauth: CalendarOAuth } | null
}

export interface ConnectionOwner {
  readonly workspaceId: string
  readonly userId: string
  readonly id: ConnectionId
}

/** Longer than a token endpoint may take, so that a living holder never loses the claim. */
const REFRESH_LEASE_MS = 15_000
/** How often somebody who waits for another process's refresh looks. */
const LOOK_EVERY_MS = 50

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Live access tokens; of a CalDAV account the login that was sealed (connect-caldav.ts). One refresh at a time of one account, in this process and across all of them: whoever holds the claim on its tokens asks the
 * provider, the others wait for what that brings. A provider that rotates refresh tokens ends the grant when an old one is used again, so two at once
 * would cost the person a sign-in. A holder that died is waited for until its lease is over; one that wakes later stores nothing (`tokenVersion`).
 *
 * @throws {ReconnectNeeded} the grant is dead, or its tokens cannot be opened any more (a lost key); the connection is paused then
 * @throws {TokenUnavailable} the provider could not be asked just now
 */
export function accessTokens({
  vault,
  connections,
  claims,
  oauthOf,
}: TokenNeeds): (owner: ConnectionOwner) => Promise<string> {
  const refreshing = new Map<string, Promise<string>>()

  const current = ({ workspaceId, userId, id }: ConnectionOwner) => connections.find(workspaceId, userId, id)
  const opened = (stored: StoredConnection) => vault.open(stored.accessToken, tokenContext(stored, "access"))

  function refreshOnce(stored: StoredConnection): Promise<string> {
    const running = refreshing.get(stored.id)
    if (running) return running
    const started = refreshInTurn(stored).finally(() => refreshing.delete(stored.id))
    refreshing.set(stored.id, started)
    return started
  }

  async function refreshInTurn(stale: StoredConnection): Promise<string> {
    for (;;) {
      const claim = await claims.claim(stale.workspaceId, "tokens", stale.id, REFRESH_LEASE_MS)
      if (claim.kind === "claimed") {
        try {
          return await refreshClaimed(stale)
        } finally {
          await claims.release(stale.workspaceId, "tokens", stale.id, claim.claimId)
        }
      }
      await pause(Math.min(claim.forMs, LOOK_EVERY_MS))
      const now = await current(stale)
      if (now?.status !== "live") throw new ReconnectNeeded()
      if (now.fresh) return opened(now)
    }
  }

  /** Another may have refreshed between our look and our claim. */
  async function refreshClaimed(stale: StoredConnection): Promise<string> {
    const stored = await current(stale)
    if (stored?.status !== "live") throw new ReconnectNeeded()
    return stored.fresh ? opened(stored) : refresh(stored)
  }

  async function refresh(stored: StoredConnection): Promise<string> {
    // a password does not end by itself: it was refused, and there is nothing to renew it with
    if (stored.provider === "caldav") return giveUp(stored, "password-refused")
    const provider = oauthOf(stored.provider)
    if (!provider) throw new TokenUnavailable(`${stored.provider} is not set up`)
    if (stored.refreshToken === null) return giveUp(stored, "no-refresh-token")
    const answer = await provider.oauth.refresh(vault.open(stored.refreshToken, tokenContext(stored, "refresh")))
    if (answer.kind === "unavailable") throw new TokenUnavailable(`${stored.provider} gave no token`)
    if (answer.kind === "dead") return giveUp(stored, "grant-ended")
    const { accessToken, refreshToken, expiresInSeconds } = answer.grant
    const tokens = {
      accessToken: vault.seal(accessToken, tokenContext(stored, "access")),
      refreshToken: refreshToken === null ? null : vault.seal(refreshToken, tokenContext(stored, "refresh")),
      expiresInSeconds,
    }
    return (await connections.storeTokens(stored, tokens)) ? accessToken : othersToken(stored)
  }

  /** Dead, unless somebody else has put new tokens there meanwhile. Never silent: it is logged, and every page says so. */
  async function giveUp(stored: StoredConnection, why: PauseReason): Promise<string> {
    if (await connections.pause(stored, [paused(stored, why)])) throw new ReconnectNeeded()
    return othersToken(stored)
  }

  async function othersToken(lost: StoredConnection): Promise<string> {
    const now = await current(lost)
    if (now?.status !== "live") throw new ReconnectNeeded()
    if (!now.fresh) throw new TokenUnavailable("the tokens keep changing")
    return opened(now)
  }

  return async (owner) => {
    const stored = await current(owner)
    if (stored?.status !== "live") throw new ReconnectNeeded()
    try {
      return stored.fresh ? opened(stored) : await refreshOnce(stored)
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error
      return giveUp(stored, "key-lost")
    }
  }
}

type PauseReason = "no-refresh-token" | "grant-ended" | "key-lost" | "password-refused"

const paused = ({ id, userId, provider }: StoredConnection, why: PauseReason) =>
  ({
    actor: { kind: "system", id: "connections" },
    kind: "paused",
    subject: { kind: "connection", id },
    userId,
    body: { provider, why },
  }) as const
