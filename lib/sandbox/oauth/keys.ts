import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from "jose"
import type { Query, SandboxProvider } from "../store/database"

/** The provider's RS256 key pair, made on first use and kept, so that id tokens outlive a restart. */
export async function signingKey(query: Query, provider: SandboxProvider): Promise<JWK> {
  const name = `${provider}-signing-key`
  const [kept] = await query<{ value: JWK }>("select value from facts where name = $1", [name])
  if (kept) return kept.value
  const { privateKey } = await generateKeyPair("RS256", { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: `${provider}-1`, alg: "RS256", use: "sig" }
  await query("insert into facts (name, value) values ($1, $2) on conflict do nothing", [name, JSON.stringify(jwk)])
  const [stored] = await query<{ value: JWK }>("select value from facts where name = $1", [name])
  return stored?.value ?? jwk
}

export const publicKey = ({ kty, n, e, kid, alg, use }: JWK): JWK => ({ kty, n, e, kid, alg, use })

/** A signed id token, good for an hour from now. */
export async function signIdToken(key: JWK, issuer: string, audience: string, claims: JWTPayload): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: key.kid, typ: "JWT" })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(await importJWK(key, "RS256"))
}
