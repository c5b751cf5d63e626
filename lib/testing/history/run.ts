import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import pg from "pg"
import { postgresClient } from "../../adapters/postgres/client"
import { postgresRecordStore } from "../../adapters/postgres/record-store"
import { type RecordKey, recordKey } from "../../domain/record"
import { version } from "../../domain/version"
import type { RecordStore } from "../../ports/record-store"
import { forkProgram } from "../fork-program"
import { wrongOf } from "./check"
import { WORKSPACE } from "./client"
import type { ClientOrder, ClientReport, ClientStart } from "./client-program"
import type { Operation } from "./operation"
import { type HistoryPlant, plantHistory } from "./plants"
import { recordedIn } from "./recorder"

export interface HistoryRun {
  readonly operations: number
  readonly keys: number
  readonly kills: number
  /** Operations whose answer nobody heard. */
  readonly unanswered: number
  readonly seconds: number
  /** How often each was asked and what it was answered: "write stood". */
  readonly answers: Readonly<Record<string, number>>
  readonly wrong: readonly string[]
}

export interface HistoryRunOptions {
  readonly appUrl: string
  readonly ownerUrl: string
  /** At least. */
  readonly operations: number
  readonly plant?: HistoryPlant | null
  /** One of the two processes is killed in so many of the rounds. */
  readonly kills: number
  /** Of each round, which has keys of its own and is forgotten when it is judged: what bounds the memory. */
  readonly roundOf?: number
  readonly onProgress?: (operations: number) => void
}

const PROCESSES = ["a", "b"] as const
const WIDTH = 8
const KEYS_A_ROUND = 5
const PROGRAM = fileURLToPath(new URL("./client-program.ts", import.meta.url))

interface Clients {
  readonly name: string
  /** Null: they were killed on the way. */
  order(order: ClientOrder): Promise<ClientReport | null>
  kill(): void
}

async function startClients(start: ClientStart): Promise<Clients> {
  const child = await forkProgram(PROGRAM)
  const ended = once(child, "exit").then(([code, signal]) => {
    if (signal !== "SIGKILL") throw new Error(`clients ended with ${signal ?? code}`)
    return null
  })
  ended.catch(() => {})
  await once(child, "message")
  child.send(start)
  await once(child, "message")
  return {
    name: start.name,
    order(order) {
      const reported = once(child, "message").then(([report]) => report as ClientReport)
      child.send(order)
      return Promise.race([reported, ended])
    },
    kill: () => child.kill("SIGKILL"),
  }
}

/** F2: two processes, eight clients in each, at a few keys, each round judged when it is over; the run ends at the first that nothing explains. */
export async function historyRun({
  appUrl,
  ownerUrl,
  operations,
  plant = null,
  kills,
  roundOf = 20_000,
  onProgress,
}: HistoryRunOptions): Promise<HistoryRun> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  await owner.query("insert into workspaces (id, name) values ($1, $1) on conflict do nothing", [WORKSPACE])
  if (plant) await plantHistory(owner, plant)
  const db = postgresClient(appUrl, 2)
  const store = postgresRecordStore(db)
  const folder = mkdtempSync(path.join(tmpdir(), "ifmatch-history-"))
  const start = (name: string) => startClients({ databaseUrl: appUrl, name, plant, since: String(since) })
  const since = process.hrtime.bigint()
  const begun = performance.now()
  const clients = await Promise.all(PROCESSES.map(start))
  const tally = {
    operations: 0,
    keys: 0,
    kills: 0,
    unanswered: 0,
    answers: {} as Record<string, number>,
    wrong: [] as string[],
  }
  try {
    for (let round = 0; tally.operations < operations && tally.wrong.length === 0; round++) {
      const keys = Array.from({ length: KEYS_A_ROUND }, (_, n) => keyOf(`history/${round}/${n}`))
      const dies = tally.kills < kills && tally.operations >= (tally.kills * operations) / kills
      const share = Math.ceil(Math.min(roundOf, operations - tally.operations) / PROCESSES.length)
      const orders = clients.map((each) => ({
        each,
        order: { keys, operations: share, width: WIDTH, file: path.join(folder, each.name) },
      }))
      const running = orders.map(({ each, order }) => each.order(order))
      const before = await Promise.all(dies ? [killed(clients[0], running[0]), ...running.slice(1)] : running)
      const history = orders.flatMap(({ each, order }) => recordedIn(order.file, each.name))
      if (dies) {
        // it may have been done already
        if (before[0] === null) tally.kills += 1
        await ended(owner)
        clients[0] = await start(`a${round}`)
      }
      tally.wrong.push(...before.flatMap((report) => (report?.faults ?? []).map((fault) => `a fault: ${fault}`)))
      await judge(history, keys)
      onProgress?.(tally.operations)
    }
  } finally {
    for (const each of clients) each.kill()
    rmSync(folder, { recursive: true })
    await db.$disconnect()
    await owner.end()
  }
  return { ...tally, seconds: (performance.now() - begun) / 1_000 }

  async function judge(history: readonly Operation[], keys: readonly RecordKey[]): Promise<void> {
    tally.operations += history.length
    tally.keys += keys.length
    for (const { asked, answer } of history) {
      const name = `${asked.op} ${answer?.kind ?? "unanswered"}`
      tally.answers[name] = (tally.answers[name] ?? 0) + 1
      if (!answer) tally.unanswered += 1
    }
    tally.wrong.push(...wrongOf(await withValues(store, history)))
  }
}

function keyOf(text: string): RecordKey {
  const key = recordKey(text)
  if (!key) throw new RangeError(`no key: ${text}`)
  return key
}

/** At a moment at which it surely works. */
async function killed(
  clients: Clients | undefined,
  running: Promise<ClientReport | null> | undefined,
): Promise<ClientReport | null> {
  await sleep(40 + Math.random() * 100)
  clients?.kill()
  return (await running) ?? null
}

/** What the killed one had asked is done or never will be once its connections are gone. */
async function ended(owner: pg.Client): Promise<void> {
  for (let looks = 0; looks < 500; looks++) {
    const { rows } = await owner.query(
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and usename = 'ifmatch_app' and state = 'active'",
    )
    if (rows[0].n === 0) return
    await sleep(10)
  }
  throw new Error("a killed client's statements do not end")
}

/** Where something unanswered may have made a version that only refusals name, the store is asked what was written in it. */
async function withValues(store: RecordStore, history: readonly Operation[]): Promise<Operation[]> {
  const made = new Set(history.flatMap(({ answer }) => (answer?.kind === "made" ? [answer.version] : [])))
  return Promise.all(
    history.map(async (operation) => {
      const { answer } = operation
      if (answer?.kind !== "stood" || answer.value !== null || made.has(answer.version)) return operation
      const then = await store.readAt({
        workspaceId: WORKSPACE,
        key: keyOf(operation.key),
        version: version(answer.version),
      })
      return then ? { ...operation, answer: { ...answer, value: JSON.stringify(then.value) } } : operation
    }),
  )
}
