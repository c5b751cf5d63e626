import pg from "pg"
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import { seed } from "../../prisma/seed"
import type { ConnectionId } from "../domain/event"
import type { CalendarOAuth } from "../ports/calendar-oauth"
import { ReconnectNeeded, TokenUnavailable } from "../ports/calendar-provider"
import { atTheSameMoment, installApp, ORIGIN } from "../testing/app"
import { testDatabase } from "../testing/pg"
import { openSandbox, type Sandbox } from "../testing/sandbox"
import { locationOf, Visitor } from "../testing/visitor"
import { accessTokens, type ConnectionOwner } from "./access-token"
import { startBackground } from "./background"
import { forgetGone } from "./forget-gone"
import { closeAll } from "./shutdown"

const WS = "sandbox"
const GOOGLE_EVENTS = "https://www.googleapis.com/auth/calendar.events"

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
let owner: pg.Client
let ada: Visitor
let mia: Visitor

const rows = async <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await owner.query(sql, values)).rows as T[]
const wiring = async () => (await import("./wiring")).wired
const connectionOf = async (userId: string) => {
  const [row] = await rows<{
    id: ConnectionId
    token_version: number
    status: string
    access_token: string
    refresh_token: string
  }>("select * from connections where user_id = $1", [userId])
  if (!row) throw new Error(`${userId} has no connection`)
  return row
}
const ownerOf = async (userId: string): Promise<ConnectionOwner> => ({
  workspaceId: WS,
  userId,
  id: (await connectionOf(userId)).id,
})
const expireAccess = (userId: string) =>
  owner.query("update connections set access_expires_at = clock_timestamp() where user_id = $1", [userId])

type Wired = Awaited<ReturnType<typeof wiring>>
type Refresh = CalendarOAuth["refresh"]

const needsOf = ({ vault, connections, claims }: Wired) => ({ vault, connections, claims })

/** The provider's real client with another way to refresh. */
function withRefresh(wired: Wired, provider: string, refresh: (real: Refresh, token: string) => ReturnType<Refresh>) {
  const known = wired.oauthOf(provider)
  return known && { oauth: { ...known.oauth, refresh: (token: string) => refresh(known.oauth.refresh, token) } }
}

beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await seed(database.ownerUrl)
  installApp({ databaseUrl: database.appUrl, sandboxUrl: sandbox.url })
  ;[ada, mia] = [new Visitor(), new Visitor()]
  await ada.signIn("google", "ada@google.sandbox")
  await mia.signIn("microsoft", "mia@outlook.sandbox")
})

afterEach(() => owner.query("truncate connections cascade"))

afterAll(async () => {
  const { closeWiring } = await import("./wiring")
  await closeWiring()
  await owner.end()
  await sandbox.close()
  await database.drop()
})

describe("connecting a calendar", () => {
  it.each([
    ["google", "ada@google.sandbox"],
    ["microsoft", "mia@outlook.sandbox"],
  ] as const)("%s: reads the person's calendars with its token", async (provider, email) => {
    const visitor = provider === "google" ? ada : mia
    const userId = provider === "google" ? "sandbox-ada" : "sandbox-mia"
    expect(await visitor.connect(provider, email)).toBe(`${ORIGIN}/`)
    const { id } = await ownerOf(userId)
    const { calendars } = await wiring()
    expect(await calendars.connections(WS, userId)).toEqual([{ id, provider, email, status: "live" }])
    const account = await calendars.open(WS, userId, id)
    expect(await account?.calendars()).toMatchObject({ kind: "calendars" })
    const [logged] = await rows<{ body: unknown }>(
      "select body from log where kind = 'connected' and user_id = $1 and subject_id = $2",
      [userId, id],
    )
    expect(logged?.body).toEqual({ provider })
  })

  it("keeps tokens sealed, bound to their row and column", async () => {
    await ada.connect("google", "ada@google.sandbox")
    const { vault } = await wiring()
    const { id, access_token, refresh_token } = await connectionOf("sandbox-ada")
    expect(access_token).toMatch(/^v1\.test\./)
    expect(vault.open(access_token, `${WS}|sandbox-ada|${id}|access`)).toMatch(/^ya29\./)
    expect(() => vault.open(refresh_token, `${WS}|sandbox-ada|${id}|access`)).toThrow()
    expect(JSON.stringify(await rows("select * from connections"))).not.toMatch(/ya29|1\/\//)
  })

  it("is the same connection when the account is connected again", async () => {
    await ada.connect("google", "ada@google.sandbox")
    const before = await connectionOf("sandbox-ada")
    await ada.connect("google", "ada@google.sandbox")
    expect(await connectionOf("sandbox-ada")).toMatchObject({
      id: before.id,
      token_version: before.token_version + 1,
      status: "live",
    })
  })

  it("comes back to the page it was started from, and to no other site", async () => {
    const back = async (wanted: string) =>
      ada.throughProvider(
        await ada.ask("GET", `/api/connections/google/start?return=${encodeURIComponent(wanted)}`),
        "ada@google.sandbox",
      )
    expect(await back("/connections")).toBe(`${ORIGIN}/connections`)
    for (const evil of ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"])
      expect(await back(evil)).toBe(`${ORIGIN}/`)
  })

  it("says so when the person refuses", async () => {
    const leaving = await ada.ask("GET", "/api/connections/google/start")
    const callback = await ada.atProvider(locationOf(leaving), "ada@google.sandbox", [], "cancel")
    expect(locationOf(await ada.ask("GET", callback.slice(ORIGIN.length)))).toBe(`${ORIGIN}/?connect=denied`)
    expect(await rows("select 1 from connections")).toEqual([])
  })

  it("keeps nothing of a consent that lacks a permission", async () => {
    expect(await ada.connect("google", "ada@google.sandbox", [GOOGLE_EVENTS])).toBe(`${ORIGIN}/?connect=incomplete`)
    expect(await rows("select 1 from connections")).toEqual([])
  })

  it("takes an answer only in the session, from the provider and with the state it was asked with, and once", async () => {
    const leaving = await ada.ask("GET", "/api/connections/google/start")
    const callback = (await ada.atProvider(locationOf(leaving), "ada@google.sandbox")).slice(ORIGIN.length)
    const pending = ada.cookies.get("ifmatch.connect") ?? ""
    const expired = `${ORIGIN}/?connect=expired`

    mia.cookies.set("ifmatch.connect", pending)
    expect(locationOf(await mia.ask("GET", callback))).toBe(expired)
    expect(locationOf(await ada.ask("GET", callback.replace("/google/", "/microsoft/")))).toBe(expired)
    ada.cookies.set("ifmatch.connect", pending)
    expect(locationOf(await ada.ask("GET", callback.replace(/state=[^&]+/, "state=forged")))).toBe(expired)
    ada.cookies.set("ifmatch.connect", pending)
    expect(await rows("select 1 from connections")).toEqual([])
    expect(locationOf(await ada.ask("GET", callback))).toBe(`${ORIGIN}/`)
    // the code is used up: a replay is refused by the provider
    ada.cookies.set("ifmatch.connect", pending)
    expect(locationOf(await ada.ask("GET", callback))).toBe(`${ORIGIN}/?connect=failed`)
  })

  it("asks with PKCE and for what it needs", async () => {
    const google = new URL(locationOf(await ada.ask("GET", "/api/connections/google/start"))).searchParams
    expect(Object.fromEntries(google)).toMatchObject({
      code_challenge_method: "S256",
      access_type: "offline",
      prompt: "consent",
    })
    const microsoft = new URL(locationOf(await ada.ask("GET", "/api/connections/microsoft/start"))).searchParams
    expect(microsoft.get("scope")).toBe("openid email offline_access User.Read Calendars.ReadWrite")
    expect((await ada.ask("GET", "/api/connections/caldav/start")).status).toBe(404)
  })
})

describe("access tokens", () => {
  it("are refreshed once for all who ask at the same moment, and a rotated refresh token is kept", async () => {
    await mia.connect("microsoft", "mia@outlook.sandbox")
    const mias = await ownerOf("sandbox-mia")
    const before = await connectionOf("sandbox-mia")
    await expireAccess("sandbox-mia")
    const wired = await wiring()
    let asked = 0
    const accessToken = accessTokens({
      ...needsOf(wired),
      oauthOf: (provider) =>
        withRefresh(wired, provider, (refresh, token) => {
          asked++
          return refresh(token)
        }),
    })
    const tokens = await Promise.all(Array.from({ length: 8 }, () => accessToken(mias)))
    expect([new Set(tokens).size, asked]).toEqual([1, 1])
    const after = await connectionOf("sandbox-mia")
    expect(after.token_version).toBe(before.token_version + 1)
    expect(after.refresh_token).not.toBe(before.refresh_token)
  })

  it("are asked for by one process at a time; the others use what that brought", async () => {
    await mia.connect("microsoft", "mia@outlook.sandbox")
    const mias = await ownerOf("sandbox-mia")
    const { token_version: before } = await connectionOf("sandbox-mia")
    await expireAccess("sandbox-mia")
    const wired = await wiring()
    const asked: string[] = []
    const processes = Array.from({ length: 4 }, () =>
      accessTokens({
        ...needsOf(wired),
        oauthOf: (provider) =>
          withRefresh(wired, provider, async (refresh, token) => {
            asked.push(token)
            return refresh(token)
          }),
      }),
    )
    const tokens = await atTheSameMoment(processes.map((accessToken) => () => accessToken(mias)))
    expect([new Set(tokens).size, asked.length]).toEqual([1, 1])
    expect((await connectionOf("sandbox-mia")).token_version).toBe(before + 1)
  })

  it("wait for a holder that died until its lease is over, and a late one stores nothing", async () => {
    await mia.connect("microsoft", "mia@outlook.sandbox")
    const mias = await ownerOf("sandbox-mia")
    const stale = await (await wiring()).connections.find(WS, "sandbox-mia", mias.id)
    await expireAccess("sandbox-mia")
    const wired = await wiring()
    const dead = await wired.claims.claim(WS, "tokens", mias.id, 400)
    if (dead.kind !== "claimed" || !stale) return expect.unreachable()
    const since = performance.now()
    const token = await accessTokens(wired)(mias)
    expect(performance.now() - since).toBeGreaterThan(300)
    const late = { accessToken: "late", refreshToken: "late", expiresInSeconds: 60 }
    expect(await wired.connections.storeTokens(stale, late)).toBe(false)
    expect(await wired.claims.release(WS, "tokens", mias.id, dead.claimId)).toBe(false)
    expect(await accessTokens(wired)(mias)).toBe(token)
  })

  it("of a revoked grant ask for a new connection, and connecting again mends it", async () => {
    await ada.connect("google", "ada@google.sandbox")
    const adas = await ownerOf("sandbox-ada")
    const wired = await wiring()
    const account = await wired.calendars.open(WS, "sandbox-ada", adas.id)
    const accessToken = accessTokens(wired)
    await fetch(`${sandbox.url}/google/revoke`, {
      method: "POST",
      body: new URLSearchParams({ token: await accessToken(adas) }),
    })
    // the first request is refused by the provider, the second try finds the grant dead
    expect(await account?.calendars()).toMatchObject({ kind: "reconnect" })
    expect((await connectionOf("sandbox-ada")).status).toBe("paused")
    await expect(accessToken(adas)).rejects.toThrow(ReconnectNeeded)
    const logged = await rows<{ body: unknown }>("select body from log where kind = 'paused' and subject_id = $1", [
      adas.id,
    ])
    expect(logged).toEqual([{ body: { provider: "google", why: "grant-ended" } }])

    await ada.connect("google", "ada@google.sandbox")
    expect((await connectionOf("sandbox-ada")).status).toBe("live")
    expect(await account?.calendars()).toMatchObject({ kind: "calendars" })
  })

  it("that cannot be opened any more ask for a new connection", async () => {
    await ada.connect("google", "ada@google.sandbox")
    const adas = await ownerOf("sandbox-ada")
    await owner.query("update connections set access_token = refresh_token where user_id = 'sandbox-ada'")
    await expect(accessTokens(await wiring())(adas)).rejects.toThrow(ReconnectNeeded)
    expect((await connectionOf("sandbox-ada")).status).toBe("paused")
  })

  it("are only unavailable while the provider is", async () => {
    await ada.connect("google", "ada@google.sandbox")
    const adas = await ownerOf("sandbox-ada")
    await expireAccess("sandbox-ada")
    const wired = await wiring()
    const away = accessTokens({
      ...needsOf(wired),
      oauthOf: (provider) => withRefresh(wired, provider, async () => ({ kind: "unavailable" })),
    })
    await expect(away(adas)).rejects.toThrow(TokenUnavailable)
    expect((await connectionOf("sandbox-ada")).status).toBe("live")
    expect(await accessTokens(wired)(adas)).toMatch(/^ya29\./)
  })
})

describe("disconnecting", () => {
  it("ends the grant at the provider, forgets the tokens, and is logged", async () => {
    await ada.connect("google", "ada@google.sandbox")
    const adas = await ownerOf("sandbox-ada")
    const token = await accessTokens(await wiring())(adas)
    const list = () =>
      fetch(`${sandbox.url}/calendar/v3/users/me/calendarList`, { headers: { authorization: `Bearer ${token}` } })
    expect((await list()).status).toBe(200)
    const answer = await ada.ask("POST", `/api/connections/${adas.id}/disconnect`)
    expect(await answer.json()).toEqual({ revoked: true })
    expect((await list()).status).toBe(401)
    expect(await rows("select 1 from connections")).toEqual([])
    const [logged] = await rows<{ body: unknown }>(
      "select body from log where kind = 'disconnected' and subject_id = $1 order by id desc",
      [adas.id],
    )
    expect(logged?.body).toEqual({ provider: "google", revoked: true })
    expect((await ada.ask("POST", `/api/connections/${adas.id}/disconnect`)).status).toBe(404)
  })

  /** A line of chat makes this process remember her calendar. */
  async function recalling() {
    await ada.connect("google", "ada@google.sandbox")
    const adas = await ownerOf("sandbox-ada")
    await ada.ask("POST", "/api/assistant", { body: { words: "am I free tomorrow?" } })
    const { recalled, connections } = await wiring()
    expect(recalled.accounts()).toEqual([adas])
    await forgetGone({ recalled, connections })
    expect(recalled.accounts()).toEqual([adas])
    return { adas, recalled, connections }
  }

  it("takes what this process remembers of its calendars at once", async () => {
    const { adas, recalled } = await recalling()
    await ada.ask("POST", `/api/connections/${adas.id}/disconnect`)
    expect(recalled.accounts()).toEqual([])
  })

  it("and of one that another process has disconnected soon after", async () => {
    const { adas, recalled } = await recalling()
    startBackground(await wiring())
    try {
      await owner.query("delete from connections where id = $1", [adas.id])
      await vi.waitFor(() => expect(recalled.accounts()).toEqual([]), { timeout: 5_000 })
    } finally {
      closeAll()
    }
  })

  it.each([
    ["that is paused", "update connections set status = 'paused' where id = $1"],
    ["that is another person's by now", "update connections set user_id = 'nobody' where id = $1"],
  ])("what is remembered of an account %s goes", async (_, sql) => {
    const { adas, recalled, connections } = await recalling()
    await owner.query(sql, [adas.id])
    await forgetGone({ recalled, connections })
    expect(recalled.accounts()).toEqual([])
  })

  it("and of one whose person is no member any more", async () => {
    const { recalled, connections } = await recalling()
    const [member] = await rows("delete from members where user_id = 'sandbox-ada' returning *")
    await forgetGone({ recalled, connections })
    await owner.query("insert into members select * from jsonb_populate_record(null::members, $1)", [member])
    expect(recalled.accounts()).toEqual([])
  })

  it("is not for somebody else's account", async () => {
    await ada.connect("google", "ada@google.sandbox")
    const adas = await ownerOf("sandbox-ada")
    expect((await mia.ask("POST", `/api/connections/${adas.id}/disconnect`)).status).toBe(404)
    expect((await connectionOf("sandbox-ada")).status).toBe("live")
    expect(await (await wiring()).calendars.open(WS, "sandbox-mia", adas.id)).toBeNull()
  })
})
