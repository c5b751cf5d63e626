import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { PLANTS, type PlantName } from "../testing/interleavings/plants"
import { type InterleavingReport, runInterleavings } from "../testing/interleavings/run"
import { openScene, type Scene } from "../testing/scene"
import { someOf } from "../testing/some-of"

/* The small form of `npm run faults -- interleavings`: another seed every time, and each planted bug must turn it red, some of them each time. */

const RUNS = 50
const PLANTED_RUNS = 300
const LIMIT_MS = 120_000
const seed = Math.floor(Math.random() * 2 ** 31)

const again = ({ provider, violation }: InterleavingReport) =>
  violation &&
  `${violation.what}: npm run faults -- interleavings --provider ${provider} --seed ${seed} --path ${violation.path}`

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(provider)
  })
  afterAll(() => scene.close())

  test(
    `${RUNS} stories from seed ${seed}: no edit lost, no success that was none, nobody told that they changed what they did not`,
    async () => {
      const report = await runInterleavings(scene, { runs: RUNS, seed })
      expect(again(report)).toBeNull()
      const met = Object.keys(report.met).join(" ")
      for (const ending of ["applied", "version-adopted", "conflict collision", "conflict disjoint", "at the provider"])
        expect(met).toContain(ending)
    },
    LIMIT_MS,
  )

  if (provider === "google")
    test.each(someOf(Object.keys(PLANTS) as PlantName[], 2))(
      "the bug %s is found",
      async (plant) => {
        const report = await runInterleavings(scene, { runs: PLANTED_RUNS, seed, plant, shrink: false })
        expect(report.violation).not.toBeNull()
      },
      LIMIT_MS,
    )
})
