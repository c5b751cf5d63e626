import pg from "pg"
import { afterAll, beforeAll, expect, test } from "vitest"
import { postgresClient } from "../../adapters/postgres/client"
import { plantBooking } from "../booking/plants"
import { seizeClock, twinOf } from "../booking/twin"
import { testDatabase } from "../pg"
import { bookingModel } from "./booking-model"
import { type BookingBounds, type BookingMove, type BookingWorld, historyOf, standing, timesOf } from "./booking-world"
import { explore } from "./explore"
import { BOOKING_BOUNDS, ENDED_BOUNDS, THREE_RANKS } from "./protocols"
import { type ClassOf, REPLAY_MS, walksOf } from "./walks"

let database: Awaited<ReturnType<typeof testDatabase>>
let db: ReturnType<typeof postgresClient>
let owner: pg.Client
let setClock: (ms: number) => Promise<void>

beforeAll(async () => {
  database = await testDatabase()
  db = postgresClient(database.appUrl)
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  setClock = await seizeClock(owner)
})
afterAll(async () => {
  await db.$disconnect()
  await owner.end()
  await database.drop()
})

/** What the model's classes leave open: what stands, and whose it is. */
const amongWhat: ClassOf<BookingWorld, BookingMove> = ({ action, edge }, world) => {
  const asker = "agentId" in action ? action.agentId : ""
  const stands = Object.values(standing(world)).map(({ k, g }) =>
    k === "none" ? "-" : `${k} of ${g === asker ? "whoever asks" : "another"}`,
  )
  return [edge, ...[...new Set(stands)].sort()].join(", ")
}

const known = new Map<BookingBounds, readonly (readonly BookingMove[])[]>()
function walksIn(bounds: BookingBounds): readonly (readonly BookingMove[])[] {
  const model = bookingModel(bounds)
  const explored = explore(model)
  if (explored.kind !== "whole") throw new Error(explored.broken.join())
  const { walks } = walksOf(model, explored.graph, bounds === BOOKING_BOUNDS ? amongWhat : undefined)
  known.set(bounds, walks)
  return walks
}

/** Replays every class. Answers the first difference, null: none. */
async function replay(name: string, bounds: BookingBounds): Promise<string | null> {
  const twin = twinOf(db, owner, setClock, { agents: bounds.rankings[0] ?? [], times: timesOf(bounds) }, name)
  const walks = known.get(bounds) ?? walksIn(bounds)
  expect(walks.flat().length).toBeGreaterThan(40)
  for (const walk of walks) {
    const difference = await twin.tell(historyOf(walk), "after each")
    if (difference) return difference
  }
  return null
}

const THREE_ON_ONE_SLOT: BookingBounds = { ...THREE_RANKS, slots: ["b"] }

test.each([
  ["ranks", BOOKING_BOUNDS],
  ["ended", ENDED_BOUNDS],
  // all three slots of three ranks take seconds to explore
  ["three", process.env.ALL_EDGES ? THREE_RANKS : THREE_ON_ONE_SLOT],
] as const)(
  "C8 every class of the model's edges is the database's: %s",
  async (name, bounds) => {
    expect(await replay(name, bounds)).toBeNull()
  },
  REPLAY_MS,
)

/* The last one: the database keeps the bug. */
test(
  "a database without the bump window is told from the model",
  async () => {
    await plantBooking(owner, "no-bump-window")
    expect(await replay("planted", BOOKING_BOUNDS)).toContain("commit-vs-frozen")
  },
  REPLAY_MS,
)
