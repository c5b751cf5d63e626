import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { openScene, type Scene } from "../testing/scene"
import { seriesOf } from "../testing/series-stage"
import { stageOf } from "../testing/stage"
import { actOnEvent } from "./act-on-event"
import { applyProposal } from "./apply-proposal"
import { chooseGuestsTold } from "./choose-guests-told"
import { editEvent } from "./edit-event"
import { hashOf } from "./store-proposal"
import { undoProposal } from "./undo-proposal"

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

  const sent = async (mark: number) =>
    (await scene.writes(mark)).map((w) => `${w.method} ${new URLSearchParams(w.query).get("sendUpdates")}`)

  test.each([
    [true, "all"],
    [false, "none"],
  ])(
    "B7 a person's own move, its undo and a delete, told: %s; it is in the hash of what was said yes to",
    async (tell, word) => {
      const { event, date } = await stage.given()
      const mark = await scene.sandbox.lastExchange()
      const patch = { start: stage.at(date, 13), end: stage.at(date, 14) }
      const moved = await editEvent(scene.deps, scene.person, event, patch, "this", tell)
      if (!("proposalId" in moved)) return expect.unreachable(moved.kind)
      const proposal = await scene.proposal(moved.proposalId)
      expect(proposal.operations.map((op) => op.notify)).toEqual([tell])
      expect(hashOf(proposal.operations)).toBe(proposal.planHash)
      expect(hashOf(proposal.operations.map((op) => ({ ...op, notify: !tell })))).not.toBe(proposal.planHash)
      await undoProposal(scene.deps, scene.person, moved.proposalId)
      const seen = (await scene.now(event.value.ref)) ?? expect.unreachable("it is gone")
      await actOnEvent(scene.deps, scene.person, seen, { kind: "delete" }, tell)
      expect(await sent(mark)).toEqual([`PATCH ${word}`, `PATCH ${word}`, `DELETE ${word}`])
    },
  )

  test("a series, all of it and the rest of it, without a word to the guests", async () => {
    const series = await seriesOf(scene).weekly({ count: 4 })
    const mark = await scene.sandbox.lastExchange()
    const one = await series.pulled(1, 11)
    await editEvent(scene.deps, scene.person, one.seen, one.patch, "series", false)
    const third = await scene.now(await series.instance(2))
    const rest = await series.pulled(2, 15)
    await editEvent(scene.deps, scene.person, third ?? rest.seen, rest.patch, "following", false)
    expect(await sent(mark)).toEqual(["PATCH none", "POST none", "PATCH none"])
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
    const { event } = await stageOf(scene).given()
    const mark = await scene.sandbox.lastExchange()
    const refused = { kind: "forbidden", reason: "guests-always-told" }
    expect(await actOnEvent(scene.deps, scene.person, event, { kind: "delete" }, false)).toEqual(refused)
    const patch = { summary: "Quietly" }
    expect(await editEvent(scene.deps, scene.person, event, patch, "this", false)).toEqual(refused)
    expect(await scene.writes(mark)).toEqual([])
    expect(await scene.now(event.value.ref)).toEqual(event)
  } finally {
    await scene.close()
  }
})
