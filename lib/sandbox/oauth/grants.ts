import { createHash, randomBytes, randomUUID } from "node:crypto"
import type { Query, SandboxProvider } from "../store/database"
import type { Person } from "../store/people"

/** Tokens and codes are kept as hashes: whoever reads the tables cannot use them. */
export const hashed = (secret: string): string => createHash("sha256").update(secret).digest("hex")

const secret = (prefix: string): string => prefix + randomBytes(32).toString("base64url")

export const ACCESS_SECONDS = 3600
const CODE_SECONDS = 60

export interface CodeRequest {
  readonly provider: SandboxProvider
  readonly email: string
  readonly redirectUri: string
  readonly scope: string
  readonly nonce: string | null
  readonly challenge: string | null
  readonly challengeMethod: string | null
  /** Does the grant come with a refresh token? */
  readonly offline: boolean
}

/** A single-use code, good for 60 seconds. */
export async function issueCode(query: Query, request: CodeRequest): Promise<string> {
  const code = secret("4/")
  await query(
    `insert into codes (hash, provider, email, redirect_uri, scope, nonce, challenge, challenge_method, offline, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp() + make_interval(secs => $10))`,
    [
      hashed(code),
      request.provider,
      request.email,
      request.redirectUri,
      request.scope,
      request.nonce,
      request.challenge,
      request.challengeMethod,
      request.offline,
      CODE_SECONDS,
    ],
  )
  return code
}

/**
 * Takes a code out of use and makes its grant; null when it is unknown, expired or used. A code that comes a second time takes its
 * grant down with it (RFC 6749 section 4.1.2).
 */
export async function redeemCode(query: Query, code: string): Promise<(CodeRequest & { grantId: string }) | null> {
  const grantId = randomUUID()
  const [row] = await query<CodeRequest>(
    `update codes set grant_id = $2 where hash = $1 and grant_id is null and expires_at > clock_timestamp()
     returning provider, email, redirect_uri as "redirectUri", scope, nonce, challenge, challenge_method as "challengeMethod", offline`,
    [hashed(code), grantId],
  )
  if (!row) {
    await query("update grants set revoked = true where id = (select grant_id from codes where hash = $1)", [
      hashed(code),
    ])
    return null
  }
  await insertGrant(query, grantId, row.provider, row.email, row.scope)
  return { ...row, grantId }
}

export async function newGrant(query: Query, person: Person, scope: string): Promise<string> {
  const id = randomUUID()
  await insertGrant(query, id, person.provider, person.email, scope)
  return id
}

const insertGrant = (query: Query, id: string, provider: SandboxProvider, email: string, scope: string) =>
  query("insert into grants (id, provider, email, scope) values ($1, $2, $3, $4)", [id, provider, email, scope])

export async function issueToken(query: Query, grantId: string, use: "access" | "refresh"): Promise<string> {
  const token = secret(use === "access" ? "ya29." : "1//")
  const seconds = use === "access" ? ACCESS_SECONDS : null
  await query(
    "insert into tokens (hash, grant_id, use, expires_at) values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4::float8))",
    [hashed(token), grantId, use, seconds],
  )
  return token
}

export interface Bearer extends Person {
  readonly grantId: string
  readonly scope: string
  readonly expiresInSeconds: number | null
}

/** Whose live token this is; null for unknown, expired and revoked ones. */
export async function findBearer(
  query: Query,
  provider: SandboxProvider,
  use: "access" | "refresh",
  token: string,
): Promise<Bearer | null> {
  const rows = await query<Bearer>(
    `select p.email, p.provider, p.subject, p.name, p.time_zone as "timeZone", p.is_admin as "isAdmin", g.id as "grantId", g.scope,
       extract(epoch from t.expires_at - clock_timestamp())::int as "expiresInSeconds"
     from tokens t join grants g on g.id = t.grant_id join people p on p.email = g.email
     where t.hash = $1 and t.use = $2 and g.provider = $3 and not g.revoked and (t.expires_at is null or t.expires_at > clock_timestamp())`,
    [hashed(token), use, provider],
  )
  return rows[0] ?? null
}

/** Revokes the grant behind a token of either use. @returns whether there was one. */
export async function revokeByToken(query: Query, provider: SandboxProvider, token: string): Promise<boolean> {
  const rows = await query(
    `update grants set revoked = true where provider = $2 and not revoked
     and id = (select grant_id from tokens where hash = $1) returning id`,
    [hashed(token), provider],
  )
  return rows.length > 0
}

/** Has this person already consented to all of `scopes`? */
export async function hasConsented(query: Query, person: Person, scopes: readonly string[]): Promise<boolean> {
  const rows = await query<{ scope: string }>("select scope from grants where email = $1 and not revoked", [
    person.email,
  ])
  const given = new Set(rows.flatMap((row) => row.scope.split(" ")))
  return rows.length > 0 && scopes.every((scope) => given.has(scope))
}
