import { randomUUID } from "node:crypto"
import pg from "pg"
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest"
import { BOOKING_DEFAULTS, BUCKET_MS, type Slot } from "../../domain/booking"
import type { AuditLog } from "../../ports/audit-log"
import type { BookingStore, CommitRequest } from "../../ports/booking-store"
import { type Desk, openDesk } from "../../testing/booking/desk"
import { unsealedLog } from "../../testing/booking/twin"
import { testDatabase } from "../../testing/pg"
import { askingTogether } from "./booking-ask"
import { postgresBookingSetup } from "./booking-setup"
import { postgresBookingStore } from "./booking-store"
import { postgresClient } from "./client"

/* Requests in groups: each is answered as it would be alone, and a group is one transaction. */

const CALENDARS = 12

let database: Awaited<ReturnType<typeof testDatabase>>
let clients: readonly ReturnType<typeof postgresClient>[]
let owner: pg.Client
let desk: Desk

beforeAll(async () => {
  database = await testDatabase()
  clients = [postgresClient(database.appUrl, 8), postgresClient(database.appUrl, 8)]
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  const [db] = clients
  if (!db) throw new Error("no client")
  const setup = postgresBookingSetup(db, unsealedLog as AuditLog)
  desk = await openDesk(setup, "groups", { calendars: CALENDARS, agents: 3, times: () => BOOKING_DEFAULTS })
})
afterAll(async () => {
  for (const db of clients) await db.$disconnect()
  await owner.end()
  await database.drop()
})
beforeEach(() => owner.query("truncate log_unsealed, bookings, taken_slots, idempotency_keys"))

const stores = (): readonly BookingStore[] => clients.map((db) => postgresBookingStore(db, askingTogether(db)))
const FIRST_MS = Math.ceil(Date.now() / 86_400_000 + 2) * 86_400_000
const slotAt = (n: number): Slot => {
  const start = FIRST_MS + n * 6 * BUCKET_MS
  return { start: new Date(start).toISOString(), end: new Date(start + 6 * BUCKET_MS).toISOString() }
}
const request = (calendar: number, n: number, more: Partial<CommitRequest> = {}): CommitRequest => ({
  workspaceId: desk.workspaceId,
  ownerId: desk.ownerId,
  calendarId: desk.calendarIds[calendar] ?? "",
  agentId: desk.agentIds[1] ?? "",
  idempotency: { key: randomUUID(), digest: "d".repeat(64) },
  id: randomUUID(),
  from: { slot: slotAt(n) },
  title: "Planning",
  ...more,
})
const one = async (sql: string) => (await owner.query(`select (${sql}) as r`)).rows[0].r
const WAITING = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
const transactions = () => one("select count(distinct xmin::text)::int from log_unsealed")

describe("D5 groups of requests", () => {
  test("a crowd on one slot is one transaction, and who came first has it", async () => {
    const [store] = stores()
    const answers = await Promise.all(Array.from({ length: 16 }, () => store?.commit(request(0, 1))))
    const kinds = answers.map((each) => (each?.kind === "answered" ? each.answer.kind : each?.kind))
    expect(kinds).toEqual(["committed", ...Array.from({ length: 15 }, () => "outranked")])
    expect(await one("select count(*)::int from bookings")).toBe(1)
    expect(await one("select count(*)::int from log_unsealed")).toBe(16)
    expect(await transactions()).toBe(1)
  })

  test("each of a crowd on many calendars has its own answer", async () => {
    const [store] = stores()
    const requests = Array.from({ length: 3 * CALENDARS }, (_, n) => request(n % CALENDARS, n))
    const answers = await Promise.all(requests.map((each) => store?.commit(each)))
    for (const [n, answer] of answers.entries())
      expect(answer).toMatchObject({
        answer: {
          kind: "committed",
          booking: { id: requests[n]?.id, calendarId: requests[n]?.calendarId, slot: slotAt(n) },
        },
      })
    expect(await transactions()).toBeLessThan(requests.length / 2)
  })

  test("a fault is its own request's: all others are decided, once", async () => {
    const [store] = stores()
    const requests = Array.from({ length: 8 }, (_, n) => request(0, n, n === 5 ? { id: "no uuid" } : {}))
    const answers = await Promise.allSettled(requests.map((each) => store?.commit(each)))
    expect(answers.map(({ status }, n) => [n, status]).filter(([, status]) => status === "rejected")).toEqual([
      [5, "rejected"],
    ])
    expect(await one("select count(*)::int from bookings")).toBe(7)
    expect(await one("select count(*)::int from log_unsealed")).toBe(7)
  })

  test("D20 one key twice in a group is one booking, answered twice", async () => {
    const [store] = stores()
    const first = request(0, 1)
    const answers = await Promise.all([request(0, 0), first, first, first].map((each) => store?.commit(each)))
    expect(answers.map((each) => each?.kind === "answered" && each.replayed)).toEqual([false, false, true, true])
    expect(await one("select count(*)::int from bookings")).toBe(2)
  })

  test("calendars are locked in one order, whatever the requests came in: groups never wait in a ring", async () => {
    const [store] = stores()
    for (const calendar of [0, 5]) await store?.commit(request(calendar, 0))
    const head = (calendar: number) => [desk.workspaceId, `${desk.ownerId}/${desk.calendarIds[calendar]}`]
    const lock = "select from heads where workspace_id = $1 and kind = 'slots' and id = $2 for update nowait"
    const other = new pg.Client({ connectionString: database.ownerUrl })
    await other.connect()
    onTestFinished(() => other.end())
    await other.query("begin")
    await other.query(lock, head(0))
    const asked = [5, 0].map((calendar) => {
      const { workspaceId: _, agentId, from, idempotency: __, ...rest } = request(calendar, 1)
      return { op: "commit", by: { kind: "agent", id: agentId }, ...rest, ...("slot" in from && from.slot) }
    })
    const [watching, asking] = clients
    const group = asking?.$queryRawUnsafe<{ r: readonly { answer: { kind: string } }[] }[]>(
      "select booking_ask_all($1, $2::jsonb) as r",
      desk.workspaceId,
      JSON.stringify(asked),
    )
    group?.then(() => {}) // a query of this client begins when somebody waits for it
    await expect.poll(() => watching?.$queryRawUnsafe(WAITING)).toHaveLength(1)
    // what it waits for comes first, so it has nothing that anybody else could wait for
    await other.query(lock, head(5))
    await other.query("commit")
    expect((await group)?.[0]?.r).toMatchObject([
      { answer: { kind: "committed", booking: { calendarId: "calendar-5" } } },
      { answer: { kind: "committed", booking: { calendarId: "calendar-0" } } },
    ])
  })

  test("two processes over the same calendars book nothing twice", async () => {
    const round = (store: BookingStore | undefined, turn: number) =>
      Array.from({ length: 2 * CALENDARS }, (_, n) =>
        store?.commit(request(n % CALENDARS, 100 + turn * 2 + Math.floor(n / CALENDARS))),
      )
    for (let turn = 0; turn < 10; turn++)
      await Promise.all(stores().flatMap((store, process) => round(store, turn + process)))
    const double =
      "select count(*)::int from bookings a join bookings b on a.calendar_id = b.calendar_id and a.id < b.id and a.state = 'live' and b.state = 'live'"
    expect(await one("select count(*)::int from bookings where state = 'live'")).toBeGreaterThan(CALENDARS * 10)
    expect(await one(`${double} and a.starts_at < b.ends_at and b.starts_at < a.ends_at`)).toBe(0)
  })
})
