import { expect, test } from "vitest"
import { BY_CHANCE, someOf } from "../../lib/testing/some-of"
import { PLANTS, type PlantName, pushStory } from "./parts/push-story"

/* The small form of `npm run faults -- push`. */

/** Chance that is the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

test.each(["google", "microsoft"] as const)("F7 dropped, doubled, reordered: %s", async (provider) => {
  const told = await pushStory({ provider, edits: 30, chance: seeded(7) })
  expect(told.wrong).toEqual([])
  expect(told.calls).toBeGreaterThan(5)
})

test.each(someOf(Object.keys(PLANTS) as PlantName[], 1))("the planted bug %s is found", BY_CHANCE, async (plant) => {
  expect((await pushStory({ provider: "google", edits: 30, chance: seeded(7), plant })).wrong).not.toEqual([])
})
