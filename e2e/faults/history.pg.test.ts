import { describe, expect, test } from "vitest"
import { HISTORY_PLANTS, type HistoryPlant } from "../../lib/testing/history/plants"
import { historyRun } from "../../lib/testing/history/run"
import { testDatabase } from "../../lib/testing/pg"
import { someOf } from "../../lib/testing/some-of"

/* The small form of `npm run faults -- history`; every planted bug must show, some of them each time. */

async function run(plant: HistoryPlant | null, operations: number, kills: number, roundOf: number) {
  const database = await testDatabase()
  try {
    return await historyRun({ ...database, plant, operations, kills, roundOf })
  } finally {
    await database.drop()
  }
}

describe("F2 clients of two processes at a few keys", () => {
  test("C1 the history of every key is linearizable, also when one process is killed", async () => {
    const { wrong, kills, answers } = await run(null, 2_400, 1, 1_200)
    expect(wrong).toEqual([])
    expect(kills).toBe(1)
    for (const told of ["write made", "write stood", "create stood", "delete made", "read absent"])
      expect([told, answers[told] ?? 0]).toEqual([told, expect.toSatisfy((n: number) => n > 10)])
  }, 60_000)

  test.each(someOf(Object.entries(HISTORY_PLANTS), 1))(
    "with %s it shows",
    async (plant, { shows }) => {
      const { wrong } = await run(plant as HistoryPlant, 20_000, 0, 500)
      expect(wrong.join("; ")).toMatch(shows)
    },
    60_000,
  )
})
