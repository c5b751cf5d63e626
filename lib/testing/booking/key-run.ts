import pg from "pg"
import { postgresBookingSetup } from "../../adapters/postgres/booking-setup"
import { postgresClient } from "../../adapters/postgres/client"
import { BOOKING_DEFAULTS } from "../../domain/booking"
import type { AuditLog } from "../../ports/audit-log"
import { openDesk } from "./desk"
import type { KeyReport } from "./keys"
import { type BookingPlant, plantBooking } from "./plants"
import { type Racer, startRacer } from "./run-racer"
import { unsealedLog } from "./twin"

export interface KeyRun {
  readonly keys: number
  readonly calls: number
  readonly kills: number
  readonly seconds: number
  readonly faults: number
  readonly wrong: readonly string[]
}

export interface KeyRunOptions {
  readonly appUrl: string
  readonly ownerUrl: string
  readonly keys: number
  readonly plant?: BookingPlant | null
  readonly kills: number
  readonly onProgress?: (keys: number) => void
}

const KEYS_AN_ORDER = 200
const WIDTH = 6

/**
 * F3: two processes send the same keys, each several times at once; one of them is killed on the way, and every key is sent once more after that. One effect a key, and
 * one answer.
 */
export async function keyRun({
  appUrl,
  ownerUrl,
  keys,
  plant = null,
  kills,
  onProgress,
}: KeyRunOptions): Promise<KeyRun> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  if (plant) await plantBooking(owner, plant)
  const db = postgresClient(appUrl, 2)
  const setup = postgresBookingSetup(db, unsealedLog as AuditLog)
  const desk = await openDesk(setup, "f3", { calendars: 4, agents: 1, times: () => BOOKING_DEFAULTS })
  // the one that is killed asks in groups, so that groups die too
  const start = (together: boolean) => ({ databaseUrl: appUrl, desk, connections: 16, together, plant })
  const racers: Racer[] = await Promise.all([startRacer(start(true)), startRacer(start(false))])
  const firstAt = Math.ceil(Date.now() / 86_400_000 + 1) * 86_400_000
  const since = performance.now()
  const orders = Math.ceil(keys / KEYS_AN_ORDER)
  const killEvery = kills > 0 ? Math.max(1, Math.floor(orders / kills)) : 0
  const tally = { calls: 0, kills: 0, faults: 0, wrong: [] as string[] }
  for (let n = 0; n < orders; n++) {
    const order = { from: n * KEYS_AN_ORDER, to: Math.min(keys, (n + 1) * KEYS_AN_ORDER), width: WIDTH, firstAt }
    const running = racers.map((racer) => racer.order<KeyReport>({ keys: order }))
    const dies = killEvery > 0 && n % killEvery === killEvery - 1
    if (dies) setTimeout(() => racers[0]?.kill(), 5 + Math.random() * 40)
    const reports = await Promise.all(running)
    if (dies) {
      tally.kills += 1
      racers[0] = await startRacer(start(true))
      reports.push((await racers[0].order<KeyReport>({ keys: { ...order, times: 1 } })) ?? null)
    }
    judge(reports)
    onProgress?.(order.to)
    if (tally.wrong.length > 20) break
  }
  function judge(reports: readonly (KeyReport | null)[]): void {
    const answers = new Map<string, Set<string>>()
    for (const report of reports) {
      if (!report) continue
      tally.calls += report.calls
      tally.faults += report.faults.length
      tally.wrong.push(...report.faults.slice(0, 2).map((fault) => `a fault: ${fault}`))
      if (report.changedPassed > 0) tally.wrong.push(`${report.changedPassed} changed requests were not refused`)
      for (const [key, had] of Object.entries(report.answers))
        for (const answer of had) answers.set(key, (answers.get(key) ?? new Set()).add(answer))
    }
    for (const [key, had] of answers)
      if (had.size > 1) tally.wrong.push(`${key} was answered in ${had.size} ways: ${[...had].join(" / ")}`)
  }
  for (const racer of racers) racer.kill()
  const seconds = (performance.now() - since) / 1_000
  const wrong = [...tally.wrong, ...(await effects(owner, desk.workspaceId, keys))]
  await db.$disconnect()
  await owner.end()
  return { keys, ...tally, seconds, wrong }
}

/** Effects in the database, whatever was answered: one row of the log a key, and one booking a slot. */
async function effects(owner: pg.Client, workspaceId: string, keys: number): Promise<string[]> {
  const one = async (sql: string) => Number((await owner.query(sql, [workspaceId])).rows[0]?.n)
  const found: string[] = []
  const twice = await one(
    "select count(*) n from (select title from bookings where workspace_id = $1 group by title having count(*) > 1) t",
  )
  if (twice > 0) found.push(`${twice} keys booked more than once`)
  const rows = await one(
    "select count(*) n from log where workspace_id = $1 and kind in ('booking.committed', 'booking.outranked', 'booking.refused')",
  )
  if (rows !== keys) found.push(`${rows} requests were decided, for ${keys} keys`)
  const kept = await one("select count(*) n from idempotency_keys where workspace_id = $1")
  if (kept !== keys) found.push(`${kept} replies are kept, for ${keys} keys`)
  const apart = await one(
    `select count(*) n from idempotency_keys k where workspace_id = $1 and reply ->> 'kind' = 'committed'
      and not exists (select from bookings b where b.workspace_id = $1 and b.id = (k.reply #>> '{booking,id}')::uuid)`,
  )
  if (apart > 0) found.push(`${apart} replies tell of bookings that are not there`)
  return found
}
