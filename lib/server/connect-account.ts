import "server-only"
import { createHash, randomBytes, timingSafeEqual } from "node:crypto"
import { z } from "zod"
import { canonicalHash } from "../domain/canonical"
import type { ConnectionId } from "../domain/event"
import type { Person } from "../domain/person"
import { tokenContext } from "../domain/seal-context"
import type { CalendarOAuth } from "../ports/calendar-oauth"
import type { ConnectionStore } from "../ports/connection-store"
import type { Vault } from "../ports/vault"

export type OAuthProviderId = "google" | "microsoft"

export interface ConnectNeeds {
  readonly origin: string
  readonly vault: Vault
  readonly connections: ConnectionStore
  /** Null for a provider that this installation has no credentials for. */
  readonly oauthOf: (provider: string) => { readonly id: OAuthProviderId; readonly oauth: CalendarOAuth } | null
}

/** A person and the session in which they ask: the answer must come back to the same one. */
export interface ConnectingPerson {
  readonly person: Person
  readonly sessionHash: string
}

/** How long a person may take at the provider. */
export const CONNECT_SECONDS = 600

const Pending = z.object({
  state: z.string(),
  verifier: z.string(),
  nonce: z.string(),
  returnTo: z.string(),
  expiresAtMs: z.number(),
})

const pendingContext = (provider: string, sessionHash: string) => `connect|${provider}|${sessionHash}`

const redirectUriOf = (origin: string, provider: string) => `${origin}/api/connections/${provider}/callback`

const random = () => randomBytes(32).toString("base64url")

/**
 * Sends a person to their calendar's provider. What has to be remembered until they are back goes into a cookie that is sealed to this provider
 * and this session: the answer of another provider, or to another person's browser, finds nothing.
 *
 * @returns null for a provider that is not set up
 */
export function startConnecting(
  { origin, vault, oauthOf }: ConnectNeeds,
  { person, sessionHash }: ConnectingPerson,
  provider: string,
  returnTo: string,
): { readonly url: string; readonly pending: string } | null {
  const known = oauthOf(provider)
  if (!known) return null
  const [state, nonce, verifier] = [random(), random(), random()]
  const expiresAtMs = Date.now() + CONNECT_SECONDS * 1_000
  const pending: z.infer<typeof Pending> = { state, nonce, verifier, returnTo: ownPath(returnTo), expiresAtMs }
  const url = known.oauth.authorizeUrl({
    state,
    nonce,
    challenge: createHash("sha256").update(verifier).digest("base64url"),
    redirectUri: redirectUriOf(origin, provider),
    loginHint: person.email,
  })
  return { url, pending: vault.seal(JSON.stringify(pending), pendingContext(provider, sessionHash)) }
}

/**
 * How a journey to the provider ended. `denied`: the person said no. `incomplete`: they left out a permission that is needed.
 * `expired`: too late, or an answer that does not belong to this session. `failed`: the provider refused the code.
 */
export type ConnectOutcome =
  | { readonly kind: "connected"; readonly returnTo: string }
  | { readonly kind: "denied" | "incomplete" | "expired" | "failed" }

/** Takes the provider's answer: checks that it belongs to what was asked, trades the code for tokens, and keeps those sealed. */
export async function finishConnecting(
  needs: ConnectNeeds,
  who: ConnectingPerson,
  provider: string,
  answer: { readonly state?: string; readonly code?: string; readonly error?: string },
  sealedPending: string | null,
): Promise<ConnectOutcome> {
  const known = needs.oauthOf(provider)
  const pending = known && openPending(needs.vault, provider, who.sessionHash, sealedPending)
  if (!known || !pending || !equal(pending.state, answer.state ?? "")) return { kind: "expired" }
  if (answer.error || !answer.code) return { kind: answer.error === "access_denied" ? "denied" : "failed" }
  const { verifier, nonce } = pending
  const result = await known.oauth.exchange({
    code: answer.code,
    verifier,
    nonce,
    redirectUri: redirectUriOf(needs.origin, provider),
  })
  if (result.kind === "refused") return { kind: "failed" }
  const { grant, account } = result
  if (known.oauth.lacks(grant).length > 0 || grant.refreshToken === null) {
    await known.oauth.revoke(grant.accessToken)
    return { kind: "incomplete" }
  }
  const { workspaceId, userId } = who.person
  const owner = { workspaceId, userId, id: connectionId(workspaceId, userId, known.id, account.providerAccountId) }
  const connection = {
    ...owner,
    ...account,
    provider: known.id,
    scopes: grant.scopes.join(" "),
    expiresInSeconds: grant.expiresInSeconds,
    accessToken: needs.vault.seal(grant.accessToken, tokenContext(owner, "access")),
    refreshToken: needs.vault.seal(grant.refreshToken, tokenContext(owner, "refresh")),
  }
  const entry = {
    actor: { kind: "person", id: userId },
    kind: "connected",
    subject: { kind: "connection", id: owner.id },
    userId,
    body: { provider: known.id },
  } as const
  await needs.connections.save(connection, [entry])
  return { kind: "connected", returnTo: pending.returnTo }
}

/** The same account connected again is the same connection, even by two tabs at once: its id follows from what it is. */
export const connectionId = (...parts: readonly string[]): ConnectionId =>
  canonicalHash(parts).slice(0, 32) as ConnectionId

function openPending(vault: Vault, provider: string, sessionHash: string, sealed: string | null) {
  if (!sealed) return null
  try {
    const pending = Pending.parse(JSON.parse(vault.open(sealed, pendingContext(provider, sessionHash))))
    return pending.expiresAtMs > Date.now() ? pending : null
  } catch {
    return null
  }
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** A path of ours, or the start page: `//host` and `/\host` are other sites to a browser. */
export function ownPath(path: string): string {
  return /^\/(?![/\\])[\w\-./?=&%]*$/.test(path) ? path : "/"
}
