import { OAuth2Client } from "google-auth-library"
import { type Client, generators, Issuer } from "openid-client"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { FormBrowser } from "./testing/browser"
import { startTestSandbox, type TestSandbox } from "./testing/start"

const CALLBACK = "http://localhost:3000/callback"
const CALENDAR = "https://www.googleapis.com/auth/calendar"

let sandbox: TestSandbox
beforeAll(async () => {
  sandbox = await startTestSandbox()
})
afterAll(() => sandbox.close())

async function clientOf(
  provider: "google" | "microsoft",
  authMethod: "client_secret_post" | "client_secret_basic" = "client_secret_post",
): Promise<Client> {
  const issuer = await Issuer.discover(`${sandbox.url}/${provider}`)
  return new issuer.Client({
    client_id: `ifmatch-sandbox-${provider}`,
    client_secret: "sandbox-secret",
    redirect_uris: [CALLBACK],
    response_types: ["code"],
    token_endpoint_auth_method: authMethod,
  })
}

interface SignIn {
  readonly scope: string
  readonly person: string
  readonly extra?: Record<string, string>
  readonly untick?: readonly string[]
  readonly decision?: "continue" | "cancel"
}

/** The whole flow with a person's clicks; the callback's parameters are the client's to check. */
async function signIn(client: Client, wish: SignIn, browser = new FormBrowser()) {
  const verifier = generators.codeVerifier()
  const checks = { state: generators.state(), nonce: generators.nonce(), code_verifier: verifier }
  const url = client.authorizationUrl({
    scope: wish.scope,
    state: checks.state,
    nonce: checks.nonce,
    code_challenge: generators.codeChallenge(verifier),
    code_challenge_method: "S256",
    ...wish.extra,
  })
  let response = await browser.get(url)
  if (response.status === 200)
    response = await browser.press(url, await response.text(), { name: "person", value: wish.person })
  if (response.status === 200) {
    const decision = { name: "decision", value: wish.decision ?? "continue" }
    response = await browser.press(url, await response.text(), decision, wish.untick)
  }
  const location = response.headers.get("location") ?? ""
  return {
    params: client.callbackParams(location),
    checks,
    exchange: () => client.callback(CALLBACK, client.callbackParams(location), checks),
  }
}

const google = { scope: `openid email profile ${CALENDAR}`, person: "ada@google.sandbox" }
const microsoft = {
  scope: "openid email profile offline_access Calendars.ReadWrite User.Read",
  person: "mia@outlook.sandbox",
}
const offline = { extra: { access_type: "offline", prompt: "consent" } }

describe.each(["client_secret_post", "client_secret_basic"] as const)("Google with %s", (method) => {
  it("signs in with PKCE and a nonce; the id token verifies against the published key", async () => {
    const client = await clientOf("google", method)
    const tokens = await (await signIn(client, { ...google, ...offline })).exchange()
    expect(tokens.claims()).toMatchObject({ email: "ada@google.sandbox", email_verified: true, name: "Ada Park" })
    expect(tokens.scope).toContain("https://www.googleapis.com/auth/userinfo.email")
    expect(tokens.refresh_token).toBeTruthy()
    expect(await client.userinfo(tokens)).toMatchObject({ email: "ada@google.sandbox" })
  })
})

describe("Google", () => {
  it("gives a refresh token only offline and at a consent, and none on refresh", async () => {
    const client = await clientOf("google")
    const browser = new FormBrowser()
    const person = { ...google, person: "ben@google.sandbox" }
    const online = await (await signIn(client, { ...person, extra: { prompt: "consent" } }, browser)).exchange()
    expect(online.refresh_token).toBeUndefined()
    const withoutConsent = await (
      await signIn(client, { ...person, extra: { access_type: "offline" } }, browser)
    ).exchange()
    expect(withoutConsent.refresh_token).toBeUndefined()
    const full = await (await signIn(client, { ...person, ...offline }, browser)).exchange()
    const refreshed = await client.refresh(full.refresh_token ?? "")
    expect(refreshed.access_token).not.toBe(full.access_token)
    expect(refreshed.refresh_token).toBeUndefined()
  })

  it("works with Google's own client, and a revoked grant answers invalid_grant", async () => {
    const auth = new OAuth2Client({
      clientId: "ifmatch-sandbox-google",
      clientSecret: "sandbox-secret",
      redirectUri: CALLBACK,
      endpoints: {
        oauth2TokenUrl: `${sandbox.url}/google/token`,
        tokenInfoUrl: `${sandbox.url}/google/tokeninfo`,
        oauth2RevokeUrl: `${sandbox.url}/google/revoke`,
        oauth2AuthBaseUrl: `${sandbox.url}/google/o/oauth2/v2/auth`,
      },
    })
    const tokens = await (await signIn(await clientOf("google"), { ...google, ...offline })).exchange()
    auth.setCredentials({ refresh_token: tokens.refresh_token ?? null })
    const { token } = await auth.getAccessToken()
    expect(await auth.getTokenInfo(token ?? "")).toMatchObject({
      email: "ada@google.sandbox",
      aud: "ifmatch-sandbox-google",
    })
    await auth.revokeToken(tokens.refresh_token ?? "")
    await expect(auth.refreshAccessToken()).rejects.toMatchObject({
      response: { status: 400, data: { error: "invalid_grant" } },
    })
    await expect(auth.getTokenInfo(token ?? "")).rejects.toThrow()
  })

  it("lets people untick the calendar, and says so in the answered scope", async () => {
    const wish = { ...google, person: "grace@google.sandbox", extra: { prompt: "consent" }, untick: [CALENDAR] }
    const tokens = await (await signIn(await clientOf("google"), wish)).exchange()
    expect(tokens.scope).not.toContain(CALENDAR)
    expect(tokens.scope).toContain("openid")
  })
})

describe("Microsoft", () => {
  it("gives a new refresh token at every refresh, when offline_access was asked for", async () => {
    const client = await clientOf("microsoft")
    const tokens = await (await signIn(client, microsoft)).exchange()
    expect(tokens.claims()).toMatchObject({ preferred_username: "mia@outlook.sandbox", ver: "2.0" })
    const refreshed = await client.refresh(tokens.refresh_token ?? "")
    expect(refreshed.refresh_token).toBeTruthy()
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
    const online = await (await signIn(client, { ...microsoft, scope: "openid User.Read" })).exchange()
    expect(online.refresh_token).toBeUndefined()
  })
})

describe("codes", () => {
  it("are single use, and the second use takes the first one's tokens down", async () => {
    const client = await clientOf("microsoft")
    const { exchange } = await signIn(client, microsoft)
    const tokens = await exchange()
    await expect(exchange()).rejects.toMatchObject({ error: "invalid_grant" })
    await expect(client.refresh(tokens.refresh_token ?? "")).rejects.toMatchObject({ error: "invalid_grant" })
  })

  it("are bound to their verifier and their redirect URI", async () => {
    const client = await clientOf("google")
    const first = await signIn(client, { ...google, ...offline })
    await expect(
      client.callback(CALLBACK, first.params, { ...first.checks, code_verifier: generators.codeVerifier() }),
    ).rejects.toMatchObject({ error: "invalid_grant" })
    const second = await signIn(client, { ...google, ...offline })
    await expect(client.callback("http://localhost:3001/callback", second.params, second.checks)).rejects.toMatchObject(
      { error: "invalid_grant" },
    )
  })

  it("are refused to a client with a wrong secret", async () => {
    const form = new URLSearchParams({
      client_id: "ifmatch-sandbox-google",
      client_secret: "wrong",
      grant_type: "refresh_token",
      refresh_token: "x",
    })
    const response = await fetch(`${sandbox.url}/google/token`, { method: "POST", body: form })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: "invalid_client" })
  })
})

describe("the authorize page", () => {
  it("answers prompt=none with login_required, consent_required, or a code", async () => {
    const client = await clientOf("microsoft")
    const browser = new FormBrowser()
    const none = { ...microsoft, person: "leo@outlook.sandbox", extra: { prompt: "none" } }
    expect((await signIn(client, none, browser)).params.error).toBe("login_required")
    await signIn(client, { ...none, extra: {}, decision: "cancel" }, browser)
    expect((await signIn(client, none, browser)).params.error).toBe("consent_required")
    await (await signIn(client, { ...none, extra: {} }, browser)).exchange()
    expect((await signIn(client, none, browser)).params.code).toBeTruthy()
  })

  it("offers to continue as who is signed in or hinted, and tells the client of a cancel", async () => {
    const client = await clientOf("google")
    const browser = new FormBrowser()
    const hinted = await browser.get(client.authorizationUrl({ scope: google.scope, login_hint: "ben@google.sandbox" }))
    expect(await hinted.text()).toContain("Continue as Ben Osei")
    const { params } = await signIn(
      client,
      { ...google, person: "grace@google.sandbox", extra: { prompt: "consent" }, decision: "cancel" },
      browser,
    )
    expect(params.error).toBe("access_denied")
    expect(await (await browser.get(client.authorizationUrl({ scope: google.scope }))).text()).toContain(
      "Continue as Grace Lund",
    )
  })

  it("shows an error page, and redirects nowhere, for an unknown client or a foreign redirect URI", async () => {
    const client = await clientOf("google")
    for (const wrong of [
      { client_id: "someone" },
      { redirect_uri: "https://evil.example/cb" },
      { redirect_uri: "http://localhost.evil.example/cb" },
    ]) {
      const response = await fetch(client.authorizationUrl({ scope: google.scope, ...wrong }), { redirect: "manual" })
      expect(response.status).toBe(400)
      expect(await response.text()).toContain("Access blocked")
    }
  })
})

it("keeps keys, grants and tokens over a restart", async () => {
  const client = await clientOf("google")
  const tokens = await (await signIn(client, { ...google, ...offline })).exchange()
  const keys = await (await fetch(`${sandbox.url}/google/jwks`)).text()
  await sandbox.restart()
  expect(await (await fetch(`${sandbox.url}/google/jwks`)).text()).toBe(keys)
  expect(keys).not.toContain('"d"')
  expect(await client.userinfo(tokens)).toMatchObject({ email: "ada@google.sandbox" })
})
