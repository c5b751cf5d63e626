import "server-only"
import { z } from "zod"
import { accountIdOf } from "../domain/caldav-preset"
import type { Person } from "../domain/person"
import { tokenContext } from "../domain/seal-context"
import type { CaldavAccess, DiscoverCaldav, Discovery } from "../ports/caldav-discovery"
import type { ConnectionStore } from "../ports/connection-store"
import type { Vault } from "../ports/vault"
import { connectionId } from "./connect-account"

export interface ConnectCaldavNeeds {
  readonly vault: Vault
  readonly connections: ConnectionStore
  readonly discoverCaldav: DiscoverCaldav
}

export type CaldavConnected =
  | { readonly kind: "connected"; readonly id: string; readonly email: string }
  | Exclude<Discovery, { kind: "found" }>

/** A password is good until it is refused. */
const NEVER_SECONDS = 100 * 365 * 86_400

const Login = z.object({ username: z.string(), password: z.string() })

/** What `connectCaldav` sealed in the place of an access token. @throws when it is no login */
export const loginSealed = (text: string): z.infer<typeof Login> => Login.parse(JSON.parse(text))

/**
 * Connects a CalDAV account: looks whether its server takes the password, and keeps that sealed as others' access tokens are. The same account
 * connected again is the same connection with the new password, live again. Nothing is kept of what was refused.
 */
export async function connectCaldav(
  { vault, connections, discoverCaldav }: ConnectCaldavNeeds,
  { workspaceId, userId }: Person,
  { server, username, password }: CaldavAccess,
): Promise<CaldavConnected> {
  const found = await discoverCaldav({ server, username, password })
  if (found.kind !== "found") return found
  const { home, email } = found
  const providerAccountId = accountIdOf({ server: home, username })
  const owner = { workspaceId, userId, id: connectionId(workspaceId, userId, "caldav", providerAccountId) }
  const connection = {
    ...owner,
    provider: "caldav",
    providerAccountId,
    email,
    scopes: home,
    expiresInSeconds: NEVER_SECONDS,
    accessToken: vault.seal(JSON.stringify({ username, password }), tokenContext(owner, "access")),
    refreshToken: null,
  } as const
  const entry = {
    actor: { kind: "person", id: userId },
    kind: "connected",
    subject: { kind: "connection", id: owner.id },
    userId,
    body: { provider: "caldav" },
  } as const
  await connections.save(connection, [entry])
  return { kind: "connected", id: owner.id, email }
}
