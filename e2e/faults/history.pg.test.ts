import { expect, test } from "vitest"
import { RECORD_PLANTS, type RecordPlantName } from "../../lib/testing/history/plants"
import { runHistory } from "../../lib/testing/history/run"
import { testDatabase } from "../../lib/testing/pg"
import { BY_CHANCE, someOf } from "../../lib/testing/some-of"

/* The small form of `npm run faults -- history`; every planted bug must show, some of them each time. */

async function history(plant: RecordPlantName | null, calls: number, kills: number) {
  const { appUrl, drop } = await testDatabase()
  try {
    return await runHistory({ appUrl, calls, kills, plant })
  } finally {
    await drop()
  }
}

test("F2 C1 what two processes were answered is linearizable, also when some are killed", async () => {
  const { wrong, kills, lost, answers } = await history(null, 2_400, 2)
  expect(wrong).toEqual([])
  expect([kills, lost > 0]).toEqual([2, true])
  for (const kind of [
    "write applied",
    "write refused",
    "create applied",
    "create refused",
    "delete applied",
    "read absent",
  ])
    expect([kind, answers[kind]]).toEqual([kind, expect.any(Number)])
})

test.each(someOf(Object.keys(RECORD_PLANTS) as RecordPlantName[], 1))(
  "F2 with %s it shows",
  BY_CHANCE,
  async (plant) => {
    const { wrong } = await history(plant, 2_000, 0)
    expect(wrong).not.toEqual([])
  },
)
