import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { PLANTS, type PlantName } from "../testing/interleavings/plants"
import { type InterleavingReport, runInterleavings } from "../testing/interleavings/run"
import { openScene, type Scene } from "../testing/scene"
import { BY_CHANCE, someOf } from "../testing/some-of"

/* The small form of `npm run faults -- interleavings`: another seed every time, and each planted bug must turn it red, some of them each time. */

/** Enough for every ending to be met; the other provider takes a few, in turn. */
const RUNS = { thorough: 50, brief: 15 }
const PLANTED_RUNS = 300
const LIMIT_MS = 120_000
const seed = Math.floor(Math.random() * 2 ** 31)
const PROVIDERS = ["google", "microsoft"] as const
const thorough = someOf(PROVIDERS, 1)

const again = ({ provider, violation }: InterleavingReport) =>
  violation &&
  `${violation.what}: npm run faults -- interleavings --provider ${provider} --seed ${seed} --path ${violation.path}`

describe.each(PROVIDERS)("%s", (provider) => {
  const isThorough = thorough.includes(provider)
  const runs = isThorough ? RUNS.thorough : RUNS.brief
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(provider)
  })
  afterAll(() => scene.close())

  test(
    `${runs} stories from seed ${seed}: no edit lost, no success that was none, nobody told that they changed what they did not`,
    async () => {
      const report = await runInterleavings(scene, { runs, seed })
      expect(again(report)).toBeNull()
      if (!isThorough) return
      const met = Object.keys(report.met).join(" ")
      for (const ending of ["applied", "version-adopted", "conflict collision", "conflict disjoint", "at the provider"])
        expect(met).toContain(ending)
    },
    LIMIT_MS,
  )

  if (provider === "google")
    test.each(someOf(Object.keys(PLANTS) as PlantName[], 1))(
      "the bug %s is found",
      { ...BY_CHANCE, timeout: LIMIT_MS },
      async (plant) => {
        const report = await runInterleavings(scene, { runs: PLANTED_RUNS, seed, plant, shrink: false })
        expect(report.violation).not.toBeNull()
      },
    )
})
