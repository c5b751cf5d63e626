import { randomUUID } from "node:crypto"
import { cpus, loadavg } from "node:os"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import pg from "pg"
import { runHarness } from "../../lib/testing/harness"
import { serveApp } from "../../lib/testing/served-app"
import type { Visitor } from "../../lib/testing/visitor"

/*
 * D6 over HTTP: five agents with keys of their own ask two app processes for bookings on one person's calendar, at a fixed rate whatever the answers take (open loop: a request's time counts from when it
 * was due). Every fifth request wants a slot that another one wants in the same moment. Rate limit, idempotency, rule, log and webhook row are in each of them.
 *
 *   npm run bench -- booking-http [--rate 150] [--seconds 60]
 */

const { values } = parseArgs({
  options: { rate: { type: "string", default: "150" }, seconds: { type: "string", default: "60" } },
})
const [rate, seconds] = [Number(values.rate), Number(values.seconds)]

const OWNER = "sandbox-ada"
const AGENTS = 5
const P50_MS = 20
const P99_MS = 84
const WARM_UP_S = 5
const QUARTER_MS = 900_000
const FIRST_AT = Math.ceil(Date.now() / 86_400_000 + 1) * 86_400_000

/** A person with a bookable calendar and five agents on their list; answers a key of each. */
async function furnish(ada: Visitor): Promise<{ calendarId: string; keys: string[] }> {
  await ada.signIn("google", "ada@google.sandbox")
  await ada.connect("google", "ada@google.sandbox")
  const asked = async <T>(path: string, body: unknown): Promise<T> => {
    const answer = await ada.ask("POST", path, { body })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (answer.status === 204 ? undefined : await answer.json()) as T
  }
  const { connections } = (await (await ada.ask("GET", "/api/connections")).json()) as {
    connections: { id: string }[]
  }
  // nothing freezes meanwhile: what follows from that, the way into the person's calendar, is not what is measured
  const times = { holdMs: 30_000, bumpMs: 3_600_000, maxHolds: 50 }
  await asked("/api/agents/calendars", {
    connectionId: connections[0]?.id,
    calendarId: "ada@google.sandbox",
    times,
  })
  const keys: string[] = []
  for (let n = 0; n < AGENTS; n++) {
    const { id } = await asked<{ id: string }>("/api/agents", { name: `Agent ${n + 1}` })
    keys.push((await asked<{ key: string }>(`/api/agents/${id}/keys`, { scopes: ["bookings:write"], days: 1 })).key)
  }
  const { calendars } = (await (await ada.ask("GET", "/api/agents")).json()) as { calendars: { id: string }[] }
  return { calendarId: calendars[0]?.id ?? "", keys }
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0

/** What one commit costs the database: rows, and bytes of its write-ahead log, over many in a row. */
async function costOf(owner: pg.Client, commits: number, work: () => Promise<void>) {
  const state = async () => {
    const { rows } = await owner.query<{ lsn: string; rows: string }>(
      "select pg_current_wal_insert_lsn() as lsn, (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables) as rows",
    )
    return rows[0] ?? { lsn: "0/0", rows: "0" }
  }
  const settled = async () => {
    await sleep(2_000) // counters of other sessions are flushed when these are idle for a second
    return state()
  }
  const before = await settled()
  await work()
  const after = await settled()
  const { rows } = await owner.query<{ bytes: string }>("select pg_wal_lsn_diff($1, $2) as bytes", [
    after.lsn,
    before.lsn,
  ])
  return {
    rows: (Number(after.rows) - Number(before.rows)) / commits,
    walBytes: Number(rows[0]?.bytes) / commits,
  }
}

runHarness("booking-http", 10, async () => {
  const apps = [await serveApp(), await serveApp()]
  const owner = new pg.Client({ connectionString: process.env.OWNER_DATABASE_URL })
  await owner.connect()
  const missed: string[] = []
  try {
    const { calendarId, keys } = await furnish((apps[0] ?? (await serveApp())).visitor())
    let slots = 0
    const book = async (n: number, slot: number) => {
      const start = FIRST_AT + slot * QUARTER_MS
      const answer = await fetch(`${apps[n % apps.length]?.url}/api/v1/bookings`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${keys[n % keys.length]}`,
          "content-type": "application/json",
          "idempotency-key": randomUUID(),
        },
        body: JSON.stringify({
          user_id: OWNER,
          calendar_id: calendarId,
          start: new Date(start).toISOString(),
          end: new Date(start + QUARTER_MS).toISOString(),
          title: "A call",
        }),
      })
      const text = await answer.text()
      return { status: answer.status, text }
    }
    const run = async (forSeconds: number) => {
      const times: number[] = []
      const statuses: Record<string, number> = {}
      const running: Promise<void>[] = []
      const since = performance.now()
      for (let n = 0; n < forSeconds * rate; n++) {
        const due = since + (n * 1_000) / rate
        while (performance.now() < due) await sleep(Math.max(0, due - performance.now() - 1))
        const slot = n % 5 === 4 ? slots : ++slots
        running.push(
          book(n, slot).then(
            ({ status, text }) => {
              times.push(performance.now() - due)
              statuses[status] = (statuses[status] ?? 0) + 1
              if (status !== 201 && status !== 409 && missed.length < 5) missed.push(`answered ${status}: ${text}`)
            },
            (error: unknown) => void missed.push(String(error)),
          ),
        )
      }
      await Promise.all(running)
      return { times: times.sort((a, b) => a - b), statuses }
    }
    await run(WARM_UP_S)
    const { times, statuses } = await run(seconds)
    const cost = await costOf(owner, 200, async () => {
      for (let n = 0; n < 200; n++) await book(n, ++slots)
    })
    const [p50, p95, p99] = [quantile(times, 0.5), quantile(times, 0.95), quantile(times, 0.99)]
    const { rows } = await owner.query<{ twice: string; live: string }>(
      `select (select count(*) from (select 1 from taken_slots a join taken_slots b on a.workspace_id = b.workspace_id and a.calendar_no = b.calendar_no
          and (a.starts_at, a.ends_at) overlaps (b.starts_at, b.ends_at) and a.ctid <> b.ctid) x) as twice, (select count(*) from taken_slots) as live`,
    )
    console.log(
      `${rate} requests a second for ${seconds} s on two app processes; ${cpus().length} processors (the senders' too), load ${(loadavg()[0] ?? 0).toFixed(1)}`,
    )
    console.table({ "POST /api/v1/bookings": { p50, p95, p99, slowest: times.at(-1) } })
    console.log(
      `answers: ${Object.entries(statuses)
        .map(([status, n]) => `${n} x ${status}`)
        .join(", ")}`,
    )
    console.log(`a commit: ${cost.rows.toFixed(1)} rows, ${(cost.walBytes / 1_024).toFixed(1)} KiB of WAL`)
    if (p50 > P50_MS) missed.push(`p50 ${p50.toFixed(1)} ms, at most ${P50_MS} wanted`)
    if (p99 > P99_MS) missed.push(`p99 ${p99.toFixed(1)} ms, at most ${P99_MS} wanted`)
    if (rows[0]?.twice !== "0") missed.push(`${rows[0]?.twice} slots are taken twice`)
    return { figures: { rate, seconds, p50, p95, p99, statuses, cost, live: Number(rows[0]?.live) }, missed }
  } finally {
    await owner.end()
    for (const app of apps) await app.kill()
  }
})
