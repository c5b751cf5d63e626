import pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { seed } from "../../prisma/seed"
import { RACE_LIMITS, type RaceEnd, type RaceEvent, type RacePlan } from "../domain/race"
import { installApp } from "../testing/app"
import { testDatabase } from "../testing/pg"
import { openSandbox, type Sandbox } from "../testing/sandbox"
import { Visitor } from "../testing/visitor"

const [ASH, BIRCH, CEDAR] = [0, 1, 2]

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
let owner: pg.Client
const ada = new Visitor()

beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await seed(database.ownerUrl)
  installApp({ databaseUrl: database.appUrl, sandboxUrl: sandbox.url })
  await ada.signIn("google", "ada@google.sandbox")
})
afterAll(async () => {
  const { closeWiring } = await import("./wiring")
  await closeWiring()
  await owner.end()
  await sandbox.close()
  await database.drop()
})

/**
 * A pause long enough for everybody to have looked before anybody writes, on any machine: the first race of a process opens its connections too.
 *
 * @param entries racers with their times of arrival, the highest rank first
 */
const planOf = (
  entries: readonly (readonly [racer: number, arrivesMs: number])[],
  rest: Partial<RacePlan> = {},
): RacePlan => ({
  entries: entries.map(([racer, arrivesMs]) => ({ racer, arrivesMs })),
  holdsFirst: false,
  pauseMs: RACE_LIMITS.pauseMs,
  bumpMs: 30_000,
  ...rest,
})

async function race(plan: RacePlan, jitterMs = 0) {
  const answer = await ada.ask("POST", "/api/race", { body: { plan, jitterMs } })
  expect(answer.headers.get("content-type")).toBe("application/x-ndjson")
  const lines = (await answer.text()).trim().split("\n")
  const told = lines.map((line) => JSON.parse(line) as RaceEvent | RaceEnd)
  const events = told.filter((line) => line.kind === "event")
  const end = told.at(-1)
  if (end?.kind !== "end") throw new Error(`the race has no end: ${lines.join(" ")}`)
  const stepsOf = (side: RaceEvent["side"], racer: number) =>
    events.filter((event) => event.side === side && event.racer === racer).map(({ step }) => step)
  return { events, end, stepsOf }
}

const count = async (from: string): Promise<number> =>
  (await owner.query(`select count(*)::int as n from ${from}`)).rows[0].n

const leftovers = async () => ({
  calendars: await count("bookable_calendars"),
  ranks: await count("agent_ranks"),
  taken: await count("taken_slots"),
  careless: await count("careless_bookings"),
  live: await count("bookings where state = 'live'"),
})
const NOTHING = { calendars: 0, ranks: 0, taken: 0, careless: 0, live: 0 }

describe("D27 a race", () => {
  it("all at once: the highest rank has the slot, alone; check-then-write gives it to several", async () => {
    const { end, stepsOf } = await race(
      planOf([
        [CEDAR, 0],
        [ASH, 0],
        [BIRCH, 0],
      ]),
    )
    expect(end.booked.engine).toEqual([CEDAR])
    expect(end.booked.careless).toEqual([ASH, BIRCH, CEDAR])
    expect(stepsOf("engine", CEDAR)).toEqual(["committed"])
    for (const loser of [ASH, BIRCH]) expect(["outranked", "evicted"]).toContain(stepsOf("engine", loser).at(-1))
    for (const racer of end.booked.careless) expect(stepsOf("careless", racer)).toEqual(["saw-free", "wrote"])
  })

  it("D14 the lower rank came first: inside the bump window it is evicted, after it nobody is", async () => {
    const late = [
      [ASH, 1_500],
      [BIRCH, 0],
    ] as const
    const inside = await race(planOf(late, { pauseMs: 60 }))
    expect(inside.stepsOf("engine", BIRCH)).toEqual(["committed", "evicted"])
    expect(inside.events.find(({ step }) => step === "evicted")?.by).toBe(ASH)
    expect(inside.end.booked.engine).toEqual([ASH])
    const frozen = await race(planOf(late, { pauseMs: 60, bumpMs: 20 }))
    expect(frozen.stepsOf("engine", ASH)).toEqual(["outranked"])
    expect(frozen.end.booked.engine).toEqual([BIRCH])
    // late enough to see what was written: then even check-then-write is right
    expect(frozen.stepsOf("careless", ASH)).toEqual(["saw-taken"])
    expect(frozen.end.booked.careless).toEqual([BIRCH])
  })

  it("D15 holding first: a higher hold displaces, and whoever lost their hold is told by whom", async () => {
    const { events, end, stepsOf } = await race(
      planOf(
        [
          [ASH, 100],
          [BIRCH, 0],
        ],
        { holdsFirst: true },
      ),
    )
    expect(stepsOf("engine", ASH)).toEqual(["held", "committed"])
    expect(stepsOf("engine", BIRCH)).toEqual(["held", "displaced", "outranked"])
    expect(events.filter(({ racer, side }) => side === "engine" && racer === BIRCH).map(({ by }) => by)).toEqual([
      null,
      ASH,
      ASH,
    ])
    expect(end.booked).toEqual({ engine: [ASH], careless: [ASH, BIRCH] })
  })

  it("leaves nothing but its log, and has touched nothing of the person's", async () => {
    const mark = (await sandbox.journal(0)).length
    const before = await count("log where kind = 'booking.committed'")
    await race(
      planOf([
        [ASH, 0],
        [BIRCH, 0],
      ]),
      RACE_LIMITS.jitterMs,
    )
    expect(await leftovers()).toEqual(NOTHING)
    expect(await count("log where kind = 'booking.committed'")).toBeGreaterThan(before)
    expect(await count("log where kind ~ '^(hold|booking)' and user_id not like 'race/sandbox-ada/%'")).toBe(0)
    expect(await sandbox.journal(0)).toHaveLength(mark)
    expect(await (await ada.ask("GET", "/api/agents")).json()).toMatchObject({
      calendars: [],
      agents: [],
      others: [],
      holds: [],
      bookings: [],
      ended: [],
    })
  })

  it("several at once do not meet: each has its own calendar", async () => {
    const races = await Promise.all(
      [1, 2, 3].map(() =>
        race(
          planOf([
            [BIRCH, 0],
            [ASH, 0],
          ]),
        ),
      ),
    )
    expect(races.map(({ end }) => end.booked.engine)).toEqual([[BIRCH], [BIRCH], [BIRCH]])
    expect(races.map(({ end }) => end.booked.careless)).toEqual(races.map(() => [ASH, BIRCH]))
    expect(await leftovers()).toEqual(NOTHING)
  })

  it("that breaks in the middle ends without a result and leaves nothing behind", async () => {
    const { wired } = await import("./wiring")
    const { runRace } = await import("./run-race")
    const broken: typeof wired.bookings = {
      ...wired.bookings,
      commit: async (request) => {
        if (request.agentId === "racer-birch") throw new Error("the database is away")
        return wired.bookings.commit(request)
      },
    }
    const lines: (RaceEvent | RaceEnd)[] = []
    const person = { workspaceId: "sandbox", userId: "sandbox-ada" } as Parameters<typeof runRace>[1]
    const { agentList, raceTrack, clock, ids } = wired
    const deps = { bookings: broken, agentList, raceTrack, clock, ids }
    const wish = {
      plan: planOf([
        [BIRCH, 0],
        [ASH, 0],
      ]),
      jitterMs: 0,
    }
    await expect(runRace(deps, person, wish, (line) => lines.push(line))).rejects.toThrow("the database is away")
    expect(lines.some(({ kind }) => kind === "end")).toBe(false)
    expect(await leftovers()).toEqual(NOTHING)
  })

  it.each([
    ["alone", { entries: [{ racer: 0, arrivesMs: 0 }] }],
    ["twice", { entries: [0, 0].map((racer) => ({ racer, arrivesMs: 0 })) }],
    ["late by an hour", { entries: [0, 1].map((racer) => ({ racer, arrivesMs: 3_600_000 })) }],
    ["of nobody", { entries: [0, 9].map((racer) => ({ racer, arrivesMs: 0 })) }],
  ])("is not run %s", async (_, plan) => {
    const body = { plan: { holdsFirst: false, pauseMs: 0, bumpMs: 0, ...plan }, jitterMs: 0 }
    expect((await ada.ask("POST", "/api/race", { body })).status).toBe(400)
    expect(await leftovers()).toEqual(NOTHING)
  })

  it("only races can be opened and closed by its functions", async () => {
    const app = new pg.Client({ connectionString: database.appUrl })
    await app.connect()
    await expect(app.query("select race_close('sandbox', 'sandbox-ada')")).rejects.toThrow("is no owner of a race")
    await expect(app.query("select race_open('sandbox', 'sandbox-ada', '{}', '{}', 1, 1, '{}')")).rejects.toThrow(
      "is no owner of a race",
    )
    await app.end()
  })
})
