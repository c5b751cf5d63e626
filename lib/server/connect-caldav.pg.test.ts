import { randomBytes } from "node:crypto"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { seed } from "../../prisma/seed"
import { caldavDiscovery } from "../adapters/caldav/discover"
import { vault as makeVault } from "../adapters/vault/vault"
import type { ConnectionId } from "../domain/event"
import { isInstalled } from "../launch/tests/caldav.mjs"
import { installApp } from "../testing/app"
import { type Hand, handOf } from "../testing/caldav/hand"
import { type Radicale, radicale } from "../testing/caldav/servers"
import { testDatabase } from "../testing/pg"
import { openSandbox, type Sandbox } from "../testing/sandbox"
import { Visitor } from "../testing/visitor"
import { rotateKeys } from "./rotate-keys"

const [WS, ADA] = ["sandbox", "sandbox-ada"]

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
let owner: pg.Client
let ada: Visitor
let server: Radicale
let hand: Hand

const wiring = async () => (await import("./wiring")).wired
const connect = (body: Record<string, string>) => ada.ask("POST", "/api/connections/caldav", { body })
const login = (password: string) => ({ server: server.url, username: "alice", password })
const rows = async (sql: string) => (await owner.query(sql)).rows as Record<string, unknown>[]
const eventText = (title: string) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", "BEGIN:VEVENT", "UID:e1", "DTSTAMP:20261101T000000Z"]
    .concat([
      "DTSTART:20261124T090000Z",
      "DTEND:20261124T093000Z",
      `SUMMARY:${title}`,
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ])
    .join("\r\n")

if (!isInstalled("radicale"))
  it("connecting a CalDAV account", ({ skip }) =>
    skip("CALDAV ACCOUNTS NOT TESTED WITHOUT RADICALE: npm run test:caldav"))
else describe("connecting a CalDAV account", accounts)

function accounts(): void {
  beforeAll(async () => {
    server = await radicale()
    hand = handOf(server, "alice")
    await hand.write("e1.ics", eventText("Dentist"))

    database = await testDatabase()
    sandbox = await openSandbox(database.sandboxUrl)
    owner = new pg.Client({ connectionString: database.ownerUrl })
    await owner.connect()
    await seed(database.ownerUrl)
    installApp({ databaseUrl: database.appUrl, sandboxUrl: sandbox.url })
    process.env.IFMATCH_CALDAV_PRIVATE_HOSTS = "1"
    ada = new Visitor()
    await ada.signIn("google", "ada@google.sandbox")
  })

  afterAll(async () => {
    const { closeWiring } = await import("./wiring")
    await closeWiring()
    await owner.end()
    await sandbox.close()
    await database.drop()
    await server.stop()
  })

  it("says why not, and keeps nothing", async () => {
    const code = async (body: Record<string, string>) => ((await (await connect(body)).json()) as { code: string }).code
    expect(await code(login("wrong"))).toBe("caldav-password")
    expect(await code({ ...login("pw"), server: sandbox.url })).toBe("caldav-none")
    expect(await code({ ...login("pw"), server: "http://127.0.0.1:9" })).toBe("caldav-unreachable")
    const strict = caldavDiscovery({ allowPrivateHosts: false, now: Date.now })
    for (const host of [server.url, "https://127.0.0.1", "https://localhost", "https://10.0.0.1:8443"])
      expect(await strict({ ...login("pw"), server: host })).toEqual({ kind: "refused-host" })
    expect(await rows("select 1 from connections where provider = 'caldav'")).toEqual([])
  })

  it("connects, reads, syncs, survives a new key, pauses on a refused password, is mended and forgotten", async () => {
    const wired = await wiring()
    const answer = await connect(login("pw"))
    expect(answer.status).toBe(200)
    const { id } = (await answer.json()) as { id: ConnectionId }
    const [row] = await rows("select * from connections where provider = 'caldav'")
    expect(row).toMatchObject({ id, scopes: `${server.url}/alice/`, refresh_token: null, status: "live" })
    expect(JSON.stringify(row)).not.toContain('"pw"')

    const week = await (await ada.ask("GET", "/api/week?from=2026-11-23")).text()
    expect(week).toContain("Dentist")

    const sync = await wired.syncs.open(WS, ADA, id)
    const window = { from: "2026-11-16T00:00:00Z", to: "2027-01-18T00:00:00Z" }
    const changes = async (cursor: string | null) => {
      const seen = await sync?.changes("work", cursor, window)
      if (seen?.kind !== "changes") throw new Error(JSON.stringify(seen))
      return { cursor: seen.cursor, full: seen.full, titles: seen.changed.map(({ value }) => value.summary) }
    }
    const first = await changes(null)
    expect(first).toMatchObject({ full: true, titles: ["Dentist"] })
    expect(await changes(first.cursor)).toEqual({ cursor: first.cursor, full: false, titles: [] })
    await hand.write("e1.ics", eventText("Doctor"))
    expect((await changes(first.cursor)).titles).toEqual(["Doctor"])

    const key = (name: string) => process.env[name] ?? ""
    const old = { [key("IFMATCH_KEK_ID")]: key("IFMATCH_KEK") }
    const next = makeVault({ current: { id: "next", key: randomBytes(32).toString("base64") }, retired: old })
    expect(await rotateKeys({ vault: next, sealedTexts: wired.sealedTexts })).toMatchObject({ lost: [] })
    const sealed = String(
      (await rows("select access_token from connections where provider = 'caldav'"))[0]?.access_token,
    )
    expect(next.open(sealed, `${WS}|${ADA}|${id}|access`)).toBe('{"username":"alice","password":"pw"}')
    const back = makeVault({ current: { id: key("IFMATCH_KEK_ID"), key: key("IFMATCH_KEK") }, retired: {} })
    await owner.query("update connections set access_token = $1 where provider = 'caldav'", [
      back.seal('{"username":"alice","password":"pw"}', `${WS}|${ADA}|${id}|access`),
    ])

    server.setPassword("changed")
    const account = await wired.calendars.open(WS, ADA, id)
    expect((await account?.calendars())?.kind).toBe("reconnect")
    expect(await rows("select status from connections where provider = 'caldav'")).toEqual([{ status: "paused" }])
    const paused = await rows("select body from log where kind = 'paused'")
    expect(paused).toEqual([{ body: { provider: "caldav", why: "password-refused" } }])

    expect((await connect(login("changed"))).status).toBe(200)
    expect((await account?.calendars())?.kind).toBe("calendars")
    expect((await wired.calendars.connections(WS, ADA)).at(-1)).toMatchObject({
      id,
      status: "live",
      login: { server: `${server.url}/alice/`, username: "ada" },
    })

    const gone = await ada.ask("POST", `/api/connections/${id}/disconnect`, { body: {} })
    expect(await gone.json()).toEqual({ revoked: false })
    expect(await rows("select 1 from connections where provider = 'caldav'")).toEqual([])
  })
}
