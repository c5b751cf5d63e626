import { afterAll, beforeAll, expect, test } from "vitest"
import { testDatabase } from "../../testing/pg"
import { postgresClaims } from "./claims"
import { postgresClient } from "./client"

let database: Awaited<ReturnType<typeof testDatabase>>
let db: ReturnType<typeof postgresClient>

beforeAll(async () => {
  database = await testDatabase()
  db = postgresClient(database.appUrl)
})
afterAll(async () => {
  await db.$disconnect()
  await database.drop()
})

const epochOf = async (id: string) => (await db.head.findFirstOrThrow({ where: { kind: "tokens", id } })).epoch

test("C3 of sixteen that claim at once one holds it, and every claim moves the epoch", async () => {
  const claims = postgresClaims(db)
  const asked = await Promise.all(Array.from({ length: 16 }, () => claims.claim("w", "tokens", "c1", 10_000)))
  const held = asked.filter((claim) => claim.kind === "claimed")
  expect(held).toHaveLength(1)
  expect(await epochOf("c1")).toBe(1n)
})

test("C3 a lease that is over is taken over; the one before it can give nothing back", async () => {
  const claims = postgresClaims(db)
  const first = await claims.claim("w", "tokens", "c2", 20)
  if (first.kind !== "claimed") return expect.unreachable()
  await new Promise((resolve) => setTimeout(resolve, 40))
  const second = await claims.claim("w", "tokens", "c2", 10_000)
  if (second.kind !== "claimed") return expect.unreachable()
  expect(second.claimId).not.toBe(first.claimId)
  expect(await claims.release("w", "tokens", "c2", first.claimId)).toBe(false)
  expect((await claims.claim("w", "tokens", "c2", 10_000)).kind).toBe("taken")
  expect(await claims.release("w", "tokens", "c2", second.claimId)).toBe(true)
  expect(await epochOf("c2")).toBe(3n)
  expect((await claims.claim("w", "tokens", "c2", 10_000)).kind).toBe("claimed")
})

test("a head that is nobody's to claim so is refused", async () => {
  await expect(db.$queryRaw`select head_claim('w', 'intent', 'x', 1000)`).rejects.toThrow(/not claimed/)
})
