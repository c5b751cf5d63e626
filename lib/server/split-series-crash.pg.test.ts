import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { splitSeries } from "../domain/split-series"
import { withAccount } from "../testing/crashes/moments"
import { scaledTimes } from "../testing/crashes/scaled"
import { SPLITS, splitAt, splitEverywhere } from "../testing/crashes/split-crash"
import { openScene, type Scene, type SceneDeps } from "../testing/scene"
import { someOf } from "../testing/some-of"

/** The old series is ended before the new one is made, as most tools do it. */
const trimsFirst = (deps: SceneDeps): SceneDeps =>
  withAccount(deps, (account) => ({
    ...account,
    async split(ref, from, patch, seen, options) {
      const read = await account.get(ref)
      const parts = read.kind === "found" && splitSeries(read.event.value, from, patch)
      if (parts) await account.update(ref, parts.head, seen, { ...options, marker: randomUUID() })
      return { kind: "notApplied", reason: "other" }
    },
  }))

/** What writes anything: the records, or the calendar. */
const WRITES = /guarded\.|provider\.(split|update|delete)|store\.(setProposalState|skipFrom|endOperation)/

/*
 * F4 for "this and all later ones": wherever a process ends, both halves stand or neither does, and no instance is missing at any time. The small form of `npm run faults -- splits`, which takes
 * all of it on both providers, at every call.
 */

const PROVIDERS = ["google", "microsoft"] as const
/** A late write takes its time: on one of them. */
const late = someOf(PROVIDERS, 1)

describe.each(PROVIDERS)("%s", (provider) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(provider, { times: { ...scaledTimes(40), approvalTtlMs: 1_500 } })
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
  })
  afterAll(() => scene.close())

  if (late.includes(provider)) {
    test("a second write that is carried out after it was given up for lost finds another version: no instance is lost", async () => {
      expect((await splitAt(scene, "arrives late", null)).broken).toEqual([])
    }, 60_000)

    test("the bug of no fence is found: the late write ends the old series when the new one is gone", async () => {
      const unfenced = (deps: SceneDeps) =>
        withAccount(deps, (account) => ({
          ...account,
          async update(ref, patch, ...rest) {
            if (Object.keys(patch).length > 0) return account.update(ref, patch, ...rest)
            const read = await account.get(ref)
            return read.kind === "found" ? { kind: "applied", event: read.event } : { kind: "conflict" }
          },
        }))
      expect((await splitAt(scene, "arrives late", null, { plant: unfenced })).broken.join()).toContain("in the end")
    }, 60_000)
  }

  test("the bug of the old series first is found: whoever dies in between has lost the rest", async () => {
    expect((await splitAt(scene, "applied", null, { plant: trimsFirst })).broken.join()).toContain("lost")
  }, 60_000)

  const inTime = SPLITS.filter((which) => which !== "arrives late")
  test.each(provider === "google" ? someOf(inTime, 2) : ["applied" as const])(
    "%s, ended at a sixth of the calls that write, with others each time",
    async (which) => {
      const verdicts = await splitEverywhere(scene, which, { only: WRITES, oneOf: 6 })
      expect(verdicts.length).toBeGreaterThan(2)
      expect(verdicts.flatMap(({ at, broken }) => broken.map((what) => `${at}: ${what}`))).toEqual([])
    },
    300_000,
  )
})
