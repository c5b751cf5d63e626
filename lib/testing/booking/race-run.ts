import pg from "pg"
import { postgresBookingSetup } from "../../adapters/postgres/booking-setup"
import { postgresClient } from "../../adapters/postgres/client"
import type { BookingTimes } from "../../domain/booking"
import type { AuditLog } from "../../ports/audit-log"
import { type Desk, logBy, openDesk } from "./desk"
import { brokenPromises, wrongInDatabase } from "./oracle"
import { type BookingPlant, plantBooking } from "./plants"
import type { RaceReport } from "./races"
import { type Racer, startRacer } from "./run-racer"
import { unsealedLog } from "./twin"

export interface RaceRun {
  readonly calls: number
  readonly kills: number
  readonly seconds: number
  readonly kinds: Readonly<Record<string, number>>
  readonly faults: number
  /** Everything that must not be, in sentences. */
  readonly wrong: readonly string[]
}

export interface RaceRunOptions {
  readonly appUrl: string
  readonly ownerUrl: string
  readonly calls: number
  readonly plant?: BookingPlant | null
  /** One of the two processes is killed in the middle of so many of its orders. */
  readonly kills: number
  /** The run ends once something wrong says this. */
  readonly until?: RegExp
  readonly onProgress?: (calls: number) => void
}

const PROCESSES = 2
const WIDTH = 8
const RACES_AN_ORDER = 40

/** Long windows, short ones, none at all; holds that last and holds that run out on the way. */
const TIMES: readonly BookingTimes[] = [
  { holdMs: 30_000, bumpMs: 30_000, maxHolds: 1_000_000 },
  { holdMs: 5, bumpMs: 30_000, maxHolds: 1_000_000 },
  { holdMs: 30_000, bumpMs: 10, maxHolds: 1_000_000 },
  { holdMs: 30_000, bumpMs: 0, maxHolds: 1_000_000 },
]

/** F1: two processes race for the same slots, are killed and started anew, and their owner ranks the agents anew all the while. */
export async function raceRun({
  appUrl,
  ownerUrl,
  calls,
  plant = null,
  kills,
  until,
  onProgress,
}: RaceRunOptions): Promise<RaceRun> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  if (plant) await plantBooking(owner, plant)
  const db = postgresClient(appUrl, 2)
  const setup = postgresBookingSetup(db, unsealedLog as AuditLog)
  const desk = await openDesk(setup, "f1", {
    calendars: 8,
    agents: 5,
    times: (n) => TIMES[n % TIMES.length] as BookingTimes,
  })
  // the one that is killed asks in groups, so that groups die too
  const start = (n: number) => ({ databaseUrl: appUrl, desk, connections: WIDTH, together: n === 0, plant })
  const racers: Racer[] = await Promise.all(Array.from({ length: PROCESSES }, (_, n) => startRacer(start(n))))
  const ranking = rankOnAndOn(setup, desk)
  const since = performance.now()
  const firstAt = Math.ceil(Date.now() / 86_400_000 + 1) * 86_400_000
  const tally = { calls: 0, kills: 0, faults: 0, kinds: {} as Record<string, number>, wrong: [] as string[] }
  const killEvery = kills > 0 ? Math.max(1, Math.floor(calls / (PROCESSES * WIDTH * RACES_AN_ORDER * kills))) : 0
  try {
    for (let from = 0, orders = 0; tally.calls < calls; from += RACES_AN_ORDER, orders++) {
      const order = { races: { from, to: from + RACES_AN_ORDER, width: WIDTH, firstAt } }
      const running = racers.map((racer) => racer.order<RaceReport>(order))
      const dies = killEvery > 0 && orders % killEvery === killEvery - 1 && tally.kills < kills
      if (dies) setTimeout(() => racers[0]?.kill(), 20 + Math.random() * 60)
      for (const report of await Promise.all(running)) if (report) await count(report)
      if (dies) {
        tally.kills += 1
        racers[0] = await startRacer(start(0))
      }
      onProgress?.(tally.calls)
      if (tally.wrong.length > 20 || until?.test((await allWrong()).join())) break
    }
  } finally {
    await ranking.stop()
    for (const racer of racers) racer.kill()
  }
  async function allWrong(): Promise<string[]> {
    return [...tally.wrong, ...(await wrongInDatabase(owner, desk.workspaceId))]
  }
  async function count(report: RaceReport): Promise<void> {
    tally.calls += report.calls
    tally.faults += report.faults.length
    for (const [kind, n] of Object.entries(report.kinds)) tally.kinds[kind] = (tally.kinds[kind] ?? 0) + n
    tally.wrong.push(...report.faults.slice(0, 2).map((fault) => `a fault: ${fault}`))
    tally.wrong.push(...(await brokenPromises(owner, desk.workspaceId, report)))
  }
  const seconds = (performance.now() - since) / 1_000
  const wrong = await allWrong()
  await db.$disconnect()
  await owner.end()
  return { ...tally, seconds, wrong }
}

/** So that rows of one priority meet rows of the same priority by another agent. */
function rankOnAndOn(setup: ReturnType<typeof postgresBookingSetup>, { workspaceId, ownerId, agentIds }: Desk) {
  let going = true
  const done = (async () => {
    for (let n = 0; going; n++) {
      const turned = agentIds.map((_, k) => agentIds[(k + n) % agentIds.length] ?? "")
      await setup.rank(workspaceId, ownerId, turned, logBy(ownerId, "agents-ranked"))
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  })()
  return {
    stop: () => {
      going = false
      return done
    },
  }
}
