import pg from "pg"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { AuditLog } from "../../ports/audit-log"
import { unsealedLog } from "../../testing/booking/twin"
import { testDatabase } from "../../testing/pg"
import { postgresAvailabilityStore } from "./availability-store"
import { postgresClient } from "./client"

let database: Awaited<ReturnType<typeof testDatabase>>
let owner: pg.Client
let db: ReturnType<typeof postgresClient>

beforeAll(async () => {
  database = await testDatabase()
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  db = postgresClient(database.appUrl)
  for (const who of ["ada", "bea"])
    await owner.query(
      `insert into synced_calendars (workspace_id, connection_id, calendar_id, user_id) values ('w', $1, 'main', $1), ('w', $1, 'side', $1), ('other', $1, 'main', $1)`,
      [who],
    )
})
afterAll(async () => {
  await db.$disconnect()
  await owner.end()
  await database.drop()
})

let events = 0
const at = (clock: string) => `2026-11-26T${clock}:00Z`
const seen = (who: string, calendar: string, start: string, end: string, event = {}, workspace = "w") =>
  owner.query(
    `insert into cached_events (workspace_id, connection_id, calendar_id, event_id, version, care_digest, starts_at, ends_at, event, seen_at)
      values ($1, $2, $3, $4, 'v', 'd', $5, $6, $7, now())`,
    [workspace, who, calendar, `e${events++}`, at(start), at(end), { busy: true, status: "confirmed", ...event }],
  )

test("D17 what is taken: busy events of all their calendars, merged, each person's own", async () => {
  await seen("ada", "main", "09:00", "10:00")
  await seen("ada", "side", "09:30", "10:30")
  await seen("ada", "side", "10:30", "11:00")
  await seen("ada", "main", "12:00", "12:30")
  await seen("ada", "main", "13:00", "14:00", { busy: false })
  await seen("ada", "main", "14:00", "15:00", { status: "cancelled" })
  await seen("ada", "main", "07:00", "08:00") // ends where the window begins
  await seen("ada", "main", "17:30", "17:00") // some calendars have such
  await seen("ada", "main", "15:00", "16:00", {}, "other")
  await seen("bea", "main", "11:00", "11:15")
  const store = postgresAvailabilityStore(db, unsealedLog as AuditLog)
  const taken = await store.taken("w", ["ada", "bea", "nobody"], { start: at("08:00"), end: at("18:00") })
  const shown = taken.map(({ userId, stretches }) => [
    userId,
    stretches.map(({ from, to }) => [from, to].map((ms) => new Date(ms).toISOString().slice(11, 16)).join("-")).join(),
  ])
  expect(Object.fromEntries(shown)).toEqual({ ada: "09:00-11:00,12:00-12:30", bea: "11:00-11:15" })
})
