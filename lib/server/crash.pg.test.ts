import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { PlantName } from "../testing/crashes/plants"
import { crashRound, type Ending } from "../testing/crashes/round"
import { scaledTimes } from "../testing/crashes/scaled"
import { openScene, type Scene } from "../testing/scene"
import { BY_CHANCE, someOf } from "../testing/some-of"

/* The small form of `npm run faults -- kill`: real processes, really killed, and a recovery that only reads. */

const FACTOR = 20

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(provider, { times: scaledTimes(FACTOR) })
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
  })
  afterAll(() => scene.close())

  const LIMIT_MS = 60_000
  const killed = (ending: Ending, plant?: PlantName) =>
    crashRound(scene, { ending, writes: 2, ...(plant && { plant }) })

  const endings: [string, Ending, string][] = [
    ["killed when it was PREPARED: certainly not sent", { kind: "killedAt", moment: "prepared" }, "notApplied"],
    ["killed when it was SENT, before the request left: no trace", { kind: "killedAt", moment: "sent" }, "notApplied"],
    ["killed before the answer: found by its marker", { kind: "killedInFlight", requestTakesMs: 250 }, "applied"],
    ["killed between the answer and its record", { kind: "killedAt", moment: "answered" }, "applied"],
    [
      "taken for dead, and then its write succeeds: one correction",
      { kind: "stoppedAt", moment: "sent" },
      "notApplied, corrected",
    ],
    [
      "taken for dead after the provider was done: nothing is said twice",
      { kind: "stoppedAt", moment: "answered" },
      "applied",
    ],
  ]
  const some = provider === "google" ? someOf(endings, 3) : endings.filter(([name]) => name.startsWith("killed before"))

  test.concurrent.each(some)(
    "%s",
    async (_, ending, expected) => {
      const result = await killed(ending)
      expect(result.broken).toEqual([])
      expect(new Set(result.ends)).toContain(expected)
    },
    LIMIT_MS,
  )

  if (provider !== "google") return
  const SEEN = { ...BY_CHANCE, timeout: LIMIT_MS }
  const found = async (plant: PlantName, ending: Ending) => expect((await killed(ending, plant)).broken).not.toEqual([])

  const ofSenders: [PlantName, Ending][] = [
    ["intent-after-send", { kind: "killedAt", moment: "answered" }],
    ["no-marker", { kind: "killedAt", moment: "answered" }],
    ["log-in-second-transaction", { kind: "killedAt", moment: "recorded" }],
    ["late-success-unsaid", { kind: "stoppedAt", moment: "sent" }],
  ]
  test.concurrent.each(someOf(ofSenders, 1))("the bug %s of a sender is found", SEEN, found)

  const ofRecovery: [PlantName, Ending][] = [
    ["unknown-resent", { kind: "killedAt", moment: "answered" }],
    ["unknown-is-applied", { kind: "killedAt", moment: "sent" }],
    ["no-log-row", { kind: "killedAt", moment: "answered" }],
  ]
  test.each(someOf(ofRecovery, 1))("the bug %s of a recovery is found", SEEN, found)
})
