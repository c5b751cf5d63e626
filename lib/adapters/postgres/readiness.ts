import "server-only"
import { readdir } from "node:fs/promises"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { Readiness, ReadinessCheck } from "../../ports/readiness"

/** What the runtime role must not be able to do to the log (design.md: insert-only, through a function). */
const REWRITABLE = ["log", "log_sealed", "log_checkpoints"]

/** Rows may wait this long for the sealer before it counts as stuck. */
const SEALER_LAG_SECONDS = 5

/** @param migrationsFolder of this build; what is in it must have been applied. */
export function postgresReadiness(db: PrismaClient, migrationsFolder: string): Readiness {
  type Found = Omit<ReadinessCheck, "name">

  async function migrations(): Promise<Found> {
    const entries = await readdir(migrationsFolder, { withFileTypes: true })
    const applied = await db.$queryRaw<{ migration_name: string }[]>`
      select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null`
    const names = new Set(applied.map((row) => row.migration_name))
    const missing = entries.filter((entry) => entry.isDirectory() && !names.has(entry.name)).map((entry) => entry.name)
    return missing.length === 0 ? { ok: true } : { ok: false, detail: `not applied: ${missing.join(", ")}` }
  }

  async function logRights(): Promise<Found> {
    const able = await db.$queryRaw<{ name: string }[]>`
      select name from unnest(${REWRITABLE}::text[]) name where has_table_privilege(current_user, 'public.' || name, 'UPDATE, DELETE, TRUNCATE')`
    return able.length === 0
      ? { ok: true }
      : { ok: false, detail: `could be rewritten: ${able.map((row) => row.name).join(", ")}` }
  }

  async function sealer(): Promise<Found> {
    const [late] = await db.$queryRaw<{ rows: number }[]>`
      select count(*)::int as rows from log_unsealed u join log l on l.workspace_id = u.workspace_id and l.id = u.log_id
      where l.at < clock_timestamp() - make_interval(secs => ${SEALER_LAG_SECONDS})`
    return late?.rows === 0
      ? { ok: true }
      : { ok: false, detail: `${late?.rows} rows unsealed for more than ${SEALER_LAG_SECONDS} s` }
  }

  const reachable = async (): Promise<Found> => {
    await db.$queryRaw`select 1`
    return { ok: true }
  }

  const checked = (name: ReadinessCheck["name"], check: () => Promise<Found>): Promise<ReadinessCheck> =>
    check().then(
      (found) => ({ name, ...found }),
      () => ({ name, ok: false, detail: "could not be asked" }),
    )

  return {
    checks: () =>
      Promise.all([
        checked("database", reachable),
        checked("migrations", migrations),
        checked("log-rights", logRights),
        checked("sealer", sealer),
      ]),
  }
}
