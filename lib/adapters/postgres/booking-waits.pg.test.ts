import { randomUUID } from "node:crypto"
import pg from "pg"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { BOOKING_DEFAULTS, type Slot } from "../../domain/booking"
import type { AuditLog } from "../../ports/audit-log"
import { type Desk, openDesk } from "../../testing/booking/desk"
import { unsealedLog } from "../../testing/booking/twin"
import { testDatabase } from "../../testing/pg"
import { postgresBookingSetup } from "./booking-setup"
import { postgresClient } from "./client"

/* Who keeps whom waiting at one calendar: two transactions, of which the first has its answer and has not ended yet (migration `shorter_waits`). */

const WAIT_MS = 300
/** PostgreSQL's word for a lock that was not had in time. */
const KEPT_WAITING = "55P03"

let database: Awaited<ReturnType<typeof testDatabase>>
let db: ReturnType<typeof postgresClient>
let first: pg.Client
let second: pg.Client
let desk: Desk

beforeAll(async () => {
  database = await testDatabase()
  db = postgresClient(database.appUrl)
  ;[first, second] = [1, 2].map(() => new pg.Client({ connectionString: database.ownerUrl })) as [pg.Client, pg.Client]
  await Promise.all([first.connect(), second.connect()])
  await second.query(`set lock_timeout = ${WAIT_MS}`)
  const setup = postgresBookingSetup(db, unsealedLog as AuditLog)
  desk = await openDesk(setup, "waits", { calendars: 1, agents: 2, times: () => BOOKING_DEFAULTS })
  // what is asked for first makes its heads, and waits for nobody
  for (const agent of [1, 2]) await ask(second, "hold", agent, freshSlot())
})
afterEach(() => first.query("rollback"))
afterAll(async () => {
  await db.$disconnect()
  await Promise.all([first.end(), second.end()])
  await database.drop()
})

let hours = 24
const freshSlot = (): Slot => {
  const start = Math.floor(Date.now() / 3_600_000 + ++hours) * 3_600_000
  return { start: new Date(start).toISOString(), end: new Date(start + 1_800_000).toISOString() }
}

/** @returns what was answered; `waiting` where that was not to be had */
async function ask(client: pg.Client, op: "hold" | "commit", agent: number, slot: Slot): Promise<string> {
  const [ownerId, calendarId] = [desk.ownerId, desk.calendarIds[0]]
  const by = { kind: "agent", id: desk.agentIds[agent - 1] }
  const request = { op, id: randomUUID(), ownerId, calendarId, by, ...slot, title: "A title" }
  try {
    const { rows } = await client.query("select booking_ask($1, $2::jsonb) as r", [desk.workspaceId, request])
    return rows[0].r.answer.kind
  } catch (error) {
    if ((error as { code?: string }).code === KEPT_WAITING) return "waiting"
    throw error
  }
}

describe.each(["commit", "hold"] as const)("a %s", (op) => {
  test("D8 that was refused and has not ended keeps nobody waiting at its calendar, nor its own agent", async () => {
    const taken = freshSlot()
    expect(await ask(second, "commit", 1, taken)).toBe("committed")
    await first.query("begin")
    expect(await ask(first, op, 2, taken)).toBe("outranked")
    expect(await ask(second, "commit", 1, freshSlot())).toBe("committed")
    expect(await ask(second, "hold", 2, freshSlot())).toBe("held")
  })

  test("D3 that won and has not ended keeps the next one waiting, on another slot too, until it has", async () => {
    const [wanted, other] = [freshSlot(), freshSlot()]
    await first.query("begin")
    expect(await ask(first, op, 2, wanted)).toBe(op === "hold" ? "held" : "committed")
    expect(await ask(second, "commit", 1, other)).toBe("waiting")
    await first.query("commit")
    expect(await ask(second, "commit", 1, other)).toBe("committed")
  })
})
