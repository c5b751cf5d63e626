import { randomBytes } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { caldavDiscovery } from "../adapters/caldav/discover"
import { vault as makeVault } from "../adapters/vault/vault"
import type { ConnectionId } from "../domain/event"
import { isInstalled } from "../launch/tests/caldav.mjs"
import { type CaldavApp, openCaldavApp } from "../testing/caldav/caldav-app"
import { rotateKeys } from "./rotate-keys"

const [WS, ADA] = ["sandbox", "sandbox-ada"]

let app: CaldavApp
const wiring = async () => (await import("./wiring")).wired
const rows = async (sql: string) => (await app.owner.query(sql)).rows as Record<string, unknown>[]
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
    app = await openCaldavApp()
    await app.hand.write("e1.ics", eventText("Dentist"))
  })

  afterAll(() => app?.close())

  it("says why not, and keeps nothing", async () => {
    const code = async (body: Record<string, string>) =>
      ((await (await app.connect(body)).json()) as { code: string }).code
    expect(await code(app.login("wrong"))).toBe("caldav-password")
    expect(await code({ ...app.login("pw"), server: app.sandbox.url })).toBe("caldav-none")
    expect(await code({ ...app.login("pw"), server: "http://127.0.0.1:9" })).toBe("caldav-unreachable")
    const strict = caldavDiscovery({ allowPrivateHosts: false, now: Date.now })
    for (const host of [app.server.url, "https://127.0.0.1", "https://localhost", "https://10.0.0.1:8443"])
      expect(await strict({ ...app.login("pw"), server: host })).toEqual({ kind: "refused-host" })
    expect(await rows("select 1 from connections where provider = 'caldav'")).toEqual([])
  })

  it("connects, reads, syncs, survives a new key, pauses on a refused password, is mended and forgotten", async () => {
    const wired = await wiring()
    const answer = await app.connect(app.login("pw"))
    expect(answer.status).toBe(200)
    const { id } = (await answer.json()) as { id: ConnectionId }
    const [row] = await rows("select * from connections where provider = 'caldav'")
    expect(row).toMatchObject({ id, scopes: `${app.server.url}/alice/`, refresh_token: null, status: "live" })
    expect(JSON.stringify(row)).not.toContain('"pw"')

    const week = await (await app.ada.ask("GET", "/api/week?from=2026-11-23")).text()
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
    await app.hand.write("e1.ics", eventText("Doctor"))
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
    await app.owner.query("update connections set access_token = $1 where provider = 'caldav'", [
      back.seal('{"username":"alice","password":"pw"}', `${WS}|${ADA}|${id}|access`),
    ])

    app.server.setPassword("changed")
    const account = await wired.calendars.open(WS, ADA, id)
    expect((await account?.calendars())?.kind).toBe("reconnect")
    expect(await rows("select status from connections where provider = 'caldav'")).toEqual([{ status: "paused" }])
    const paused = await rows("select body from log where kind = 'paused'")
    expect(paused).toEqual([{ body: { provider: "caldav", why: "password-refused" } }])

    expect((await app.connect(app.login("changed"))).status).toBe(200)
    expect((await account?.calendars())?.kind).toBe("calendars")
    expect((await wired.calendars.connections(WS, ADA)).at(-1)).toMatchObject({
      id,
      status: "live",
      login: { server: `${app.server.url}/alice/`, username: "alice" },
    })

    const gone = await app.ada.ask("POST", `/api/connections/${id}/disconnect`, { body: {} })
    expect(await gone.json()).toEqual({ revoked: false })
    expect(await rows("select 1 from connections where provider = 'caldav'")).toEqual([])
  })
}
