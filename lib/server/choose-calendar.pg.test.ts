import pg from "pg"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { seed } from "../../prisma/seed"
import type { ConnectionsView } from "../http/schemas/connection"
import type { WeekView } from "../http/schemas/event"
import { installApp } from "../testing/app"
import { testDatabase } from "../testing/pg"
import { openSandbox, type Sandbox } from "../testing/sandbox"
import { Visitor } from "../testing/visitor"

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
let owner: pg.Client
const ada = new Visitor()
const mia = new Visitor()
const ADA = "ada@google.sandbox"

beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await seed(database.ownerUrl)
  installApp({ databaseUrl: database.appUrl, sandboxUrl: sandbox.url })
  await ada.signIn("google", ADA)
  await mia.signIn("microsoft", "mia@outlook.sandbox")
  await ada.connect("google", ADA)
})
beforeEach(() => owner.query("truncate calendar_choices"))
afterAll(async () => {
  const { closeWiring } = await import("./wiring")
  await closeWiring()
  await owner.end()
  await sandbox.close()
  await database.drop()
})

const connections = async (who: Visitor) =>
  ((await (await who.ask("GET", "/api/connections")).json()) as ConnectionsView).connections
async function adas() {
  const [connection] = await connections(ada)
  const [primary] = connection?.calendars?.filter((calendar) => calendar.primary) ?? []
  const other = connection?.calendars?.find((calendar) => calendar.writable && !calendar.primary)
  const readOnly = connection?.calendars?.find((calendar) => !calendar.writable)
  if (!connection || !primary || !other || !readOnly) throw new Error("Ada has no such calendars")
  return { id: connection.id, primary, other, readOnly }
}
const week = async () => (await (await ada.ask("GET", "/api/week")).json()) as WeekView
const choose = (who: Visitor, id: string, body: object) =>
  who.ask("PATCH", `/api/connections/${id}/calendars`, { body })

describe("choosing calendars", () => {
  it("nobody has said anything: all are looked at, none is the default, titles as the settings say", async () => {
    const { primary } = await adas()
    expect(primary).toMatchObject({ shown: true, hue: null, isDefault: false, shareTitles: null })
  })

  it("one that is put away is neither drawn nor read, and comes back", async () => {
    const { id, primary } = await adas()
    const before = await week()
    expect(before.events.some(({ event }) => event.ref.calendarId === primary.id)).toBe(true)
    expect((await choose(ada, id, { calendarId: primary.id, shown: false })).status).toBe(204)
    const since = await sandbox.lastExchange()
    const after = await week()
    expect(after.calendars.map((calendar) => calendar.id)).not.toContain(primary.id)
    expect(after.events.some(({ event }) => event.ref.calendarId === primary.id)).toBe(false)
    const asked = (await sandbox.journal(since)).map((exchange) => decodeURIComponent(exchange.path))
    expect(asked.filter((path) => path.includes(`/calendars/${primary.id}/events`))).toEqual([])
    await choose(ada, id, { calendarId: primary.id, shown: true })
    expect((await week()).events.length).toBe(before.events.length)
  })

  it("there is one default, also when two are chosen at once", async () => {
    const { id, primary, other } = await adas()
    await choose(ada, id, { calendarId: primary.id, isDefault: true })
    await Promise.all(
      [primary, other, primary, other].map(({ id: calendarId }) => choose(ada, id, { calendarId, isDefault: true })),
    )
    const [connection] = await connections(ada)
    expect(connection?.calendars?.filter((calendar) => calendar.isDefault)).toHaveLength(1)
  })

  it("a calendar that can only be read is no default, and one that is put away is none any more", async () => {
    const { id, other, readOnly } = await adas()
    expect((await choose(ada, id, { calendarId: readOnly.id, isDefault: true })).status).toBe(400)
    await choose(ada, id, { calendarId: other.id, isDefault: true })
    await choose(ada, id, { calendarId: other.id, shown: false })
    expect((await adas()).other).toMatchObject({ shown: false, isDefault: false })
    await choose(ada, id, { calendarId: other.id, isDefault: true })
    expect((await adas()).other).toMatchObject({ shown: true, isDefault: true })
  })

  it.each([
    ["a colour that there is not", { hue: 8 }],
    ["nothing", {}],
    ["a calendar that there is not", { calendarId: "none", shown: false }],
  ])("%s is refused, and nothing is kept", async (_, body) => {
    const { id, primary } = await adas()
    expect((await choose(ada, id, { calendarId: primary.id, ...body })).status).toBeGreaterThanOrEqual(400)
    expect((await owner.query("select 1 from calendar_choices")).rows).toEqual([])
  })

  it("somebody else's account is not there", async () => {
    const { id, primary } = await adas()
    expect((await choose(mia, id, { calendarId: primary.id, shown: false })).status).toBe(404)
    expect((await owner.query("select 1 from calendar_choices")).rows).toEqual([])
  })

  it("a choice is logged, and goes with its account", async () => {
    const { id, primary } = await adas()
    await choose(ada, id, { calendarId: primary.id, hue: 3 })
    const { rows } = await owner.query(
      "select body from log where kind = 'settings' and subject_id = $1 order by id desc limit 1",
      [id],
    )
    expect(rows).toEqual([{ body: { calendarId: primary.id, hue: 3 } }])
    expect((await week()).calendars.find((calendar) => calendar.id === primary.id)?.hue).toBe(3)
    await ada.ask("POST", `/api/connections/${id}/disconnect`)
    expect((await owner.query("select 1 from calendar_choices")).rows).toEqual([])
    await ada.connect("google", ADA)
  })
})
