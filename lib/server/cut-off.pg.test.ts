import { afterAll, beforeAll, expect, test } from "vitest"
import { openScene, type Scene } from "../testing/scene"
import { stageOf } from "../testing/stage"
import { logOf } from "./log-of"

/* A process that dies between the yes and the first intent leaves a proposal that nobody carries out. */

let scene: Scene
let stage: ReturnType<typeof stageOf>
beforeAll(async () => {
  scene = await openScene("google")
  stage = stageOf(scene)
})
afterAll(() => scene.close())

test("a proposal cut off after the yes ends, says so in the log, and nothing was written", async () => {
  const { proposal, mark } = await stage.proposed()
  const { workspaceId, id: proposalId, userId, planHash } = proposal
  const log = logOf.approval(proposal, planHash)
  await scene.deps.guarded.approve({ workspaceId, proposalId, userId, planHash, ttlMs: 120_000, log })
  expect(await scene.deps.store.endCutOff(60_000)).toBe(0)
  expect(await scene.proposal(proposalId)).toMatchObject({ state: "applying" })
  expect(await scene.deps.store.endCutOff(0)).toBe(1)
  expect(await scene.proposal(proposalId)).toMatchObject({ state: "stopped", operations: [{ state: "skipped" }] })
  expect(await scene.db.logRow.count({ where: { proposalId, kind: "dropped" } })).toBe(1)
  expect(await scene.writes(mark)).toEqual([])
})

test("one that is under way is left alone", async () => {
  const { proposal } = await stage.proposed()
  await scene.sandbox.fault({ provider: "google", kind: "latency", method: "PATCH", delayMs: 300 })
  const applying = stage.apply(proposal)
  await stage.untilSent(proposal)
  expect(await scene.deps.store.endCutOff(0)).toBe(0)
  expect(await applying).toMatchObject({ kind: "applied" })
  expect(await scene.proposal(proposal.id)).toMatchObject({ state: "done" })
})
