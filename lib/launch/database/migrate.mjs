import { createHash, randomUUID } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { root } from "../paths.mjs"
import { Refusal } from "../progress.mjs"

/** The lock that `prisma migrate deploy` takes: only one of us and of it migrates at a time. */
const PRISMA_LOCK = 72707369
const HISTORY = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null, logs text,
  rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`

/** @typedef {{ name: string, checksum: string, sql: string }} Migration */
/** @typedef {{ migration_name: string, checksum: string, finished_at: Date | null }} Applied */

export const migrationsFolder = path.join(root, "prisma", "migrations")

/** @param {string} folder @returns {Migration[]} in the order of their names, as Prisma runs them */
export function readMigrations(folder) {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  )
  return names.sort().map((name) => {
    const content = readFileSync(path.join(folder, name, "migration.sql"))
    return { name, checksum: createHash("sha256").update(content).digest("hex"), sql: content.toString() }
  })
}

/**
 * What is left to run. Pure.
 * @param {Migration[]} migrations of this checkout
 * @param {Applied[]} history of the database, without what was rolled back
 * @returns {Migration[]}
 * @throws {Refusal} when the database's history and the checkout's migrations do not belong together
 */
export function pendingMigrations(migrations, history) {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const { migration_name: name, checksum, finished_at: finishedAt } of history) {
    const here = known.get(name)
    if (!finishedAt)
      throw new Refusal(
        `Migration ${name} failed half-way earlier; repair the database and run "prisma migrate resolve" for it.`,
      )
    if (!here)
      throw new Refusal(
        `The database has migration ${name}, which this checkout does not know; it was made by another version.`,
      )
    if (here.checksum !== checksum)
      throw new Refusal(`Migration ${name} was edited after it had been applied; put the file back.`)
  }
  const applied = new Set(history.map((row) => row.migration_name))
  return migrations.filter((migration) => !applied.has(migration.name))
}

/**
 * One migration and its row of history, both or neither: a kill in between leaves nothing to repair.
 * @param {import("pg").Client} client
 * @param {Migration} migration
 */
async function apply(client, { name, checksum, sql }) {
  const id = randomUUID()
  await client.query("begin")
  try {
    await client.query("insert into _prisma_migrations (id, checksum, migration_name) values ($1, $2, $3)", [
      id,
      checksum,
      name,
    ])
    await client.query(sql)
    await client.query(
      "update _prisma_migrations set finished_at = clock_timestamp(), applied_steps_count = 1 where id = $1",
      [id],
    )
    await client.query("commit")
  } catch (error) {
    await client.query("rollback")
    throw new Error(`Migration ${name} failed and nothing of it was kept`, { cause: error })
  }
}

/**
 * Runs what is left of the migrations, in the format of `prisma migrate deploy`, which may be used on the same database before or after.
 * @param {import("pg").Client} client connected as the owner
 * @param {string} [folder]
 * @returns {Promise<string[]>} the names of those applied now
 */
export async function migrate(client, folder = migrationsFolder) {
  await client.query("select pg_advisory_lock($1)", [PRISMA_LOCK])
  try {
    await client.query(HISTORY)
    const { rows } = await client.query(
      "select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null order by migration_name",
    )
    const pending = pendingMigrations(readMigrations(folder), rows)
    for (const migration of pending) {
      await apply(client, migration)
      // A migration may have changed settings of the session, such as the search path.
      await client.query("reset all")
    }
    return pending.map((migration) => migration.name)
  } finally {
    await client.query("select pg_advisory_unlock($1)", [PRISMA_LOCK])
  }
}
