import fc from "fast-check"
import pg from "pg"
import { afterAll, beforeAll, expect, test } from "vitest"
import { history } from "../../testing/booking/histories"
import { seizeClock, type Twin, twinOf } from "../../testing/booking/twin"
import { testDatabase } from "../../testing/pg"
import { postgresClient } from "./client"

let database: Awaited<ReturnType<typeof testDatabase>>
let db: ReturnType<typeof postgresClient>
let owner: pg.Client
let twin: Twin

beforeAll(async () => {
  database = await testDatabase()
  db = postgresClient(database.appUrl)
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  twin = twinOf(db, owner, await seizeClock(owner))
})
afterAll(async () => {
  await db.$disconnect()
  await owner.end()
  await database.drop()
})

/* The full form, 10,000 histories: npm run faults -- booking-rule */
test("D3 the rule in the database is the rule in the domain: every answer and every state, in random histories", async () => {
  await fc.assert(
    fc.asyncProperty(history(20), async (told) => {
      expect(await twin.tell(told)).toBeNull()
    }),
    { numRuns: 150 },
  )
}, 60_000)
