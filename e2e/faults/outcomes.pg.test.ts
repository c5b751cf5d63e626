import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { scaledTimes } from "../../lib/testing/crashes/scaled"
import type { Fate, Operation } from "../../lib/testing/outcomes/cells"
import type { PlantName } from "../../lib/testing/outcomes/plants"
import { runOutcomes } from "../../lib/testing/outcomes/run"
import { openScene, type Scene } from "../../lib/testing/scene"
import { BY_CHANCE, someOf } from "../../lib/testing/some-of"

/* F5, the small form of `npm run faults -- outcomes`: every cell once, and some of the bugs each time. */

const FACTOR = 20

describe.each(["google", "microsoft"] as const)("F5 %s", (provider) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(provider, { times: scaledTimes(FACTOR) })
  })
  afterAll(() => scene.close())

  test("every fate of a request x every operation: one effect at most, told as it was, finished", async () => {
    const report = await runOutcomes(scene, { seeds: 1, atOnce: 8 })
    expect(report.broken).toEqual([])
    // that it takes a minute at most is the harness's to say: here a moment of a busy machine counts for twenty
  }, 60_000)

  const bugs: [PlantName, Fate, Operation, RegExp][] = [
    ["retry-writes", "appliedBut5xx", "update", /I4/],
    ["retry-writes", "throttled", "create", /I4/],
    ["no-if-match", "spurious412", "update", /precondition/],
    ["no-marker", "replyLost", "create", /marker/],
    ["success-on-5xx", "notSent", "respond", /I1|I3/],
    ["unknown-is-failure", "replyLost", "delete", /I1|I3/],
    ["looks-once", "appliedLate", "delete", /I1|I3/],
  ]
  test.each(someOf(bugs, 1))(
    "the bug %s is found at %s of %s",
    { ...BY_CHANCE, timeout: 30_000 },
    async (plant, fate, operation, sentence) => {
      const report = await runOutcomes(scene, { seeds: 16, atOnce: 8, plant, fates: [fate], operations: [operation] })
      expect(report.broken.join("\n")).toMatch(sentence)
    },
  )
})
