import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { inDatabase } from "../postgres/address.mjs"
import { connected } from "./connect.mjs"
import { migrate } from "./migrate.mjs"
import { ensureDatabase } from "./prepare.mjs"

const adminUrl = process.env.TEST_ADMIN_DATABASE_URL ?? ""
const database = `migrate_${process.pid}`
const url = inDatabase(adminUrl, database)
let folder = ""

const write = (/** @type {string} */ name, /** @type {string} */ sql) => {
  mkdirSync(path.join(folder, name), { recursive: true })
  writeFileSync(path.join(folder, name, "migration.sql"), sql)
}
const run = () => connected(url, (client) => migrate(client, folder))
const ask = (/** @type {string} */ sql) => connected(url, async (client) => (await client.query(sql)).rows)
const history = () =>
  ask("select migration_name, applied_steps_count, finished_at is not null as done from _prisma_migrations order by 1")

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "ifmatch-migrations-"))
  await ensureDatabase(adminUrl, database)
})
afterEach(() => connected(adminUrl, (client) => client.query(`drop database ${database} with (force)`)))

it("runs none, then one, then several, each once and in order", async () => {
  expect(await run()).toEqual([])
  write("20260101000000_a", "create table a (id int); insert into a values (1);")
  expect(await run()).toEqual(["20260101000000_a"])
  write("20260103000000_c", "insert into a select count(*) + 1 from a;")
  write("20260102000000_b", "insert into a values (10);")
  expect(await run()).toEqual(["20260102000000_b", "20260103000000_c"])
  expect(await run()).toEqual([])
  expect(await ask("select array_agg(id) from a")).toEqual([{ array_agg: [1, 10, 3] }])
  expect(await history()).toEqual([
    { migration_name: "20260101000000_a", applied_steps_count: 1, done: true },
    { migration_name: "20260102000000_b", applied_steps_count: 1, done: true },
    { migration_name: "20260103000000_c", applied_steps_count: 1, done: true },
  ])
})

it("keeps nothing of one that fails, names it, and can run it again once it is mended", async () => {
  write("1_good", "create table a (id int)")
  write("2_bad", "create table b (id int); insert into nowhere values (1);")
  await expect(run()).rejects.toThrow("Migration 2_bad failed")
  expect(await ask("select to_regclass('a') is not null as a, to_regclass('b') is not null as b")).toEqual([
    { a: true, b: false },
  ])
  expect(await history()).toEqual([{ migration_name: "1_good", applied_steps_count: 1, done: true }])
  write("2_bad", "create table b (id int)")
  expect(await run()).toEqual(["2_bad"])
})

it("refuses one that was edited after it ran, and one that this checkout does not know", async () => {
  write("1_a", "create table a (id int)")
  await run()
  write("1_a", "create table a (id bigint)")
  await expect(run()).rejects.toThrow("Migration 1_a was edited")
  folder = mkdtempSync(path.join(tmpdir(), "ifmatch-migrations-"))
  await expect(run()).rejects.toThrow("has migration 1_a, which this checkout does not know")
})

it("refuses to go on after one that Prisma's own command left half-way, until it is resolved", async () => {
  await run()
  await ask("insert into _prisma_migrations (id, checksum, migration_name) values ('x', 'y', '1_half')")
  await expect(run()).rejects.toThrow("Migration 1_half failed half-way")
  await ask("update _prisma_migrations set rolled_back_at = now()")
  expect(await run()).toEqual([])
})

it("applies each once when several programs migrate at the same moment", async () => {
  write("1_a", "create table a (id int); select pg_sleep(0.1);")
  write("2_b", "insert into a values (1)")
  const applied = await Promise.all([run(), run(), run()])
  expect(applied.flat().sort()).toEqual(["1_a", "2_b"])
  expect(await ask("select count(*)::int as n from a")).toEqual([{ n: 1 }])
})
