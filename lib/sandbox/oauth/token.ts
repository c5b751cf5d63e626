import { createHash } from "node:crypto"
import type { JWTPayload } from "jose"
import { findPerson, type Person } from "../store/people"
import type { World } from "../world"
import { ACCESS_SECONDS, findBearer, issueToken, redeemCode } from "./grants"
import { signIdToken, signingKey } from "./keys"
import { CLIENT_SECRET, type OAuthProvider } from "./provider"

/** RFC 6749 section 5: the body and status of the token endpoint's answer. */
export interface TokenAnswer {
  readonly status: 200 | 400 | 401
  readonly body: Record<string, unknown>
}

const refuse = (error: string, description: string, status: 400 | 401 = 400): TokenAnswer => ({
  status,
  body: { error, error_description: description },
})

/** @param basic the Authorization header, when the client authenticates that way. */
export async function tokenAnswer(
  world: World,
  oauth: OAuthProvider,
  form: URLSearchParams,
  basic: string | null,
): Promise<TokenAnswer> {
  const client = clientOf(form, basic)
  if (client.id !== oauth.clientId) return refuse("invalid_client", "The OAuth client was not found.", 401)
  if (client.secret !== CLIENT_SECRET) return refuse("invalid_client", "The provided client secret is invalid.", 401)
  switch (form.get("grant_type")) {
    case "authorization_code":
      return fromCode(world, oauth, form)
    case "refresh_token":
      return fromRefresh(world, oauth, form)
    default:
      return refuse("unsupported_grant_type", `Invalid grant_type: ${form.get("grant_type")}`)
  }
}

function clientOf(form: URLSearchParams, basic: string | null): { id: string; secret: string } {
  if (!basic?.startsWith("Basic ")) return { id: form.get("client_id") ?? "", secret: form.get("client_secret") ?? "" }
  const [id = "", secret = ""] = Buffer.from(basic.slice(6), "base64").toString().split(":").map(decodeURIComponent)
  return { id, secret }
}

async function fromCode(world: World, oauth: OAuthProvider, form: URLSearchParams): Promise<TokenAnswer> {
  const { query } = world.db
  const code = await redeemCode(query, form.get("code") ?? "")
  if (!code || code.provider !== oauth.provider)
    return refuse("invalid_grant", "Malformed auth code, or it was used before.")
  if (code.redirectUri !== form.get("redirect_uri"))
    return refuse("invalid_grant", "The redirect URI is not the one the code was made for.")
  if (code.challenge !== null && s256(form.get("code_verifier") ?? "") !== code.challenge)
    return refuse("invalid_grant", "Invalid code verifier.")
  const person = await findPerson(query, oauth.provider, code.email)
  if (!person) return refuse("invalid_grant", "The account is gone.")
  const refresh = code.offline ? { refresh_token: await issueToken(query, code.grantId, "refresh") } : {}
  return {
    status: 200,
    body: { ...(await answerFor(world, oauth, code.grantId, code.scope, person, code.nonce)), ...refresh },
  }
}

async function fromRefresh(world: World, oauth: OAuthProvider, form: URLSearchParams): Promise<TokenAnswer> {
  const { query } = world.db
  const bearer = await findBearer(query, oauth.provider, "refresh", form.get("refresh_token") ?? "")
  if (!bearer)
    return refuse("invalid_grant", oauth.provider === "google" ? "Token has been expired or revoked." : EXPIRED)
  // Every refresh at Microsoft gives a new refresh token; the old one stays good for as long as the grant is.
  const rotated =
    oauth.provider === "microsoft" ? { refresh_token: await issueToken(query, bearer.grantId, "refresh") } : {}
  return {
    status: 200,
    body: { ...(await answerFor(world, oauth, bearer.grantId, bearer.scope, bearer, null)), ...rotated },
  }
}

const EXPIRED =
  "AADSTS70000: The user or administrator has not consented to use the application, or the grant was revoked."

const s256 = (verifier: string): string => createHash("sha256").update(verifier).digest("base64url")

async function answerFor(
  world: World,
  oauth: OAuthProvider,
  grantId: string,
  scope: string,
  person: Person,
  nonce: string | null,
): Promise<Record<string, unknown>> {
  const accessToken = await issueToken(world.db.query, grantId, "access")
  const answered = scope.split(" ").filter((name) => name !== "offline_access")
  const issuer = `${world.publicUrl}/${oauth.provider}`
  const idToken = answered.includes("openid")
    ? {
        id_token: await signIdToken(
          await signingKey(world.db.query, oauth.provider),
          issuer,
          oauth.clientId,
          idClaims(oauth, person, nonce, accessToken),
        ),
      }
    : {}
  const extended = oauth.provider === "microsoft" ? { ext_expires_in: ACCESS_SECONDS } : {}
  return {
    access_token: accessToken,
    expires_in: ACCESS_SECONDS,
    ...extended,
    scope: answered.join(" "),
    token_type: "Bearer",
    ...idToken,
  }
}

function idClaims(oauth: OAuthProvider, person: Person, nonce: string | null, accessToken: string): JWTPayload {
  const once = nonce === null ? {} : { nonce }
  const [given = "", ...family] = person.name.split(" ")
  if (oauth.provider === "microsoft")
    return {
      sub: person.subject,
      oid: person.subject,
      tid: TENANT,
      ver: "2.0",
      name: person.name,
      email: person.email,
      preferred_username: person.email,
      ...once,
    }
  const names = { name: person.name, given_name: given, family_name: family.join(" ") }
  const atHash = createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url")
  return {
    sub: person.subject,
    azp: oauth.clientId,
    email: person.email,
    email_verified: true,
    ...names,
    at_hash: atHash,
    ...once,
  }
}

/** The tenant of personal Microsoft accounts. */
const TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
