import { expect, test } from "vitest"
import { openScene } from "../../lib/testing/scene"
import { BY_CHANCE } from "../../lib/testing/some-of"
import { measure } from "./parts/measure"

const TIMED = { ...BY_CHANCE, timeout: 60_000 }

/* That the bench can tell: what would make a commit slow shows in the figure that its goal is about. How fast it is, no busy machine can say. */

test("a slot that is read after the event, instead of beside it, costs a whole round trip", TIMED, async () => {
  const scene = await openScene("microsoft")
  try {
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    const bench = { rounds: 3, warmUp: 1, latencyMs: 400 }
    const ours = await measure(scene, bench)
    const planted = await measure(scene, { ...bench, plant: "reads-in-a-row" })
    // of 400 ms; two runs after each other differ by what else the machine does, and so does what both sides of a run take
    expect(planted.addedMs - ours.addedMs).toBeGreaterThan(150)
  } finally {
    await scene.close()
  }
})

test("a slow database shows in what a commit adds", TIMED, async () => {
  const scene = await openScene("microsoft")
  try {
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    expect(
      (await measure(scene, { rounds: 5, warmUp: 2, latencyMs: 0, plant: "slow-database" })).addedMs,
    ).toBeGreaterThan(20)
  } finally {
    await scene.close()
  }
})
