import "server-only"
import { decodeJwt } from "jose"
import { z } from "zod"
import type { ProviderClient } from "../../config/provider-clients"
import type { CalendarOAuth, Grant, ProviderAccount } from "../../ports/calendar-oauth"
import { askForTokens, post, type TokenAnswer } from "./token-endpoint"

const GOOGLE = "https://www.googleapis.com/auth"

interface Asking {
  readonly scopes: readonly string[]
  /** Of those, the ones that the product cannot do without. */
  readonly needed: readonly string[]
  /** What makes the provider give a refresh token. */
  readonly params: Readonly<Record<string, string>>
}

const ASKING: Readonly<Record<ProviderClient["id"], Asking>> = {
  google: {
    scopes: [
      `${GOOGLE}/calendar.events`,
      `${GOOGLE}/calendar.calendarlist.readonly`,
      `${GOOGLE}/calendar.acls.readonly`,
      `${GOOGLE}/calendar.freebusy`,
      "openid",
      "email",
    ],
    // without the access lists we only say "this was just changed" instead of "you just changed this"
    needed: [`${GOOGLE}/calendar.events`, `${GOOGLE}/calendar.calendarlist.readonly`, `${GOOGLE}/calendar.freebusy`],
    params: { access_type: "offline", prompt: "consent" },
  },
  microsoft: {
    scopes: ["openid", "email", "offline_access", "User.Read", "Calendars.ReadWrite"],
    needed: ["Calendars.ReadWrite"],
    params: {},
  },
}

/** Graph's scopes come back with or without its address. */
const plainScope = (scope: string): string => scope.replace("https://graph.microsoft.com/", "")

export function calendarOAuth(client: ProviderClient): CalendarOAuth {
  const asking = ASKING[client.id]
  const credentials = { client_id: client.clientId, client_secret: client.clientSecret }

  return {
    lacks: (grant) => asking.needed.filter((scope) => !grant.scopes.includes(scope)),

    authorizeUrl({ state, nonce, challenge, redirectUri, loginHint }) {
      const url = new URL(client.authorizeUrl)
      const params = {
        response_type: "code",
        client_id: client.clientId,
        redirect_uri: redirectUri,
        scope: asking.scopes.join(" "),
        state,
        nonce,
        code_challenge: challenge,
        code_challenge_method: "S256",
        login_hint: loginHint,
        ...asking.params,
      }
      for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
      return url.href
    },

    async exchange({ code, verifier, redirectUri, nonce }) {
      const fields = {
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
        ...credentials,
      }
      const answer = await askForTokens(client.tokenUrl, fields)
      if (answer.kind !== "granted") return { kind: "refused" }
      const account = accountIn(answer.answer.id_token ?? "", client.clientId, nonce)
      return { kind: "granted", grant: grantOf(answer), account }
    },

    async refresh(refreshToken) {
      const fields = { grant_type: "refresh_token", refresh_token: refreshToken, ...credentials }
      const answer = await askForTokens(client.tokenUrl, fields)
      if (answer.kind === "granted") return { kind: "refreshed", grant: grantOf(answer) }
      // any other refusal (a wrong client secret, say) is our fault and no reason to bother the person
      const isDead = answer.kind === "refused" && answer.error === "invalid_grant"
      return isDead ? { kind: "dead" } : { kind: "unavailable" }
    },

    async revoke(token) {
      const response = client.revokeUrl ? await post(client.revokeUrl, { token }) : null
      return response?.ok ?? false
    },
  }
}

const grantOf = ({ answer }: Extract<TokenAnswer, { kind: "granted" }>): Grant => ({
  accessToken: answer.access_token,
  refreshToken: answer.refresh_token ?? null,
  expiresInSeconds: answer.expires_in,
  scopes: answer.scope.split(" ").filter(Boolean).map(plainScope),
})

const Claims = z.object({
  sub: z.string().min(1),
  email: z.string().optional(),
  preferred_username: z.string().optional(),
  nonce: z.string(),
  exp: z.number(),
})

/**
 * Whose account an id token is about. It came straight from the token endpoint, so that TLS stands for its signature (OpenID Connect Core 3.1.3.7,
 * point 6); audience, nonce and expiry are still checked.
 */
function accountIn(idToken: string, clientId: string, nonce: string): ProviderAccount {
  const payload = decodeJwt(idToken)
  const claims = Claims.parse(payload)
  if (![payload.aud].flat().includes(clientId)) throw new Error("the id token is for somebody else")
  if (claims.nonce !== nonce) throw new Error("the id token is for another request")
  if (claims.exp * 1_000 < Date.now()) throw new Error("the id token has expired")
  return { providerAccountId: claims.sub, email: claims.email ?? claims.preferred_username ?? claims.sub }
}
