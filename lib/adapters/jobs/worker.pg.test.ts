import pg from "pg"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import type { FollowedCalendar } from "../../ports/jobs"
import { testDatabase } from "../../testing/pg"
import { postgresClient } from "../postgres/client"
import { graphileJobs } from "./queue"
import { startWorker } from "./worker"

let database: Awaited<ReturnType<typeof testDatabase>>
let db: ReturnType<typeof postgresClient>
beforeAll(async () => {
  database = await testDatabase()
  db = postgresClient(database.appUrl)
})
afterAll(async () => {
  await db.$disconnect()
  await nobodyConnected(database.ownerUrl)
  await database.drop()
})

/** A runner that has stopped has not hung up everywhere yet, and a database that is dropped under it is a fault of nobody's. */
async function nobodyConnected(url: string): Promise<void> {
  const owner = new pg.Client({ connectionString: url })
  await owner.connect()
  await vi.waitFor(
    async () => {
      const { rows } = await owner.query(
        "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      )
      expect(rows).toEqual([])
    },
    { timeout: 5_000, interval: 20 },
  )
  await owner.end()
}

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const calendar = (n: number): FollowedCalendar =>
  ({ workspaceId: "w1", userId: "u1", connectionId: "c1", calendarId: `calendar ${n}` }) as FollowedCalendar

const ORDERS = 32

test("orders of one account are done one after the other, and none waits for the next poll", async () => {
  const jobs = graphileJobs((sql, ...values) => db.$executeRawUnsafe(sql, ...values))
  const done: string[] = []
  let atOnce = 0
  const most: number[] = []
  const stop = await startWorker(
    database.appUrl,
    {
      "sync-calendar": async ({ calendarId }) => {
        most.push(++atOnce)
        await new Promise((resolve) => setTimeout(resolve, 5))
        atOnce--
        done.push(calendarId)
      },
    },
    log,
  )
  try {
    const began = performance.now()
    for (let n = 0; n < ORDERS; n++) await jobs.enqueue("sync-calendar", calendar(n))
    await vi.waitFor(() => expect(done).toHaveLength(ORDERS), { timeout: 15_000, interval: 10 })
    // found only by the worker's poll of a second, as it was, they take seven seconds and more
    expect(performance.now() - began).toBeLessThan(4_000)
    expect(Math.max(...most)).toBe(1)
    expect(done).toEqual(Array.from({ length: ORDERS }, (_, n) => `calendar ${n}`))
  } finally {
    await stop()
  }
  expect([log.warn, log.error].flatMap(({ mock }) => mock.calls)).toEqual([])
})
