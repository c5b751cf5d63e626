import { randomUUID } from "node:crypto"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { BOOKING_DEFAULTS, BUCKET_MS, type Slot } from "../../domain/booking"
import type { AuditLog } from "../../ports/audit-log"
import type { BookingStore } from "../../ports/booking-store"
import { type Desk, logBy, openDesk } from "../../testing/booking/desk"
import { rankRaces } from "../../testing/booking/rank-races"
import { unsealedLog } from "../../testing/booking/twin"
import { testDatabase } from "../../testing/pg"
import { postgresBookingSetup } from "./booking-setup"
import { postgresBookingStore } from "./booking-store"
import { postgresClient } from "./client"

let database: Awaited<ReturnType<typeof testDatabase>>
let db: ReturnType<typeof postgresClient>
let owner: pg.Client
let store: BookingStore
let setup: ReturnType<typeof postgresBookingSetup>
let desk: Desk

beforeAll(async () => {
  database = await testDatabase()
  db = postgresClient(database.appUrl, 20)
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  store = postgresBookingStore(db)
  setup = postgresBookingSetup(db, unsealedLog as AuditLog)
  desk = await openDesk(setup, "tests", { calendars: 2, agents: 3, times: () => BOOKING_DEFAULTS })
})
afterAll(async () => {
  await db.$disconnect()
  await owner.end()
  await database.drop()
})

let hours = 24
/** An hour that nobody else in this file uses. */
function freshSlot(buckets = 6): Slot {
  const start = Math.floor(Date.now() / 3_600_000 + ++hours) * 3_600_000
  return { start: new Date(start).toISOString(), end: new Date(start + buckets * BUCKET_MS).toISOString() }
}
const at = (agent: number, calendar = 0) => ({
  workspaceId: desk.workspaceId,
  ownerId: desk.ownerId,
  calendarId: desk.calendarIds[calendar] ?? "",
  agentId: desk.agentIds[agent - 1] ?? "",
  idempotency: null,
})
async function commit(agent: number, slot: Slot, more: Partial<Parameters<BookingStore["commit"]>[0]> = {}) {
  const answered = await store.commit({ ...at(agent), id: randomUUID(), from: { slot }, title: "Planning", ...more })
  if (answered.kind !== "answered") throw new Error(answered.kind)
  return answered.answer
}
async function hold(agent: number, slot: Slot, more: Partial<Parameters<BookingStore["hold"]>[0]> = {}) {
  const answered = await store.hold({ ...at(agent), id: randomUUID(), slot, ...more })
  if (answered.kind !== "answered") throw new Error(answered.kind)
  return answered.answer
}
/** Until so many transactions of this database wait for a lock. */
async function lockWaiters(count: number): Promise<void> {
  await expect
    .poll(async () => {
      await owner.query("select pg_stat_clear_snapshot()") // else a transaction sees what it saw first
      const { rows } = await owner.query(
        "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
      return rows[0].n
    })
    .toBe(count)
}
const live = async (slot: Slot) => {
  const filter = { workspaceId: desk.workspaceId, live: true, during: slot }
  return (await store.listBookings(filter, { before: null, limit: 50 })).items
}
const counts = async () =>
  (
    await owner.query(
      "select (select count(*) from bookings) b, (select count(*) from holds) h, (select count(*) from taken_slots) t, (select count(*) from idempotency_keys) k",
    )
  ).rows[0]

describe("D1 the commit is the check", () => {
  test("D16 of sixteen at once on one slot one stands, whole, and every other is told who and where it is written", async () => {
    const slot = freshSlot()
    const answers = await Promise.all(Array.from({ length: 16 }, () => commit(2, slot)))
    const won = answers.filter(({ kind }) => kind === "committed")
    expect(won).toHaveLength(1)
    const [booking] = await live(slot)
    expect(await live(slot)).toHaveLength(1)
    expect(booking).toMatchObject({ slot, state: "live", title: "Planning" })
    for (const answer of answers) {
      if (answer.kind === "committed") continue
      if (answer.kind !== "outranked") return expect.unreachable(answer.kind)
      expect(answer.winner).toMatchObject({ kind: "booking", id: booking?.id, agentId: "agent-2", priority: 2 })
      const event = await store.findAuditEvent(desk.workspaceId, answer.auditEventId)
      expect(event).toMatchObject({ kind: "booking.outranked", outcome: "outranked", body: { winner: answer.winner } })
    }
  })

  test("D4 D7 what is refused writes nothing but its row; the highest of several is named", async () => {
    const slot = freshSlot(12)
    const half = { start: slot.start, end: new Date(Date.parse(slot.start) + 6 * BUCKET_MS).toISOString() }
    const rest = { start: half.end, end: slot.end }
    await commit(3, half)
    await commit(1, rest)
    const before = await counts()
    expect(await commit(2, slot)).toMatchObject({ kind: "outranked", winner: { agentId: "agent-1" }, yourPriority: 2 })
    expect(await counts()).toEqual(before)
  })

  test("D4 D12 an evicted booking goes whole; its row tells what it was", async () => {
    const slot = freshSlot(12)
    const loser = await commit(3, slot)
    if (loser.kind !== "committed") return expect.unreachable()
    const end = { start: new Date(Date.parse(slot.end) - BUCKET_MS).toISOString(), end: slot.end }
    expect(await commit(1, end)).toMatchObject({ kind: "committed", evicted: [loser.booking.id] })
    expect(await live(slot)).toMatchObject([{ agentId: "agent-1" }])
    expect(await store.findBooking(desk.workspaceId, loser.booking.id)).toMatchObject({
      state: "evicted",
      endedBy: { kind: "booking", agentId: "agent-1", priority: 1 },
    })
    const { items } = await store.audit(
      { workspaceId: desk.workspaceId, resourceId: loser.booking.id },
      { before: null, limit: 10 },
    )
    expect(items.map(({ kind }) => kind)).toEqual(["booking.evicted", "booking.committed"])
    expect(items[0]?.body).toMatchObject({ ...slot, agentId: "agent-3", priority: 3, by: { priority: 1 } })
    expect(await commit(3, { start: slot.start, end: end.start })).toMatchObject({ kind: "committed" })
  })

  test("D10 rank 1 wins, whoever comes first", async () => {
    const races = await rankRaces(store, setup, 40)
    expect(races).toMatchObject({ races: 40, won: 40 })
    expect(races.evictions).toBeGreaterThan(0)
  })
})

describe("D5 the rule lives in the storage layer", () => {
  test.each([
    "insert into bookings (workspace_id, id) values ('w', gen_random_uuid())",
    "update bookings set state = 'cancelled'",
    "delete from taken_slots",
    "update agent_ranks set rank = 1",
    "insert into idempotency_keys values ('w', 'a', 'k', 'd', '{}', now())",
    "select booking_take('w', '{}')",
    "select log_insert('w', 'agent', 'a', 'booking.committed', 'booking', 'x', null, null, null, null, '{}')",
    "select booking_log('w', null, 'agent', 'a', 'booking.committed', 'x', null, '{}')",
  ])("D21 the runtime role cannot: %s", async (statement) => {
    await expect(db.$executeRawUnsafe(statement)).rejects.toThrow(/permission denied/)
  })

  test("D16 D2 behind the functions the table itself keeps apart, and keeps the grid", async () => {
    const slot = freshSlot()
    await commit(1, slot)
    const shifted = (minutes: string, length: string) => `insert into taken_slots
      select workspace_id, calendar_no, starts_at + interval '${minutes}', starts_at + interval '${length}', kind, gen_random_uuid(), agent_id, priority, until from taken_slots where starts_at = '${slot.start}'`
    await expect(owner.query(shifted("5 minutes", "1 hour"))).rejects.toMatchObject({ code: "23P01" })
    await expect(owner.query(shifted("31 minutes", "1 hour"))).rejects.toMatchObject({ code: "23514" })
    await expect(owner.query(shifted("30 minutes", "25 hours"))).rejects.toMatchObject({ code: "23514" })
  })
})

describe("D20 one effect a key", () => {
  const key = () => ({ key: randomUUID(), digest: "a".repeat(64) })

  test("the same again is answered the same, and nothing is done; another body is refused", async () => {
    const slot = freshSlot()
    const idempotency = key()
    const request = { ...at(1), id: randomUUID(), from: { slot }, title: "Once", idempotency }
    const first = await store.commit(request)
    const before = await counts()
    expect(await store.commit({ ...request, id: randomUUID() })).toEqual({ ...first, replayed: true })
    expect(await store.commit({ ...request, idempotency: { ...idempotency, digest: "b" } })).toEqual({
      kind: "keyReused",
    })
    expect(await counts()).toEqual(before)
  })

  test("a key is its agent's own", async () => {
    const idempotency = key()
    expect(await commit(1, freshSlot(), { idempotency })).toMatchObject({ kind: "committed" })
    expect(await commit(2, freshSlot(), { idempotency })).toMatchObject({ kind: "committed" })
  })

  test("sent five times at once: one booking, one answer", async () => {
    const slot = freshSlot()
    const idempotency = key()
    const answers = await Promise.all(Array.from({ length: 5 }, () => commit(1, slot, { idempotency })))
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(await live(slot)).toHaveLength(1)
  })

  test("whose first request still runs after a second is told so", async () => {
    const idempotency = key()
    await owner.query("begin")
    await owner.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
      [desk.workspaceId, "agent/agent-1", idempotency.key].join("\n"),
    ])
    const asked = performance.now()
    expect(
      await store.commit({ ...at(1), id: randomUUID(), from: { slot: freshSlot() }, title: "", idempotency }),
    ).toEqual({
      kind: "stillRunning",
    })
    expect(performance.now() - asked).toBeGreaterThan(1_000)
    await owner.query("rollback")
  })

  test("a refusal is kept; what may be tried again is not", async () => {
    const slot = freshSlot()
    await commit(1, slot)
    const refused = key()
    const before = await commit(2, slot, { idempotency: refused })
    expect(await commit(2, slot, { idempotency: refused })).toEqual(before)
    const held = await hold(3, freshSlot())
    if (held.kind !== "held") return expect.unreachable()
    const limited = key()
    const again = await hold(3, held.hold.slot, { idempotency: limited })
    expect(again).toMatchObject({ kind: "limited", reason: "held-before" })
    const { rows } = await owner.query("select key from idempotency_keys where key = any ($1)", [
      [refused.key, limited.key],
    ])
    expect(rows).toEqual([{ key: refused.key }])
    await store.release({ ...at(3), holdId: held.hold.id })
  })

  test("after 24 hours a key is new, and is swept away", async () => {
    const idempotency = key()
    const slot = freshSlot()
    expect(await commit(1, slot, { idempotency })).toMatchObject({ kind: "committed" })
    await owner.query("update idempotency_keys set created_at = created_at - interval '24 hours' where key = $1", [
      idempotency.key,
    ])
    expect(await commit(1, freshSlot(), { idempotency })).toMatchObject({
      kind: "committed",
      booking: { state: "live" },
    })
    await owner.query("update idempotency_keys set created_at = created_at - interval '24 hours' where key = $1", [
      idempotency.key,
    ])
    expect(await store.forgetKeys(100)).toBe(1)
  })
})

describe("who may book where", () => {
  test("D13 an agent that is not on the list, is revoked, or comes from elsewhere finds no calendar", async () => {
    const { workspaceId, ownerId } = desk
    await setup.addAgent(workspaceId, { id: "unlisted", name: "Unlisted" }, logBy(ownerId, "agent-added"))
    expect(await commit(1, freshSlot(), { agentId: "unlisted" })).toEqual({ kind: "notFound", what: "calendar" })
    expect(await commit(1, freshSlot(), { workspaceId: "another" })).toEqual({ kind: "notFound", what: "calendar" })
    expect(await commit(1, freshSlot(), { calendarId: "another" })).toEqual({ kind: "notFound", what: "calendar" })
    await setup.rank(workspaceId, ownerId, [...desk.agentIds, "unlisted"], logBy(ownerId, "agents-ranked"))
    expect(await commit(1, freshSlot(), { agentId: "unlisted" })).toMatchObject({ kind: "committed" })
    await setup.revokeAgent(workspaceId, "unlisted", logBy(ownerId, "agent-revoked"))
    expect(await commit(1, freshSlot(), { agentId: "unlisted" })).toEqual({ kind: "notFound", what: "calendar" })
    expect((await setup.agents(workspaceId, ownerId)).map(({ agentId }) => agentId)).toEqual(desk.agentIds)
    expect(await setup.rank(workspaceId, ownerId, ["nobody"], logBy(ownerId, "agents-ranked"))).toBe("unknown")
  })

  test("a commit that waited while the calendar was closed finds none, and writes nothing", async () => {
    const place = { workspaceId: desk.workspaceId, ownerId: desk.ownerId, calendarId: "calendar-closing" }
    await setup.putCalendar(
      { ...place, name: "Closing", times: BOOKING_DEFAULTS },
      logBy(desk.ownerId, "calendar-opened"),
    )
    const [before, after] = [freshSlot(), freshSlot()]
    expect(await commit(1, before, place)).toMatchObject({ kind: "committed" })
    await owner.query("begin")
    await owner.query("select lock_head($1, 'slots', $2)", [place.workspaceId, `${place.ownerId}/${place.calendarId}`])
    const closing = setup.closeCalendar(place, logBy(desk.ownerId, "calendar-closed"))
    await lockWaiters(1)
    const waiting = [commit(1, after, place), hold(2, after, place)]
    await lockWaiters(3)
    await owner.query("commit")
    expect(await closing).toBe("closed")
    for (const answer of await Promise.all(waiting)) expect(answer).toEqual({ kind: "notFound", what: "calendar" })
    const { rows } = await owner.query("select starts_at from bookings where calendar_id = $1 and state = 'live'", [
      place.calendarId,
    ])
    expect(rows.map((row) => row.starts_at.toISOString())).toEqual([before.start])
  })

  test("another's hold and booking are not there", async () => {
    const slot = freshSlot()
    const held = await hold(2, slot)
    if (held.kind !== "held") return expect.unreachable()
    expect(await store.release({ ...at(1), holdId: held.hold.id })).toMatchObject({ answer: { kind: "notFound" } })
    expect(await commit(1, slot, { from: { holdId: held.hold.id } })).toEqual({ kind: "notFound", what: "hold" })
    const made = await commit(2, slot, { from: { holdId: held.hold.id } })
    if (made.kind !== "committed") return expect.unreachable()
    const cancel = { ...at(2), bookingId: made.booking.id }
    expect(await store.cancel({ ...cancel, by: { kind: "agent", id: "agent-1" } })).toMatchObject({
      answer: { kind: "notFound" },
    })
    expect(await store.cancel({ ...cancel, by: { kind: "person", id: "another" } })).toMatchObject({
      answer: { kind: "notFound" },
    })
    expect(await store.cancel({ ...cancel, by: { kind: "person", id: desk.ownerId } })).toMatchObject({
      answer: { kind: "cancelled", booking: { state: "cancelled" } },
    })
    expect(await live(slot)).toEqual([])
  })

  test("what no slot can be read from never comes to the database", async () => {
    expect(await commit(1, { start: "tomorrow", end: "later" })).toEqual({ kind: "invalid", reason: "unreadable" })
    expect(await hold(1, { start: "", end: "" })).toEqual({ kind: "invalid", reason: "unreadable" })
  })
})

describe("D15 holds", () => {
  test("so many at once in the whole workspace, also when they are asked for at once on two calendars", async () => {
    const asked = await Promise.all(Array.from({ length: 12 }, (_, n) => hold(3, freshSlot(1), at(3, n % 2))))
    const held = asked.flatMap((each) => (each.kind === "held" ? [each.hold] : []))
    expect(held).toHaveLength(BOOKING_DEFAULTS.maxHolds)
    for (const { id, calendarId } of held) await store.release({ ...at(3), calendarId, holdId: id })
  })

  test("a hold on a calendar that nobody touches ends all the same, with its row", async () => {
    const held = await hold(1, freshSlot())
    if (held.kind !== "held") return expect.unreachable()
    const { id } = held.hold
    await owner.query("update taken_slots set until = until - interval '1 minute' where id = $1", [id])
    await owner.query(
      "update holds set created_at = created_at - interval '1 minute', expires_at = expires_at - interval '1 minute' where id = $1",
      [id],
    )
    expect(await store.expireHolds(100)).toBe(1)
    expect(await store.findHold(desk.workspaceId, id)).toMatchObject({ state: "expired" })
    const { items } = await store.audit({ workspaceId: desk.workspaceId, resourceId: id }, { before: null, limit: 5 })
    expect(items.map(({ kind }) => kind)).toEqual(["hold.expired", "hold.created"])
  })
})

describe("what is read", () => {
  test("lists come page by page, newest first, and nothing is left out or told twice", async () => {
    const own = await openDesk(setup, "pages", { calendars: 1, agents: 1, times: () => BOOKING_DEFAULTS })
    const made = []
    for (let n = 0; n < 7; n++) {
      const answered = await commit(1, freshSlot(), { workspaceId: own.workspaceId, ownerId: own.ownerId })
      if (answered.kind === "committed") made.push(answered.booking.id)
    }
    const { workspaceId } = own
    const bookings = await allOf((before) => store.listBookings({ workspaceId }, { before, limit: 3 }))
    expect(bookings.map(({ id }) => id)).toEqual(made.reverse())
    const events = await allOf((before) => store.audit({ workspaceId }, { before, limit: 2 }))
    expect(events.map(({ resource }) => resource.id)).toEqual(made)
    expect((await store.audit({ workspaceId, ownerIds: ["another"] }, { before: null, limit: 5 })).items).toEqual([])
  })

  test("D17 all that stands in a window, on all calendars of some people, and nothing of others", async () => {
    const own = await openDesk(setup, "stands", { calendars: 2, agents: 2, times: () => BOOKING_DEFAULTS })
    const { workspaceId, ownerId } = own
    const slot = freshSlot()
    const where = { workspaceId, ownerId }
    await commit(1, slot, where)
    await hold(2, slot, { ...where, calendarId: "calendar-1" })
    const block = { ...where, calendarId: "calendar-0", source: "google", id: "e" }
    const outside = { start: slot.start.replace(":00.000Z", ":30.000Z"), end: freshSlot().end }
    expect(await store.block({ ...block, slot: outside })).toMatchObject({
      kind: "blocked",
      evicted: [expect.any(String)],
    })
    const window = { start: slot.start, end: slot.end }
    expect(await store.standing(workspaceId, [ownerId], window)).toEqual([
      { ownerId, calendarId: "calendar-1", kind: "hold", agentId: "agent-2", slot },
      { ownerId, calendarId: "calendar-0", kind: "outside", agentId: null, slot: outside },
    ])
    expect(await store.standing(workspaceId, ["another"], window)).toEqual([])
    expect(await commit(1, slot, where)).toMatchObject({ kind: "busy", during: outside })
    await store.unblock(block)
    expect(await commit(1, slot, where)).toMatchObject({ kind: "committed" })
  })
})

async function allOf<T>(
  page: (before: string | null) => Promise<{ items: readonly T[]; cursor: string | null }>,
): Promise<T[]> {
  const all: T[] = []
  let before: string | null = null
  do {
    const { items, cursor } = await page(before)
    all.push(...items)
    before = cursor
  } while (before)
  return all
}
