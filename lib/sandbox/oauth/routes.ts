import { Hono } from "hono"
import { deleteCookie } from "hono/cookie"
import { csrf } from "hono/csrf"
import { bearerToken } from "../http/bearer"
import type { World } from "../world"
import { type AuthorizeRequest, parseRequest, showAuthorize, signedInCookie, takeAuthorize } from "./authorize"
import { findBearer, revokeByToken } from "./grants"
import { publicKey, signingKey } from "./keys"
import { errorPage } from "./pages"
import { isAllowedRedirect, type OAuthProvider } from "./provider"
import { tokenAnswer } from "./token"

/** One provider's authorization server: OAuth 2 (RFC 6749, 7636, 7009) with OpenID Connect. */
export function oauthRoutes(world: World, oauth: OAuthProvider): Hono {
  const app = new Hono()
  const { paths, provider } = oauth

  app.get(`/${provider}/.well-known/openid-configuration`, (c) => c.json(discovery(world, oauth)))
  app.get(paths.jwks, async (c) => c.json({ keys: [publicKey(await signingKey(world.db.query, provider))] }))

  app.get(paths.authorize, async (c) => {
    const parsed = parseRequest(oauth, new URL(c.req.url).searchParams)
    if (parsed.kind === "page") return c.html(errorPage(oauth, parsed.message), 400)
    return parsed.kind === "redirect" ? c.redirect(parsed.to) : showAuthorize(c, world, oauth, parsed.request)
  })
  app.post(paths.authorize, csrf(), async (c) => {
    const form = await c.req.formData()
    const parsed = parseRequest(oauth, requestIn(form))
    if (parsed.kind === "page") return c.html(errorPage(oauth, parsed.message), 400)
    return parsed.kind === "redirect" ? c.redirect(parsed.to) : takeAuthorize(c, world, oauth, parsed.request, form)
  })

  app.post(paths.token, async (c) => {
    const { status, body } = await tokenAnswer(
      world,
      oauth,
      new URLSearchParams(await c.req.text()),
      c.req.header("authorization") ?? null,
    )
    return c.json(body, status, { "cache-control": "no-store" })
  })

  app.on(["GET", "POST"], paths.userinfo, async (c) => {
    const bearer = await findBearer(world.db.query, provider, "access", bearerToken(c.req.header("authorization")))
    if (!bearer) return c.json({ error: "invalid_token", error_description: "Invalid Credentials" }, 401)
    return c.json({ sub: bearer.subject, name: bearer.name, email: bearer.email, email_verified: true })
  })

  app.on(["GET", "POST"], `/${provider}/tokeninfo`, async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const token = c.req.query("access_token") ?? form.get("access_token") ?? bearerToken(c.req.header("authorization"))
    const bearer = await findBearer(world.db.query, provider, "access", token)
    if (!bearer) return c.json({ error: "invalid_token", error_description: "Invalid Value" }, 400)
    const { subject: sub, scope, email, expiresInSeconds } = bearer
    return c.json({
      azp: oauth.clientId,
      aud: oauth.clientId,
      sub,
      scope,
      email,
      email_verified: "true",
      expires_in: String(expiresInSeconds),
    })
  })

  app.post(`/${provider}/revoke`, async (c) => {
    const token = c.req.query("token") ?? new URLSearchParams(await c.req.text()).get("token") ?? ""
    const done = await revokeByToken(world.db.query, provider, token)
    return done ? c.json({}) : c.json({ error: "invalid_token", error_description: "Token expired or revoked" }, 400)
  })

  app.get(paths.logout, (c) => {
    deleteCookie(c, signedInCookie(oauth), { path: "/" })
    const to = c.req.query("post_logout_redirect_uri") ?? ""
    return isAllowedRedirect(to) ? c.redirect(to) : c.text("You signed out of your account.")
  })

  return app
}

/** OpenID Connect Discovery 1.0. */
function discovery(world: World, { provider, paths }: OAuthProvider) {
  const at = (path: string) => `${world.publicUrl}${path}`
  return {
    issuer: `${world.publicUrl}/${provider}`,
    authorization_endpoint: at(paths.authorize),
    token_endpoint: at(paths.token),
    userinfo_endpoint: at(paths.userinfo),
    revocation_endpoint: at(`/${provider}/revoke`),
    end_session_endpoint: at(paths.logout),
    jwks_uri: at(paths.jwks),
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    code_challenge_methods_supported: ["S256"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    scopes_supported: ["openid", "email", "profile"],
    claims_supported: ["aud", "email", "exp", "iat", "iss", "name", "nonce", "sub"],
  }
}

/** The authorization request that our own forms carry along (pages.ts). */
function requestIn(form: FormData): AuthorizeRequest["params"] {
  const prefix = "request."
  const carried = [...form]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), String(value)])
  return new URLSearchParams(carried)
}
