import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { openScene, type Scene } from "../testing/scene"
import { stageOf } from "../testing/stage"
import { applyProposal } from "./apply-proposal"
import { chooseGuestsTold } from "./choose-guests-told"

/* "Tell the guests" is part of the plan: a yes to the one that tells is none to the one that does not. */

describe("google", () => {
  let scene: Scene
  let stage: ReturnType<typeof stageOf>
  beforeAll(async () => {
    scene = await openScene("google")
    stage = stageOf(scene)
  })
  afterAll(() => scene.close())

  test("B7 turned off: another hash, the old yes does not hold, and the request says none", async () => {
    const { proposal, mark } = await stage.proposed()
    expect(proposal.operations.map((op) => op.notify)).toEqual([true])
    expect(await chooseGuestsTold(scene.deps.store, scene.person, proposal.id, false)).toEqual({ kind: "chosen" })
    const quiet = await scene.proposal(proposal.id)
    expect(quiet.operations.map((op) => op.notify)).toEqual([false])
    expect(quiet.planHash).not.toBe(proposal.planHash)
    expect(await applyProposal(scene.deps, scene.person, proposal.id, proposal.planHash)).toMatchObject({
      kind: "forbidden",
      reason: "plan-changed",
    })
    expect(await scene.writes(mark)).toEqual([])
    expect(await stage.apply(quiet)).toMatchObject({ kind: "applied" })
    expect((await scene.writes(mark)).map((w) => new URLSearchParams(w.query).get("sendUpdates"))).toEqual(["none"])
  })

  test("there and back is the plan it was; after Apply and for others it cannot be chosen", async () => {
    const { proposal } = await stage.proposed()
    await chooseGuestsTold(scene.deps.store, scene.person, proposal.id, false)
    await chooseGuestsTold(scene.deps.store, scene.person, proposal.id, true)
    expect((await scene.proposal(proposal.id)).planHash).toBe(proposal.planHash)
    const eve = await scene.addMember(`eve-${randomUUID()}`)
    expect(await chooseGuestsTold(scene.deps.store, eve, proposal.id, false)).toEqual({ kind: "notFound" })
    await stage.apply(proposal)
    expect(await chooseGuestsTold(scene.deps.store, scene.person, proposal.id, false)).toEqual({ kind: "superseded" })
  })
})

test("microsoft tells them in any case: said in the proposal, and not to be chosen", async () => {
  const scene = await openScene("microsoft")
  try {
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    const { proposal } = await stageOf(scene).proposed()
    expect(proposal.readings).toContain("guests-always-told")
    expect(await chooseGuestsTold(scene.deps.store, scene.person, proposal.id, false)).toEqual({
      kind: "forbidden",
      reason: "not-supported",
    })
    expect((await scene.proposal(proposal.id)).planHash).toBe(proposal.planHash)
  } finally {
    await scene.close()
  }
})
