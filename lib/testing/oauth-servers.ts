import type { Server } from "node:http"
import { createEmulator } from "emulate"
import Provider from "oidc-provider"
import type { ProviderClient } from "../config/provider-clients"
import { freePort } from "../launch/ports.mjs"
import { FormBrowser } from "../sandbox/testing/browser"
import { ORIGIN } from "./app"

/* OAuth servers that nobody here wrote: what our sign-in and our connections send has to make sense to them as well as to our sandbox. */

export interface OAuthServer {
  readonly name: string
  readonly client: ProviderClient
  readonly email: string
  /** Goes through the server's own pages as its one person. @returns the callback's address, not yet visited */
  pass(authorizeUrl: string): Promise<string>
  close(): Promise<void>
}

const CREDENTIALS = { clientId: "ifmatch-test", clientSecret: "a-secret-that-is-long-enough-for-hs256" }
const callbacks = (id: ProviderClient["id"]) => [
  `${ORIGIN}/api/auth/callback/${id}`,
  `${ORIGIN}/api/connections/${id}/callback`,
]

const PATHS = {
  google: { authorize: "/o/oauth2/v2/auth", token: "/oauth2/token", revoke: "/oauth2/revoke" },
  microsoft: { authorize: "/oauth2/v2.0/authorize", token: "/oauth2/v2.0/token", revoke: null },
} as const

/** `emulate`: a user picker, one form a person. */
export async function emulated(id: ProviderClient["id"]): Promise<OAuthServer> {
  const email = id === "google" ? "kim@gmail.test" : "kim@outlook.test"
  const registered = { client_id: CREDENTIALS.clientId, client_secret: CREDENTIALS.clientSecret, name: "Ifmatch" }
  const seed = {
    [id]: { users: [{ email, name: "Kim Test" }], oauth_clients: [{ ...registered, redirect_uris: callbacks(id) }] },
  }
  const server = await createEmulator({ service: id, port: await freePort(), seed })
  const { authorize, token, revoke } = PATHS[id]
  return {
    name: `emulate, ${id}`,
    email,
    client: {
      id,
      ...CREDENTIALS,
      wellKnown: `${server.url}/.well-known/openid-configuration`,
      authorizeUrl: server.url + authorize,
      tokenUrl: server.url + token,
      revokeUrl: revoke && server.url + revoke,
    },
    async pass(authorizeUrl) {
      const browser = new FormBrowser()
      const html = await (await browser.get(authorizeUrl)).text()
      const form = html.split("</form>").find((part) => part.includes(`value="${email}"`)) ?? ""
      const answer = await browser.press(authorizeUrl, form.slice(form.lastIndexOf("<form")), { name: "", value: "" })
      return answer.headers.get("location") ?? ""
    },
    close: async () => void (await server.close()),
  }
}

/** `oidc-provider`, a certified server: PKCE demanded, refresh tokens rotated and revoked with their grant when one is used twice. */
export async function certified(id: ProviderClient["id"], scopes: readonly string[]): Promise<OAuthServer> {
  const port = await freePort()
  const issuer = `http://localhost:${port}`
  const email = `kim@${id}.oidc.test`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CREDENTIALS.clientId,
        client_secret: CREDENTIALS.clientSecret,
        redirect_uris: callbacks(id),
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    scopes: [...scopes],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email, email_verified: true, name: "Kim Test" }),
    }),
    pkce: { required: () => true },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    cookies: { keys: ["only for tests"] },
  })
  // the chooser that Google and Microsoft show at `select_account`; here there is one person to choose
  provider.use(async (ctx, next) => {
    const { prompt: _, ...query } = ctx.query
    ctx.query = query
    await next()
  })
  const server = await new Promise<Server>((resolve) => {
    const started = provider.listen(port, "localhost", () => resolve(started))
  })
  return {
    name: `oidc-provider, as ${id}`,
    email,
    client: {
      id,
      ...CREDENTIALS,
      wellKnown: `${issuer}/.well-known/openid-configuration`,
      authorizeUrl: `${issuer}/auth`,
      tokenUrl: `${issuer}/token`,
      revokeUrl: `${issuer}/token/revocation`,
    },
    async pass(authorizeUrl) {
      const browser = new FormBrowser()
      let url = authorizeUrl
      let answer = await browser.get(url)
      for (let step = 0; step < 12; step++) {
        const location = answer.headers.get("location")
        if (location?.startsWith(ORIGIN)) return location
        if (location) {
          url = new URL(location, url).href
          answer = await browser.get(url)
          continue
        }
        const html = await answer.text()
        const form = html
          .replace(/name="login"/, 'name="login" value="kim"')
          .replace(/name="password"/, 'name="password" value="x"')
        answer = await browser.press(url, form, { name: "", value: "" })
      }
      throw new Error(`${issuer} does not let us through`)
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
