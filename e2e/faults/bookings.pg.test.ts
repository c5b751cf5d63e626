import { describe, expect, test } from "vitest"
import { keyRun } from "../../lib/testing/booking/key-run"
import type { BookingPlant } from "../../lib/testing/booking/plants"
import { raceRun } from "../../lib/testing/booking/race-run"
import { testDatabase } from "../../lib/testing/pg"
import { BY_CHANCE, someOf } from "../../lib/testing/some-of"

/* The small forms of `npm run faults -- bookings` and `npm run faults -- idempotency`; every planted bug must show, some of them each time. */

async function onDatabase<T>(work: (database: { appUrl: string; ownerUrl: string }) => Promise<T>): Promise<T> {
  const database = await testDatabase()
  try {
    return await work(database)
  } finally {
    await database.drop()
  }
}
const races = (plant: BookingPlant | null, calls: number, kills: number, until?: RegExp) =>
  onDatabase((database) => raceRun({ ...database, plant, calls, kills, ...(until && { until }) }))
const keys = (plant: BookingPlant | null, count: number, kills: number) =>
  onDatabase((database) => keyRun({ ...database, plant, keys: count, kills }))

describe("F1 racing commits from two processes", () => {
  test("D1 D5 D16 no bucket is taken twice, what was told is there, also when one of them is killed", async () => {
    const run = await races(null, 1_200, 2)
    expect(run.wrong).toEqual([])
    expect(run.kills).toBe(2)
    expect(run.kinds.committed).toBeGreaterThan(100)
  }, 60_000)

  const bugs = [
    ["check-then-write", "one bucket"],
    ["lock-and-check-in-one", "one bucket"],
    ["rest-left", "buckets are not exactly their own"],
    ["no-bump-window", "frozen"],
    ["priority-reversed", "no better rank"],
    ["equals-steal-holds", "displaced by who may not"],
  ] as const
  test.each(someOf(bugs, 1))("with %s it shows", { ...BY_CHANCE, timeout: 60_000 }, async (plant, says) => {
    const { wrong } = await races(plant, 8_000, 0, new RegExp(says))
    expect(wrong.join("; ")).toContain(says)
  })

  test("D9 with log-apart it shows when a process is killed", { ...BY_CHANCE, timeout: 60_000 }, async () => {
    const found = /without their row|told are not there/
    const { wrong } = await races("log-apart", 8_000, 6, found)
    expect(wrong.join("; ")).toMatch(found)
  })
})

describe("F3 keys from two processes", () => {
  test("D20 one effect and one answer a key, also when one of them is killed", async () => {
    const run = await keys(null, 300, 2)
    expect(run.wrong).toEqual([])
    expect(run.kills).toBeGreaterThan(0)
  }, 60_000)

  const bugs = [
    ["key-unlocked", "booked more than once|were decided|answered in"],
    ["key-apart", "were decided|answered in"],
    ["digest-ignored", "were not refused"],
  ] as const
  test.each(someOf(bugs, 1))("with %s it shows", { ...BY_CHANCE, timeout: 60_000 }, async (plant, says) => {
    const { wrong } = await keys(plant, 300, plant === "key-apart" ? 2 : 0)
    expect(wrong.join("; ")).toMatch(new RegExp(says))
  })
})
