import pg from "pg"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { RecordKey } from "../../domain/record"
import { BY, made, recordStoreContract } from "../../testing/contracts/record-store"
import { testDatabase } from "../../testing/pg"
import { postgresClient } from "./client"
import { POSTGRES_RECORDS, postgresRecordStore } from "./record-store"

let database: Awaited<ReturnType<typeof testDatabase>>
let clients: ReturnType<typeof postgresClient>[]
let owner: pg.Client
const store = (n = 0) => postgresRecordStore(clients[n] as ReturnType<typeof postgresClient>)

beforeAll(async () => {
  database = await testDatabase()
  clients = [postgresClient(database.appUrl), postgresClient(database.appUrl)]
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.$disconnect()))
  await owner.end()
  await database.drop()
})

recordStoreContract(() => ({ store: store(0), another: store(1), can: POSTGRES_RECORDS }))

describe("PostgreSQL", () => {
  test("R8 each write's row of the log is its version, and a refusal has one too", async () => {
    const { key, version } = await made(store())
    await store().writeIfVersion({ ...BY, key, value: 1, expectedVersion: version })
    await store().writeIfVersion({ ...BY, key, value: 2, expectedVersion: version })
    const { rows } = await owner.query("select id::text, kind, outcome from log where subject_id = $1 order by id", [
      key,
    ])
    expect(rows.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ["record.created", "applied"],
      ["record.written", "applied"],
      ["record.refused", "conflict"],
    ])
    expect(rows[0].id).toBe(version)
    expect(rows[1].id).toBe((await store().readWithVersion({ workspaceId: "w", key })).version)
  })

  test("R10 what stands is what the log of versions says, for every record", async () => {
    const rebuilt = await owner.query(`
      select count(*)::int as n from (
        select distinct on (workspace_id, folded) workspace_id, folded, key, value, seq from record_versions order by workspace_id, folded, seq desc
      ) last full join (select r.*, h.version from records r join heads h on h.workspace_id = r.workspace_id and h.kind = 'record' and h.id = r.folded) r
        using (workspace_id, folded)
      where (last.value is null) <> (r.folded is null) or last.key <> r.key or last.value <> r.value or last.seq::text <> r.version`)
    expect(rebuilt.rows[0].n).toBe(0)
  })

  test("another workspace's records are not there", async () => {
    const { key, version } = await made(store())
    expect(await store().snapshot("v", [key])).toEqual(new Map())
    const theirs = { workspaceId: "v", actor: BY.actor }
    const change = { op: "write", key, value: 1, expectedVersion: version } as const
    expect(await store().publish({ ...theirs, changes: [change] })).toEqual({ kind: "gone", key })
    expect(await store().createIfAbsent({ ...theirs, key, value: 1 })).toBe(true)
    expect((await store().readWithVersion({ workspaceId: "w", key })).value).toEqual({ n: 0 })
  })

  test.each([
    "insert into records (workspace_id, folded, key, value, at) values ('w', 'x', 'x', '1', now())",
    "update records set value = '1'",
    "delete from records",
    "delete from record_versions",
    "update record_claims set ended_at = null",
    "update heads set version = 'x' where kind = 'record'",
  ])("the runtime role cannot go around the functions: %s", async (sql) => {
    await expect(clients[0]?.$executeRawUnsafe(sql)).rejects.toThrow(/permission denied/)
  })

  test("a key that the rules refuse is refused by the database as well", async () => {
    const key = "../etc" as RecordKey
    await expect(store().createIfAbsent({ ...BY, key, value: 1 })).rejects.toThrow(/records_key/)
  })
})
