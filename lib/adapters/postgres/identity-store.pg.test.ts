import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { IdentityStore } from "../../ports/identity-store"
import { testDatabase } from "../../testing/pg"
import { postgresClient } from "./client"
import { postgresIdentityStore } from "./identity-store"

let database: Awaited<ReturnType<typeof testDatabase>>
let db: ReturnType<typeof postgresClient>
let store: IdentityStore

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n))

beforeAll(async () => {
  database = await testDatabase()
  db = postgresClient(database.appUrl, 20)
  store = postgresIdentityStore(db)
})

afterAll(async () => {
  await db.$disconnect()
  await database.drop()
})

describe("identities under concurrency", () => {
  it("of many first sign-ins at once one founds the workspace", async () => {
    const users = await Promise.all(many(12, (n) => store.createUser({ name: `P${n}`, email: `p${n}@example.test` })))
    const founded = await Promise.all(
      users.map((user) => store.foundWorkspace({ id: randomUUID(), name: "W", timeZone: "UTC" }, user.id, [])),
    )
    expect(founded.filter(Boolean)).toHaveLength(1)
    expect([await db.workspace.count(), await db.member.count()]).toEqual([1, 1])
  })

  it("of many accounts with one address one takes over the user that was made for it", async () => {
    for (let round = 0; round < 10; round++) {
      const email = `seeded${round}@example.test`
      const { id } = await store.createUser({ name: "S", email })
      const adopted = await Promise.all(
        many(8, (n) => store.adopt(email, { provider: "google", providerAccountId: `${round}-${n}` })),
      )
      expect(adopted.filter(Boolean)).toHaveLength(1)
      expect(await db.account.count({ where: { userId: id } })).toBe(1)
    }
  })

  it("keeps running sessions when it removes those that are over", async () => {
    const { id } = await store.createUser({ name: "T", email: "t@example.test" })
    await store.openSession("running", id)
    await store.openSession("over", id)
    await db.session.update({ where: { tokenHash: "over" }, data: { expires: new Date(0) } })
    expect(await store.removeOverSessions()).toBe(1)
    expect(await store.findSession("over")).toBeNull()
    expect(await store.findSession("running")).toMatchObject({ userId: id, person: null, renewalDue: false })
  })
})
