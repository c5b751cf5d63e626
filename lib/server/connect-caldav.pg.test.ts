import { type ChildProcess, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { seed } from "../../prisma/seed"
import { caldavDiscovery } from "../adapters/caldav/discover"
import { vault as makeVault } from "../adapters/vault/vault"
import type { ConnectionId } from "../domain/event"
import { installApp } from "../testing/app"
import { testDatabase } from "../testing/pg"
import { openSandbox, type Sandbox } from "../testing/sandbox"
import { Visitor } from "../testing/visitor"
import { rotateKeys } from "./rotate-keys"

const RADICALE = "/usr/bin/radicale"
const [WS, ADA] = ["sandbox", "sandbox-ada"]

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
let owner: pg.Client
let ada: Visitor
let server: ChildProcess
let folder: string
let url: string

const setPassword = (password: string) => writeFileSync(path.join(folder, "users"), `ada:${password}\n`)
const wiring = async () => (await import("./wiring")).wired
const connect = (body: Record<string, string>) => ada.ask("POST", "/api/connections/caldav", { body })
const login = (password: string) => ({ server: url, username: "ada", password })
const rows = async (sql: string) => (await owner.query(sql)).rows as Record<string, unknown>[]
const dav = (method: string, where: string, body: string | null = null) =>
  fetch(url + where, { method, body, headers: { authorization: `Basic ${btoa("ada:pw")}` } })
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

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

if (!existsSync(RADICALE))
  it("connecting a CalDAV account", ({ skip }) =>
    skip("CALDAV ACCOUNTS NOT TESTED WITHOUT RADICALE: npm run test:caldav"))
else describe("connecting a CalDAV account", accounts)

function accounts(): void {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "ifmatch-radicale-"))
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    setPassword("pw")
    const config = [
      `[server]\nhosts = 127.0.0.1:${port}`,
      `[auth]\ntype = htpasswd\nhtpasswd_filename = ${folder}/users\nhtpasswd_encryption = plain\ndelay = 0`,
      `[storage]\nfilesystem_folder = ${folder}/data`,
    ]
    writeFileSync(path.join(folder, "config"), config.join("\n"))
    server = spawn(RADICALE, ["--config", `${folder}/config`], { stdio: "ignore" })
    await vi.waitFor(() => fetch(url), { timeout: 15_000 })
    expect((await dav("MKCALENDAR", "/ada/work/")).status).toBe(201)
    expect((await dav("PUT", "/ada/work/e1.ics", eventText("Dentist"))).status).toBe(201)

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
    server.kill()
    const { closeWiring } = await import("./wiring")
    await closeWiring()
    await owner.end()
    await sandbox.close()
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  })

  it("says why not, and keeps nothing", async () => {
    const code = async (body: Record<string, string>) => ((await (await connect(body)).json()) as { code: string }).code
    expect(await code(login("wrong"))).toBe("caldav-password")
    expect(await code({ ...login("pw"), server: sandbox.url })).toBe("caldav-none")
    expect(await code({ ...login("pw"), server: "http://127.0.0.1:9" })).toBe("caldav-unreachable")
    const strict = caldavDiscovery({ allowPrivateHosts: false, now: Date.now })
    for (const host of [url, "https://127.0.0.1", "https://localhost", "https://10.0.0.1:8443"])
      expect(await strict({ ...login("pw"), server: host })).toEqual({ kind: "refused-host" })
    expect(await rows("select 1 from connections where provider = 'caldav'")).toEqual([])
  })

  it("connects, reads, syncs, survives a new key, pauses on a refused password, is mended and forgotten", async () => {
    const wired = await wiring()
    const answer = await connect(login("pw"))
    expect(answer.status).toBe(200)
    const { id } = (await answer.json()) as { id: ConnectionId }
    const [row] = await rows("select * from connections where provider = 'caldav'")
    expect(row).toMatchObject({ id, scopes: `${url}/ada/`, refresh_token: null, status: "live" })
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
    await dav("PUT", "/ada/work/e1.ics", eventText("Doctor"))
    expect((await changes(first.cursor)).titles).toEqual(["Doctor"])

    const key = (name: string) => process.env[name] ?? ""
    const old = { [key("IFMATCH_KEK_ID")]: key("IFMATCH_KEK") }
    const next = makeVault({ current: { id: "next", key: randomBytes(32).toString("base64") }, retired: old })
    expect(await rotateKeys({ vault: next, sealedTexts: wired.sealedTexts })).toMatchObject({ lost: [] })
    const sealed = String(
      (await rows("select access_token from connections where provider = 'caldav'"))[0]?.access_token,
    )
    expect(next.open(sealed, `${WS}|${ADA}|${id}|access`)).toBe('{"username":"ada","password":"pw"}')
    const back = makeVault({ current: { id: key("IFMATCH_KEK_ID"), key: key("IFMATCH_KEK") }, retired: {} })
    await owner.query("update connections set access_token = $1 where provider = 'caldav'", [
      back.seal('{"username":"ada","password":"pw"}', `${WS}|${ADA}|${id}|access`),
    ])

    setPassword("changed")
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
      login: { server: `${url}/ada/`, username: "ada" },
    })

    const gone = await ada.ask("POST", `/api/connections/${id}/disconnect`, { body: {} })
    expect(await gone.json()).toEqual({ revoked: false })
    expect(await rows("select 1 from connections where provider = 'caldav'")).toEqual([])
  })
}
