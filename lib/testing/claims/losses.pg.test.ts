import { describe, expect, test } from "vitest"
import type { Edit } from "../booking/plants"
import { testDatabase } from "../pg"
import { BY_CHANCE, someOf } from "../some-of"
import { CLAIM_PLANTS, LOSSES, loseHolders, type Signal } from "./losses"

/* The small form of `npm run faults -- claims`. */

const bySignal = (signal: Signal) => LOSSES.filter(([, each]) => each === signal)

async function lost(losses: typeof LOSSES, plant?: Edit) {
  const database = await testDatabase()
  try {
    return await loseHolders({ ...database, losses, ttlMs: 300, everyMs: 200, slackMs: 1_500, ...(plant && { plant }) })
  } finally {
    await database.drop()
  }
}

describe("C3 C4 the holder of a claim is lost in the middle of its work", () => {
  test("killed or asleep at any step: swept in time, the next one lands, a zombie is superseded and nothing of it is written", async () => {
    const losses = await lost([...someOf(bySignal("SIGKILL"), 3), ...someOf(bySignal("SIGSTOP"), 2)])
    expect(losses.flatMap(({ at, signal, wrong }) => wrong.map((sentence) => [at, signal, sentence]))).toEqual([])
  }, 60_000)

  test.each(someOf(Object.entries(CLAIM_PLANTS), 1))(
    "with %s it shows",
    { ...BY_CHANCE, timeout: 60_000 },
    async (_, plant) => {
      const losses = await lost(
        LOSSES.filter(([{ when, step }, signal]) => signal === "SIGSTOP" && when === "before" && step === "write"),
        plant,
      )
      expect(losses.flatMap(({ wrong }) => wrong).join("; ")).toMatch(/not ended in time|awake, its write was applied/)
    },
  )
})
