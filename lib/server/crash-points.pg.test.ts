import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { crashAt, crashEverywhere } from "../testing/crashes/crash-at"
import { CASES } from "../testing/crashes/crash-cases"
import { type PlantName, plantOf } from "../testing/crashes/plants"
import { scaledTimes } from "../testing/crashes/scaled"
import { openScene, type Scene } from "../testing/scene"

/* The small form of `npm run faults -- crashpoints`: two cases here, all of them there. */

describe("F4 a process that ends at any call it makes", () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene("microsoft", { times: scaledTimes(40) })
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
  })
  afterAll(() => scene.close())

  const caseOf = (name: string) => CASES.find((each) => each.name === name) ?? expect.unreachable(name)

  test.each(["applied", "only an RSVP in between: one successor"])(
    "%s: one write at most, one outcome, wherever it ends",
    async (name) => {
      const verdicts = await crashEverywhere(scene, caseOf(name))
      expect(verdicts.map(({ at }) => at)).toContain("after provider.update")
      expect(verdicts.filter(({ hit }) => !hit)).toEqual([])
      expect(verdicts.flatMap(({ broken }) => broken)).toEqual([])
    },
    60_000,
  )

  test.each<[PlantName, Parameters<typeof crashAt>[2]]>([
    ["intent-after-send", "after provider.update"],
    ["no-marker", "after provider.update"],
    ["log-in-second-transaction", "before audit.append"],
    ["no-log-row", "after guarded.finish"],
  ])("the bug %s is found %s", async (plant, at) => {
    expect((await crashAt(scene, caseOf("applied"), at, plantOf(plant).sender)).broken).not.toEqual([])
  })
})
