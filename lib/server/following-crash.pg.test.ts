import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { scaledTimes } from "../testing/crashes/scaled"
import { SPLITS, splitEverywhere } from "../testing/crashes/split-crash"
import { openScene, type Scene } from "../testing/scene"

/* F4 for "this and all later ones": wherever a process ends, both halves stand or neither does, and no instance is missing at any time. */

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(provider, { times: { ...scaledTimes(40), approvalTtlMs: 3_000 } })
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
  })
  afterAll(() => scene.close())

  test.each(SPLITS)(
    "%s, ended at every call",
    async (which) => {
      const verdicts = await splitEverywhere(scene, which)
      expect(verdicts.length).toBeGreaterThan(30)
      expect(verdicts.flatMap(({ at, broken }) => broken.map((what) => `${at}: ${what}`))).toEqual([])
    },
    300_000,
  )
})
