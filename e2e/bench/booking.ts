import { cpus, loadavg } from "node:os"
import { parseArgs } from "node:util"
import pg from "pg"
import { postgresClient } from "../../lib/adapters/postgres/client"
import { copyTemplate, prepareTemplate } from "../../lib/launch/test-database.mjs"
import { openThrowaway } from "../../lib/launch/throwaway.mjs"
import { bookingPlant, plantBooking } from "../../lib/testing/booking/plants"
import { runHarness } from "../../lib/testing/harness"
import { CALENDARS, CALLERS, ours, type Rival, rivals } from "./parts/booking-rivals"
import { dynamoRival } from "./parts/dynamo-rival"

/*
 * What a commit costs at the BookingStore port: ours, with log, idempotency and rank included, beside bucket rows, an exclusion constraint alone and a bare insert.
 * One PostgreSQL that waits for the disk, one client, one block of each in turn. Beside them, as context that no goal hangs on, the published scheme on DynamoDB Local.
 *
 *   npm run bench -- booking [--rounds 5] [--seconds 2] [--plant slow]
 */

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    plant: { type: "string" },
  },
})
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)]
const plant = bookingPlant(values.plant, ["slow"])

/** Hot, ours does so many times what these do. */
const HOT_GOALS = { "bucket rows": 4, exclusion: 8 }
/** Uncontended, at least so much of the bare insert. */
const SHARE_OF_BARE = 1 / 3

/** `group` callers want one slot at once, `groups` such groups side by side, each on a calendar of its own or all on one. */
interface Cell {
  readonly name: string
  readonly groups: number
  readonly group: number
  readonly oneCalendar: boolean
}
const CELLS: readonly Cell[] = [
  { name: "uncontended", groups: 16, group: 1, oneCalendar: false },
  { name: "one calendar, free slots", groups: 16, group: 1, oneCalendar: true },
  { name: "5 a slot", groups: 3, group: 5, oneCalendar: false },
  { name: "16 on one slot", groups: 1, group: 16, oneCalendar: true },
]
const HALF_HOUR_MS = 1_800_000
const FIRST_AT = Math.ceil(Date.now() / 86_400_000 + 1) * 86_400_000

interface Block {
  readonly perSecond: number
  readonly latencies: readonly number[]
  readonly won: number
  readonly errors: readonly string[]
}

/** The next free slot of a calendar, by rival: whoever comes to it is the first. */
const taken = new Map<string, number>()
function nextSlot(rival: Rival, calendar: number) {
  const n = taken.get(`${rival.name} ${calendar}`) ?? 0
  taken.set(`${rival.name} ${calendar}`, n + 1)
  const start = FIRST_AT + n * HALF_HOUR_MS
  return { calendar, start: new Date(start).toISOString(), end: new Date(start + HALF_HOUR_MS).toISOString() }
}

async function block(rival: Rival, { groups, group, oneCalendar }: Cell): Promise<Block> {
  const latencies: number[] = []
  const errors: string[] = []
  let won = 0
  const since = performance.now()
  const until = since + seconds * 1_000
  async function one(slot: ReturnType<typeof nextSlot>, caller: number): Promise<void> {
    const from = performance.now()
    await rival.book({ ...slot, caller }).then(
      (verdict) => {
        if (verdict === "won") won += 1
      },
      (error: unknown) => errors.push(String(error).slice(-160)),
    )
    latencies.push(performance.now() - from)
  }
  async function groupOf(n: number): Promise<void> {
    while (performance.now() < until) {
      const slot = nextSlot(rival, oneCalendar ? 0 : n % CALENDARS)
      const first = Math.floor(Math.random() * CALLERS)
      await Promise.all(Array.from({ length: group }, (_, k) => one(slot, (first + n + k * 7) % CALLERS)))
    }
  }
  await Promise.all(Array.from({ length: groups }, (_, n) => groupOf(n)))
  return { perSecond: (latencies.length / (performance.now() - since)) * 1_000, latencies, won, errors }
}

const at = (numbers: readonly number[], share: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? Number.NaN

interface Figures {
  readonly cell: string
  readonly rival: string
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly errors: number
  readonly error: string | undefined
}

async function cellOf(cell: Cell, all: readonly Rival[], owner: pg.Client): Promise<Figures[]> {
  const blocks = new Map<string, Block[]>(all.map(({ name }) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    // as autovacuum does in an installation's first minute: plans made for empty tables go by any index
    if (round === 0) await owner.query("vacuum analyze")
    for (const rival of all) {
      const measured = await block(rival, cell)
      if (round >= 0) blocks.get(rival.name)?.push(measured)
    }
  }
  return all.map(({ name: rival }) => {
    const own = blocks.get(rival) ?? []
    const latencies = own.flatMap((each) => each.latencies)
    const errors = own.flatMap((each) => each.errors)
    const perSecond = at(
      own.map((each) => each.perSecond),
      0.5,
    )
    const figures = { perSecond, p50: at(latencies, 0.5), p99: at(latencies, 0.99), errors: errors.length }
    return { cell: cell.name, rival, ...figures, error: errors[0] }
  })
}

/** Rows written and bytes of WAL a won commit, uncontended. Nothing is updated or deleted then, so rows can be counted. */
async function costOf(rival: Rival, owner: pg.Client) {
  const counted = rival.tables.map((table) => `(select count(*) from ${table})`).join(" + ")
  const stands = async () => {
    const { rows } = await owner.query(`select ${counted} as rows, pg_current_wal_insert_lsn() - '0/0' as wal`)
    return { rows: Number(rows[0].rows), wal: Number(rows[0].wal) }
  }
  const commits = 1_000
  const many = async () => {
    for (let n = 0; n < commits; n++) await rival.book({ ...nextSlot(rival, n % CALENDARS), caller: 0 })
  }
  // once before: what the first touch of a page after a checkpoint costs does not count
  await owner.query("checkpoint")
  await many()
  const before = await stands()
  await many()
  const after = await stands()
  return {
    rival: rival.name,
    rows: (after.rows - before.rows) / commits,
    walBytes: (after.wal - before.wal) / commits,
  }
}

function goalsMissed(figures: readonly Figures[]): string[] {
  const of = (cell: string, rival: string) =>
    figures.find((each) => each.cell === cell && each.rival === rival)?.perSecond ?? 0
  const hot = Object.entries(HOT_GOALS).flatMap(([rival, times]) => {
    const had = of("16 on one slot", "ours") / of("16 on one slot", rival)
    return had < times ? [`16 on one slot: ${had.toFixed(2)} times ${rival}, ${times} wanted`] : []
  })
  const share = of("uncontended", "ours") / of("uncontended", "bare insert")
  return [
    ...hot,
    ...(share < SHARE_OF_BARE
      ? [`uncontended: ${share.toFixed(2)} of a bare insert, ${SHARE_OF_BARE.toFixed(2)} wanted`]
      : []),
    ...figures.flatMap(({ rival, cell, errors, error }) =>
      rival === "ours" && errors > 0 ? [`${cell}: ${errors} errors, such as ${error}`] : [],
    ),
  ]
}

runHarness("booking", 15, async () => {
  const server = await openThrowaway({ durable: true })
  await prepareTemplate(server.ownerUrl)
  const database = await copyTemplate(server.ownerUrl)
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  const db = postgresClient(database.appUrl, CALLERS)
  const dynamo = await dynamoRival(true)
  const isServed = typeof dynamo !== "string"
  if (!isServed) console.log(`WITHOUT DYNAMODB LOCAL: ${dynamo}`)
  try {
    const judged = [await ours(db), ...(await rivals(db, owner))]
    const all = isServed ? [...judged, dynamo.rival] : judged
    if (plant) await plantBooking(owner, plant)
    const load = loadavg()[0] ?? 0
    console.log(
      `${rounds} rounds of ${seconds} s each; ${cpus().length} x ${cpus()[0]?.model.trim()}; the machine's load is ${load.toFixed(1)}`,
    )
    console.log("cell                       way               calls/s       p50       p99   errors")
    const figures: Figures[] = []
    for (const cell of CELLS)
      for (const each of await cellOf(cell, all, owner)) {
        figures.push(each)
        const times = [each.p50, each.p99].map((ms) => `${ms.toFixed(1)} ms`.padStart(9)).join(" ")
        console.log(
          `${each.cell.padEnd(26)} ${each.rival.padEnd(14)} ${each.perSecond.toFixed(0).padStart(10)} ${times} ${String(each.errors).padStart(8)}`,
        )
        if (each.error) console.log(`  such as ${each.error.replaceAll(/\s+/g, " ")}`)
      }
    const costs = []
    for (const rival of judged) costs.push(await costOf(rival, owner))
    for (const { rival, rows, walBytes } of costs)
      console.log(`a commit by ${rival.padEnd(14)} writes ${rows.toFixed(1)} rows, ${walBytes.toFixed(0)} bytes of WAL`)
    return { figures: { rounds, seconds, load, plant, figures, costs }, missed: goalsMissed(figures) }
  } finally {
    if (isServed) await dynamo.close()
    await db.$disconnect()
    await owner.end()
    await server.close()
  }
})
