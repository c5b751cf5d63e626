import { postgresClient } from "../../adapters/postgres/client"
import type { Scene, SceneDeps } from "../scene"
import { sceneDeps } from "../scene-deps"
import { openGate } from "../tcp-gate"
import { recovered, runWhole, verdictOf } from "./crash-at"
import type { CrashCase } from "./crash-cases"
import { type CrashPoint, mortal } from "./mortal"

export interface OutageVerdict {
  readonly hit: boolean
  readonly broken: readonly string[]
  /** From the database's return until nothing of it was unfinished. */
  readonly settledMs: number
}

/** How a process meets the end of its database: how it goes away, and how it comes back. */
export interface Outage {
  readonly begin: () => Promise<void> | void
  readonly end: () => Promise<void>
  /** The process's own way to it. */
  readonly deps: SceneDeps
  readonly close: () => Promise<void>
}

/** Its connections break and no new one is let in. */
export async function connectionsCut(scene: Scene): Promise<Outage> {
  const gate = await openGate(scene.parts.databaseUrl)
  const db = postgresClient(gate.url)
  return {
    begin: gate.cut,
    end: gate.restore,
    deps: sceneDeps({ ...scene.parts, databaseUrl: gate.url }, db).deps,
    async close() {
      await db.$disconnect()
      await gate.close()
    },
  }
}

/**
 * No row can be added: what PostgreSQL answers on a full disk (SQLSTATE 53100), to whoever writes an intent, a log row or a proposal. Reading goes on.
 * @param sql as the owner of the tables
 */
export async function diskFull(scene: Scene, sql: (statement: string) => Promise<unknown>): Promise<Outage> {
  await sql(`create or replace function disk_full() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`)
  const tables = ["intents", "log", "proposals", "proposal_operations", "approvals", "conflicts"]
  const each = async (statement: (table: string) => string) => {
    for (const table of tables) await sql(statement(table))
  }
  return {
    begin: () =>
      each(
        (table) =>
          `create trigger disk_full before insert or update on ${table} for each statement execute function disk_full()`,
      ),
    end: () => each((table) => `drop trigger if exists disk_full on ${table}`),
    deps: scene.deps,
    close: async () => {},
  }
}

/**
 * One process whose database goes away at one point and comes back when the process has made of it what it could. F10: no request to a provider without a
 * committed intent; afterwards everything is finished by itself.
 */
export async function outageAt(
  scene: Scene,
  { prepare }: CrashCase,
  at: CrashPoint,
  outage: Outage,
  plant: (deps: SceneDeps) => SceneDeps = (deps) => deps,
): Promise<OutageVerdict> {
  const prepared = await prepare(scene)
  const mark = await scene.sandbox.lastExchange()
  let hit = false
  const { deps } = mortal(outage.deps, null, async (point) => {
    if (point !== at || hit) return
    hit = true
    await outage.begin()
  })
  await runWhole(plant(deps), prepared.run).catch(() => undefined)
  await outage.end()
  const since = performance.now()
  await recovered(scene, prepared)
  return { hit, broken: await verdictOf(scene, prepared, mark), settledMs: performance.now() - since }
}
