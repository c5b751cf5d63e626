import { createHash, randomBytes } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ORIGIN } from "../../testing/app"
import { certified, emulated, type OAuthServer } from "../../testing/oauth-servers"
import { testDatabase } from "../../testing/pg"
import { signInRoutes } from "../next-auth/sign-in-routes"
import { postgresClient } from "../postgres/client"
import { postgresIdentityStore } from "../postgres/identity-store"
import { calendarOAuth } from "./calendar-oauth"

const GOOGLE = "https://www.googleapis.com/auth"
const SCOPES = [
  ...["calendar.events", "calendar.calendarlist.readonly", "calendar.acls.readonly", "calendar.freebusy"].map(
    (s) => `${GOOGLE}/${s}`,
  ),
  ...["openid", "email", "profile", "offline_access", "User.Read", "Calendars.ReadWrite"],
]

let database: Awaited<ReturnType<typeof testDatabase>>
let db: ReturnType<typeof postgresClient>
const servers = new Map<string, OAuthServer>()
const NAMES = ["emulate google", "emulate microsoft", "oidc-provider google", "oidc-provider microsoft"] as const

beforeAll(async () => {
  database = await testDatabase()
  db = postgresClient(database.appUrl)
  servers.set("emulate google", await emulated("google"))
  servers.set("emulate microsoft", await emulated("microsoft"))
  servers.set("oidc-provider google", await certified("google", SCOPES))
  servers.set("oidc-provider microsoft", await certified("microsoft", SCOPES))
})
afterAll(async () => {
  for (const server of servers.values()) await server.close()
  await db.$disconnect()
  await database.drop()
})

const serverOf = (name: string): OAuthServer => servers.get(name) ?? expect.unreachable(name)

/** One browser at our own sign-in routes. */
function visitorAt(server: OAuthServer, arrived: string[]) {
  const jar = new Map<string, string>()
  const complaints: unknown[] = []
  const log = {
    info() {},
    error: (...said: unknown[]) => complaints.push(said),
    warn: (...said: unknown[]) => complaints.push(said),
  }
  const routes = signInRoutes({
    clients: [server.client],
    secret: "s".repeat(40),
    identities: postgresIdentityStore(db),
    rules: { arriving: async (claims) => void arrived.push(claims.email), arrived: async () => {} },
    log: log as never,
    cookieName: (name) => `t.${name}`,
    secureCookies: false,
  })
  return {
    jar,
    complaints,
    async ask(path: string, body?: URLSearchParams): Promise<Response> {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ")
      const headers = { cookie, ...(body && { "content-type": "application/x-www-form-urlencoded" }) }
      const request = new Request(ORIGIN + path, {
        method: body ? "POST" : "GET",
        headers,
        ...(body && { body: body.toString() }),
      })
      const response = await routes(request)
      if (!response) throw new Error(`${path} is none of the sign-in's`)
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        jar.set(name, value)
      }
      return response
    },
  }
}

describe.each(NAMES)("%s", (name) => {
  it("signs a person in: PKCE, state and nonce, the id token checked against its keys", async () => {
    const server = serverOf(name)
    const arrived: string[] = []
    process.env.NEXTAUTH_URL = ORIGIN
    const visitor = visitorAt(server, arrived)
    const { csrfToken } = (await (await visitor.ask("/api/auth/csrf")).json()) as { csrfToken: string }
    const leaving = await visitor.ask(
      `/api/auth/signin/${server.client.id}`,
      new URLSearchParams({ csrfToken, callbackUrl: `${ORIGIN}/calendar` }),
    )
    const authorizeUrl = leaving.headers.get("location") ?? ""
    for (const param of ["code_challenge", "state", "nonce"])
      expect(new URL(authorizeUrl).searchParams.get(param)).toBeTruthy()
    const back = await server.pass(authorizeUrl)
    const done = await visitor.ask(back.slice(ORIGIN.length))
    expect(visitor.complaints).toEqual([])
    expect(done.headers.get("location")).toBe(`${ORIGIN}/calendar`)
    expect(arrived).toEqual([server.email])
    expect(visitor.jar.get("t.session")).toBeTruthy()

    // the same answer again: its code and its cookies are used up
    const again = await visitor.ask(back.slice(ORIGIN.length))
    expect(again.headers.get("location")).toContain("error=OAuthCallback")
    expect(arrived).toEqual([server.email])
  })

  it("connects a calendar account: code for tokens, refreshed, and a wrong verifier refused", async () => {
    const server = serverOf(name)
    const oauth = calendarOAuth(server.client)
    const redirectUri = `${ORIGIN}/api/connections/${server.client.id}/callback`
    const go = async () => {
      const [state, nonce, verifier] = [0, 1, 2].map(() => randomBytes(32).toString("base64url")) as [
        string,
        string,
        string,
      ]
      const challenge = createHash("sha256").update(verifier).digest("base64url")
      const callback = new URL(
        await server.pass(oauth.authorizeUrl({ state, nonce, challenge, redirectUri, loginHint: server.email })),
      )
      expect(callback.searchParams.get("state")).toBe(state)
      return { code: callback.searchParams.get("code") ?? "", verifier, nonce, redirectUri }
    }
    const answer = await go()
    expect((await oauth.exchange({ ...answer, verifier: randomBytes(32).toString("base64url") })).kind).toBe("refused")

    const result = await oauth.exchange(await go())
    if (result.kind !== "granted") return expect.unreachable(result.kind)
    expect(result.account.email).toBe(server.email)
    const { refreshToken } = result.grant
    if (refreshToken === null) return expect.unreachable("no refresh token")
    const refreshed = await oauth.refresh(refreshToken)
    expect(refreshed.kind).toBe("refreshed")
    expect(await oauth.refresh("made-up")).toEqual({ kind: "dead" })
    const wrongNonce = await go()
    await expect(oauth.exchange({ ...wrongNonce, nonce: "another" })).rejects.toThrow("another request")
  })
})

it("a refresh token that was rotated away ends the grant: why one process at a time refreshes", async () => {
  const server = serverOf("oidc-provider microsoft")
  const oauth = calendarOAuth(server.client)
  const redirectUri = `${ORIGIN}/api/connections/microsoft/callback`
  const [state, nonce, verifier] = ["s", "n", randomBytes(32).toString("base64url")]
  const challenge = createHash("sha256").update(verifier).digest("base64url")
  const callback = new URL(
    await server.pass(oauth.authorizeUrl({ state, nonce, challenge, redirectUri, loginHint: server.email })),
  )
  const result = await oauth.exchange({ code: callback.searchParams.get("code") ?? "", verifier, nonce, redirectUri })
  if (result.kind !== "granted" || !result.grant.refreshToken) return expect.unreachable(result.kind)
  const first = result.grant.refreshToken
  const second = await oauth.refresh(first)
  if (second.kind !== "refreshed" || !second.grant.refreshToken) return expect.unreachable(second.kind)
  expect(second.grant.refreshToken).not.toBe(first)
  expect(await oauth.refresh(first)).toEqual({ kind: "dead" })
  expect(await oauth.refresh(second.grant.refreshToken)).toEqual({ kind: "dead" })
})
