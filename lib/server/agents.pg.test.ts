import pg from "pg"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { seed } from "../../prisma/seed"
import type { AgentsView } from "../http/schemas/agents"
import type { ConnectionsView } from "../http/schemas/connection"
import { atTheSameMoment, installApp } from "../testing/app"
import { testDatabase } from "../testing/pg"
import { openSandbox, type Sandbox } from "../testing/sandbox"
import { Visitor } from "../testing/visitor"

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
let owner: pg.Client
const [ada, mia, grace] = [new Visitor(), new Visitor(), new Visitor()]
const ADA = "ada@google.sandbox"
const TIMES = { holdMs: 30_000, bumpMs: 30_000, maxHolds: 5 }

beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await seed(database.ownerUrl)
  installApp({ databaseUrl: database.appUrl, sandboxUrl: sandbox.url })
  await ada.signIn("google", ADA)
  await mia.signIn("microsoft", "mia@outlook.sandbox")
  await grace.signIn("google", "grace@google.sandbox")
  await ada.connect("google", ADA)
})
beforeEach(() => owner.query("truncate agents, agent_ranks, bookable_calendars, holds, bookings, taken_slots"))
afterAll(async () => {
  const { closeWiring } = await import("./wiring")
  await closeWiring()
  await owner.end()
  await sandbox.close()
  await database.drop()
})

const seenBy = async (who: Visitor) => (await (await who.ask("GET", "/api/agents")).json()) as AgentsView
const listOf = async (who: Visitor) => (await seenBy(who)).agents.map(({ name }) => name)
const post = (who: Visitor, path: string, body: object = {}) => who.ask("POST", `/api/${path}`, { body })

async function add(who: Visitor, name: string): Promise<string> {
  const answer = await post(who, "agents", { name })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { id: string }).id
}

/** Rows of the log about agents, calendars, holds and bookings. */
const logged = async (): Promise<string[]> =>
  (
    await owner.query(
      "select kind from log where kind ~ '^(agent|calendar-(opened|closed)|hold|booking)' and at > (select max(at) from log where kind = 'signed-in') order by id",
    )
  ).rows.map(({ kind }) => kind)

async function newRows(act: () => Promise<unknown>): Promise<string[]> {
  const before = await logged()
  await act()
  return (await logged()).slice(before.length)
}

async function adasCalendars() {
  const { connections } = (await (await ada.ask("GET", "/api/connections")).json()) as ConnectionsView
  const [connection] = connections
  const primary = connection?.calendars?.find((calendar) => calendar.primary)
  const readOnly = connection?.calendars?.find((calendar) => !calendar.writable)
  if (!connection || !primary || !readOnly) throw new Error("Ada has no such calendars")
  return { connectionId: connection.id, primary, readOnly }
}

const open = (who: Visitor, connectionId: string, calendarId: string, times: object = TIMES) =>
  post(who, "agents/calendars", { connectionId, calendarId, times })

describe("D13 a person's own list", () => {
  it("has what was added in that order, and then in the order that was said", async () => {
    const [porter, quill] = [await add(ada, "Porter"), await add(ada, "Quill")]
    expect(await listOf(ada)).toEqual(["Porter", "Quill"])
    const rows = await newRows(() => post(ada, "agents/rank", { seen: [porter, quill], agentIds: [quill, porter] }))
    expect(rows).toEqual(["agents-ranked"])
    expect((await seenBy(ada)).agents).toMatchObject([
      { name: "Quill", priority: 1, revocable: true },
      { name: "Porter", priority: 2, revocable: true },
    ])
  })

  it("is nobody else's, but a colleague's agent may be put on it, and taken off", async () => {
    const porter = await add(ada, "Porter")
    expect(await seenBy(mia)).toMatchObject({ agents: [], others: [{ id: porter, name: "Porter" }] })
    await post(mia, "agents/rank", { seen: [], agentIds: [porter] })
    expect((await seenBy(mia)).agents).toMatchObject([{ name: "Porter", revocable: false }])
    expect((await seenBy(mia)).others).toEqual([])
    await post(mia, "agents/rank", { seen: [porter], agentIds: [] })
    expect(await listOf(mia)).toEqual([])
    expect(await listOf(ada)).toEqual(["Porter"])
  })

  it("that was changed elsewhere is not written over: the answer is 409, and nothing was written", async () => {
    const [porter, quill] = [await add(ada, "Porter"), await add(ada, "Quill")]
    const rows = await newRows(async () => {
      const answer = await post(ada, "agents/rank", { seen: [porter], agentIds: [porter] })
      expect([answer.status, await answer.json()]).toEqual([409, { kind: "stale" }])
    })
    expect(rows).toEqual([])
    expect(await listOf(ada)).toEqual(["Porter", "Quill"])
    expect((await seenBy(ada)).agents.map(({ id }) => id)).toEqual([porter, quill])
  })

  it("of two orders at once from one list, one counts", async () => {
    const ids = [await add(ada, "Porter"), await add(ada, "Quill"), await add(ada, "Rook")]
    const orders = [ids.toReversed(), [ids[1], ids[0], ids[2]]]
    const statuses = await atTheSameMoment(
      orders.map((agentIds) => async () => (await post(ada, "agents/rank", { seen: ids, agentIds })).status),
    )
    expect(statuses.toSorted()).toEqual([200, 409])
    const stands = (await seenBy(ada)).agents.map(({ id }) => id)
    expect(stands).toEqual(orders[statuses.indexOf(200)])
  })

  it("takes several at once, each in a place of its own", async () => {
    await atTheSameMoment(["A", "B", "C", "D", "E"].map((name) => () => add(ada, name)))
    expect((await seenBy(ada)).agents.map(({ priority }) => priority)).toEqual([1, 2, 3, 4, 5])
  })

  it("knows no agent that is not there, or twice", async () => {
    const porter = await add(ada, "Porter")
    for (const agentIds of [
      [porter, "nobody"],
      [porter, porter],
    ]) {
      const rows = await newRows(async () => {
        expect((await post(ada, "agents/rank", { seen: [porter], agentIds })).status).toBe(404)
      })
      expect(rows).toEqual([])
    }
    expect(await listOf(ada)).toEqual(["Porter"])
  })

  it("holds fifty at most", async () => {
    await owner.query(
      "insert into agents (workspace_id, id, name) select 'sandbox', 'x' || n, 'X' from generate_series(1, 50) n",
    )
    await owner.query(
      "insert into agent_ranks (workspace_id, owner_id, agent_id, rank) select 'sandbox', 'sandbox-ada', 'x' || n, n from generate_series(1, 50) n",
    )
    const rows = await newRows(async () => {
      expect((await post(ada, "agents", { name: "One more" })).status).toBe(400)
    })
    expect(rows).toEqual([])
    expect(await listOf(ada)).toHaveLength(50)
  })
})

describe("revoking an agent", () => {
  it("is for whoever added it and for admins: for others it is not there", async () => {
    const [porter, quill] = [await add(ada, "Porter"), await add(ada, "Quill")]
    const refused = await newRows(async () => {
      expect((await post(mia, `agents/${porter}/revoke`)).status).toBe(404)
    })
    expect([refused, await listOf(ada)]).toEqual([[], ["Porter", "Quill"]])
    expect(await newRows(() => post(ada, `agents/${porter}/revoke`))).toEqual(["agent-revoked"])
    expect(await newRows(() => post(grace, `agents/${quill}/revoke`))).toEqual(["agent-revoked"])
    expect(await listOf(ada)).toEqual([])
    expect((await post(ada, `agents/${porter}/revoke`)).status).toBe(404)
  })

  it("leaves no gap in anybody's list: the place that is shown is the one that counts", async () => {
    const [porter, quill, rook] = [await add(ada, "Porter"), await add(ada, "Quill"), await add(ada, "Rook")]
    await post(mia, "agents/rank", { seen: [], agentIds: [quill, porter, rook] })
    await post(ada, `agents/${porter}/revoke`)
    const places = async (who: Visitor) => (await seenBy(who)).agents.map(({ name, priority }) => [priority, name])
    expect(await places(ada)).toEqual([
      [1, "Quill"],
      [2, "Rook"],
    ])
    expect(await places(mia)).toEqual([
      [1, "Quill"],
      [2, "Rook"],
    ])
    await add(ada, "Sable")
    expect((await places(ada)).at(-1)).toEqual([3, "Sable"])
  })

  it("ends what it may do, not what it has booked", async () => {
    const { agentId, commit } = await bookable()
    await commit("2030-05-06T09:00:00.000Z")
    await post(ada, `agents/${agentId}/revoke`)
    expect((await seenBy(ada)).bookings).toMatchObject([{ agent: "Porter" }])
    expect(await commit("2030-05-07T09:00:00.000Z")).toEqual({ kind: "notFound", what: "calendar" })
  })
})

describe("D14 D15 a calendar that agents may book on", () => {
  it("is one of the person's own that can be written, with their times", async () => {
    const { connectionId, primary } = await adasCalendars()
    expect(await newRows(() => open(ada, connectionId, primary.id))).toEqual(["calendar-opened"])
    expect((await open(ada, connectionId, primary.id, { ...TIMES, bumpMs: 60_000 })).status).toBe(204)
    expect((await seenBy(ada)).calendars).toMatchObject([{ name: primary.name, times: { ...TIMES, bumpMs: 60_000 } }])
    expect((await seenBy(mia)).calendars).toEqual([])
  })

  it("is closed and opened again: nothing new is booked, what stands stands, and its name with it", async () => {
    const { connectionId, calendar, commit } = await bookable()
    await commit("2030-05-06T09:00:00.000Z")
    const close = () => post(ada, "agents/calendars/close", { connectionId, calendarId: calendar.id })
    expect(await newRows(close)).toEqual(["calendar-closed"])
    expect(await newRows(close), "closed already").toEqual([])
    expect(await commit("2030-05-07T09:00:00.000Z")).toEqual({ kind: "notFound", what: "calendar" })
    const seen = await seenBy(ada)
    expect(seen.calendars).toEqual([])
    expect(seen.bookings).toMatchObject([{ agent: "Porter", calendar: calendar.name }])
    await open(ada, connectionId, calendar.id)
    expect(await commit("2030-05-07T09:00:00.000Z")).toMatchObject({ kind: "committed" })
  })

  it("is not one that is only read, somebody else's, unknown, or with times out of bounds", async () => {
    const { connectionId, primary, readOnly } = await adasCalendars()
    const rows = await newRows(async () => {
      const answers = [
        await open(ada, connectionId, readOnly.id),
        await open(mia, connectionId, primary.id),
        await open(ada, connectionId, "nowhere"),
        await open(ada, connectionId, primary.id, { ...TIMES, holdMs: 1 }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([400, 404, 404, 400])
    })
    expect(rows).toEqual([])
    expect((await seenBy(ada)).calendars).toEqual([])
  })
})

/** Ada's calendar, an agent of hers, and what it can ask for. */
async function bookable(name = "Porter") {
  const { wired } = await import("./wiring")
  const { connectionId, primary } = await adasCalendars()
  await open(ada, connectionId, primary.id)
  const [calendar] = (await seenBy(ada)).calendars
  const agentId = await add(ada, name)
  const request = {
    workspaceId: "sandbox",
    ownerId: "sandbox-ada",
    calendarId: calendar?.id ?? "",
    agentId,
    idempotency: null,
  }
  const slotAt = (start: string) => ({ start, end: new Date(Date.parse(start) + 1_800_000).toISOString() })
  const answer = <A>(answered: { kind: string; answer?: A }): A => answered.answer as A
  return {
    agentId,
    connectionId,
    calendar: primary,
    commit: async (start: string, by = agentId) =>
      answer(
        await wired.bookings.commit({
          ...request,
          agentId: by,
          id: wired.ids.uuid(),
          from: { slot: slotAt(start) },
          title: "Call with <b>Zoe</b>",
        }),
      ),
    hold: async (start: string, by = agentId) =>
      answer(await wired.bookings.hold({ ...request, agentId: by, id: wired.ids.uuid(), slot: slotAt(start) })),
  }
}

describe("what stands", () => {
  it("D14 a booking is shown with the end of its bump window, and is cancelled by its calendar's owner alone, once", async () => {
    const { commit, hold } = await bookable()
    await commit("2030-05-06T09:00:00.000Z")
    await hold("2030-05-06T10:00:00.000Z")
    const view = await seenBy(ada)
    expect(view).toMatchObject({
      bookings: [{ agent: "Porter", priority: 1, title: "Call with <b>Zoe</b>", calendar: expect.any(String) }],
      holds: [{ agent: "Porter", slot: { start: "2030-05-06T10:00:00.000Z" } }],
      ended: [],
    })
    const [booking] = view.bookings
    if (!booking) throw new Error("no booking")
    const leftMs = Date.parse(booking.bumpUntil) - Date.parse(view.now)
    expect(leftMs).toBeGreaterThan(20_000)
    expect(leftMs).toBeLessThanOrEqual(30_000)
    expect(await seenBy(mia)).toMatchObject({ bookings: [], holds: [], ended: [] })

    for (const stranger of [mia, grace])
      expect(
        await newRows(async () => expect((await post(stranger, `bookings/${booking.id}/cancel`)).status).toBe(404)),
      ).toEqual([])
    expect((await seenBy(ada)).bookings).toHaveLength(1)

    const cancel = async () => (await post(ada, `bookings/${booking.id}/cancel`)).json()
    expect(await newRows(async () => expect(await cancel()).toEqual({ kind: "cancelled" }))).toEqual([
      "booking.cancelled",
    ])
    expect(await newRows(async () => expect(await cancel()).toEqual({ kind: "ended" }))).toEqual([])
    expect(await seenBy(ada)).toMatchObject({
      bookings: [],
      ended: [{ state: "cancelled", by: { kind: "person", name: null } }],
    })
    expect((await post(ada, "bookings/not-a-uuid/cancel")).status).toBe(404)
  })

  it("D11 collisions are counted by their pattern and day, and whoever took a booking is named", async () => {
    const { agentId: porter, commit, hold } = await bookable()
    const quill = await add(ada, "Quill")
    const at = "2030-05-06T09:00:00.000Z"
    await hold(at, quill)
    await hold(at, porter)
    await commit(at, quill)
    const other = "2030-05-07T09:00:00.000Z"
    await commit(other, quill)
    await commit(other, porter)
    await owner.query("update taken_slots set until = now() - interval '1 second' where kind = 'booking'")
    await commit(other, quill)
    const { collisions, ended } = await seenBy(ada)
    expect(collisions.days).toHaveLength(7)
    const today = collisions.counts.map(({ pattern, counts }) => [pattern, counts.at(-1)])
    expect(Object.fromEntries(today)).toEqual({
      "hold-vs-hold": 1,
      "hold-vs-commit-inside-bump": 2,
      "commit-vs-frozen": 1,
      "external-event-overlap": 0,
    })
    expect(collisions.counts.every(({ counts }) => counts.slice(0, -1).every((count) => count === 0))).toBe(true)
    expect(ended).toMatchObject([{ agent: "Quill", state: "evicted", by: { kind: "agent", name: "Porter" } }])
    expect((await seenBy(mia)).collisions.counts.every(({ counts }) => counts.at(-1) === 0)).toBe(true)
  })
})
