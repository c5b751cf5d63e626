import { loadavg } from "node:os"
import { parseArgs } from "node:util"
import pg from "pg"
import { postgresClient } from "../../lib/adapters/postgres/client"
import { postgresRecordStore } from "../../lib/adapters/postgres/record-store"
import { type RecordKey, recordKey } from "../../lib/domain/record"
import { type Version, version } from "../../lib/domain/version"
import { copyTemplate, prepareTemplate } from "../../lib/launch/test-database.mjs"
import { openThrowaway } from "../../lib/launch/throwaway.mjs"
import { runHarness } from "../../lib/testing/harness"

/*
 * C1, C13. Compare-and-set at the RecordStore port: four writers on keys of their own, four on one key; and what an uncontended write costs against the bare
 * `update ... where version =`, in turns on the same PostgreSQL that waits for the disk, over the same client.
 *
 *   npm run bench -- records [--rounds 5] [--seconds 2]
 */

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, seconds: { type: "string", default: "2" } },
})
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)]
const WRITERS = 4
/** The median of an uncontended write is at most so many bare ones. */
const MOST_BARE = 1.5
const WORKSPACE = "w"

type Verdict = "won" | "lost"
interface Way {
  readonly name: string
  readonly create: (key: RecordKey) => Promise<Version>
  readonly read: (key: RecordKey) => Promise<Version>
  /** `lost`: a typed refusal. @throws whatever is none */
  readonly write: (key: RecordKey, seen: Version, n: number) => Promise<{ verdict: Verdict; version: Version }>
}

function ours(db: ReturnType<typeof postgresClient>): Way {
  const store = postgresRecordStore(db)
  const actor = { kind: "agent", id: "bench" } as const
  const read = async (key: RecordKey) => (await store.readWithVersion({ workspaceId: WORKSPACE, key })).version
  return {
    name: "ours",
    read,
    async create(key) {
      await store.createIfAbsent({ workspaceId: WORKSPACE, actor, key, value: { n: 0 } })
      return read(key)
    },
    async write(key, seen, n) {
      const change = { op: "write", key, value: { n }, expectedVersion: seen } as const
      const answer = await store.publish({ workspaceId: WORKSPACE, actor, changes: [change] })
      const now = answer.kind === "applied" ? answer.versions.get(key) : null
      if (now) return { verdict: "won", version: now }
      if (answer.kind !== "conflict") throw new Error(`an answer of no race: ${answer.kind}`)
      return { verdict: "lost", version: seen }
    },
  }
}

function bare(db: ReturnType<typeof postgresClient>): Way {
  return {
    name: "bare update",
    async create(key) {
      await db.$executeRaw`insert into bare_records (key, value, version) values (${key}, '{"n":0}'::jsonb, 1)`
      return version("1")
    },
    async read(key) {
      const [row] = await db.$queryRaw<{ v: string }[]>`select version::text as v from bare_records where key = ${key}`
      return version(row?.v)
    },
    async write(key, seen, n) {
      const [row] = await db.$queryRaw<{ v: string }[]>`
        update bare_records set value = ${JSON.stringify({ n })}::jsonb, version = version + 1
        where key = ${key} and version = ${seen}::bigint returning version::text as v`
      return row ? { verdict: "won", version: version(row.v) } : { verdict: "lost", version: seen }
    },
  }
}

const CELLS = [
  { name: "one writer", writers: 1, oneKey: false },
  { name: "four on keys of their own", writers: WRITERS, oneKey: false },
  { name: "four on one key", writers: WRITERS, oneKey: true },
] as const

interface Counted {
  readonly times: number[]
  won: number
  lost: number
  ms: number
  readonly died: string[]
}

let keys = 0
const freshKey = (): RecordKey => {
  const key = recordKey(`bench/k${++keys}`)
  if (!key) throw new Error("no key")
  return key
}

async function block(way: Way, cell: (typeof CELLS)[number], into: Counted): Promise<void> {
  const shared = freshKey()
  if (cell.oneKey) await way.create(shared)
  const since = performance.now()
  const until = since + seconds * 1_000
  async function writer(): Promise<void> {
    const key = cell.oneKey ? shared : freshKey()
    let seen = cell.oneKey ? await way.read(key) : await way.create(key)
    for (let n = 0; performance.now() < until; n++) {
      const from = performance.now()
      const { verdict, version: now } = await way.write(key, seen, n)
      into.times.push(performance.now() - from)
      into[verdict] += 1
      seen = verdict === "won" ? now : await way.read(key)
    }
  }
  const all = Array.from({ length: cell.writers }, () =>
    writer().catch((error) => into.died.push(String(error).slice(-200))),
  )
  await Promise.all(all)
  into.ms += performance.now() - since
}

const at = (numbers: readonly number[], share: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? Number.NaN

async function measured(cell: (typeof CELLS)[number], ways: readonly Way[]) {
  const counts = new Map<Way, Counted>(ways.map((way) => [way, { times: [], won: 0, lost: 0, ms: 0, died: [] }]))
  // the first round warms up and does not count, but that a writer dies counts always
  for (let round = -1; round < rounds; round++)
    for (const [way, count] of counts) {
      await block(way, cell, count)
      if (round < 0) Object.assign(count, { times: [], won: 0, lost: 0, ms: 0 })
    }
  return [...counts].map(([way, { times, won, lost, ms, died }]) => ({
    cell: cell.name,
    way: way.name,
    wonPerSecond: (won / ms) * 1_000,
    lostPerSecond: (lost / ms) * 1_000,
    p50: at(times, 0.5),
    p99: at(times, 0.99),
    died,
  }))
}

runHarness("records", 10, async () => {
  const server = await openThrowaway({ durable: true })
  await prepareTemplate(server.ownerUrl)
  const database = await copyTemplate(server.ownerUrl)
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  const db = postgresClient(database.appUrl, WRITERS)
  try {
    await owner.query("insert into workspaces (id, name) values ($1, $1)", [WORKSPACE])
    await owner.query("create table bare_records (key text primary key, value jsonb not null, version bigint not null)")
    await owner.query("grant select, insert, update on bare_records to ifmatch_app")
    const load = loadavg()[0] ?? 0
    console.log(`${rounds} rounds of ${seconds} s each; the machine's load is ${load.toFixed(1)}`)
    console.log("cell                        way             won/s     lost/s       p50       p99   died")
    const figures: Awaited<ReturnType<typeof measured>> = []
    for (const cell of CELLS)
      for (const each of await measured(cell, [ours(db), bare(db)])) {
        figures.push(each)
        const rates = [each.wonPerSecond, each.lostPerSecond].map((rate) => rate.toFixed(0).padStart(9)).join("  ")
        const times = [each.p50, each.p99].map((ms) => `${ms.toFixed(1)} ms`.padStart(9)).join(" ")
        console.log(
          `${each.cell.padEnd(27)} ${each.way.padEnd(12)} ${rates} ${times} ${String(each.died.length).padStart(6)}`,
        )
      }
    const p50 = (way: string) =>
      figures.find((each) => each.cell === "one writer" && each.way === way)?.p50 ?? Number.NaN
    const timesBare = p50("ours") / p50("bare update")
    console.log(`an uncontended write takes ${timesBare.toFixed(2)} times the bare update`)
    const missed = [
      ...(timesBare <= MOST_BARE
        ? []
        : [`uncontended: ${timesBare.toFixed(2)} times the bare update, at most ${MOST_BARE} wanted`]),
      ...figures.flatMap(({ cell, way, died }) =>
        died.length > 0 ? [`${cell}, ${way}: a writer died: ${died[0]}`] : [],
      ),
      ...figures.flatMap(({ cell, way, wonPerSecond }) =>
        wonPerSecond > 0 ? [] : [`${cell}, ${way}: nothing was written`],
      ),
    ]
    return { figures: { rounds, seconds, load, timesBare, figures }, missed }
  } finally {
    await db.$disconnect()
    await owner.end()
    await server.close()
  }
})
