import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { openScene, type Scene } from "../testing/scene"
import { seriesOf } from "../testing/series-stage"
import { stageOf, statuses } from "../testing/stage"
import { editEvent } from "./edit-event"
import { resolveConflict } from "./resolve-conflict"
import { halvesOf, settleSplits } from "./settle-split"
import { undoProposal } from "./undo-proposal"

/* T13, B4: "this and all later ones" is two writes, of which both stand or neither does. */

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let stage: ReturnType<typeof stageOf>
  let given: ReturnType<typeof seriesOf>
  beforeAll(async () => {
    scene = await openScene(provider)
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    stage = stageOf(scene)
    given = seriesOf(scene)
  })
  afterAll(() => scene.close())

  const POST = provider === "google" ? 200 : 201
  const DELETED = 204

  test("the new series has the rest of the rule, the old one ends before, and every instance is there once", async () => {
    const series = await given.weekly({ count: 5 })
    const proposal = await series.proposed(2, 15)
    expect(proposal.operations.map((op) => op.change.kind)).toEqual(["split", "trim"])
    const mark = await scene.sandbox.lastExchange()
    expect(await stage.apply(proposal)).toMatchObject({ kind: "applied" })
    expect(statuses(await scene.writes(mark))).toEqual([POST, 200])
    expect(await series.instances()).toEqual(series.split(2, 15))
    expect((await scene.proposal(proposal.id)).state).toBe("done")
    const made = (await scene.proposal(proposal.id)).operations[0]?.after
    expect(made?.value.recurrence.join()).toContain("COUNT=3")
  })

  test("undo: the old rule again, and then no new series", async () => {
    const series = await given.weekly({ count: 5 })
    const proposal = await series.proposed(1, 14)
    await stage.apply(proposal)
    const mark = await scene.sandbox.lastExchange()
    const undone = await undoProposal(scene.deps, scene.person, proposal.id)
    expect(undone?.applied).toMatchObject({ last: { kind: "applied" } })
    expect(statuses(await scene.writes(mark))).toEqual([200, DELETED])
    expect(await series.instances()).toEqual(series.untouched())
  })

  test("changed before the first write: asked, and nothing is written", async () => {
    const series = await given.weekly({ count: 4 })
    const proposal = await series.proposed(2, 15)
    await stage.edit(series.ref, { location: "Room 9" })
    const mark = await scene.sandbox.lastExchange()
    expect(await stage.apply(proposal)).toMatchObject({ kind: "conflict", conflict: { relation: "disjoint" } })
    expect(await scene.writes(mark)).toEqual([])
    expect(await series.instances()).toEqual(series.untouched())
  })

  test("changed between the two writes: the second is refused, the first taken back, and the person asked", async () => {
    const series = await given.weekly({ count: 4 })
    const proposal = await series.proposed(2, 15)
    await series.editBeforeTrim({ summary: `${series.title}, renamed` })
    const mark = await scene.sandbox.lastExchange()
    expect(await stage.apply(proposal)).toMatchObject({ kind: "conflict" })
    expect(statuses(await scene.writes(mark))).toEqual([POST, 412, DELETED])
    expect(await series.instances(`${series.title}, renamed`)).toEqual(series.untouched())
    expect(await series.instances()).toEqual([])

    const ended = await scene.proposal(proposal.id)
    expect([ended.state, ...ended.operations.map((op) => op.state)]).toEqual([
      "conflict",
      "takenBack",
      "conflict",
      "applied",
    ])
    const deleted = (await scene.writes(mark)).at(-1)
    expect(deleted?.headers["if-match"]).toBe(halvesOf(ended)?.split.after?.version)

    const resolved = await resolveConflict(scene.deps, scene.person, await stage.conflictId(proposal), "move")
    expect(resolved).toMatchObject({ kind: "carriedOut", last: { kind: "applied" } })
    expect(await series.instances(`${series.title}, renamed`)).toEqual(series.split(2, 15))
  })

  test("only a reply in between: nothing anybody sees, but the copy has it not, so it is taken back and said", async () => {
    const series = await given.weekly({ count: 4 })
    const proposal = await series.proposed(2, 15)
    await series.editBeforeTrim(stage.guestAccepts)
    expect(await stage.apply(proposal)).toMatchObject({ kind: "notApplied", reason: "moved-while-splitting" })
    expect(await series.instances()).toEqual(series.untouched())
    expect(await stage.apply(await series.proposed(2, 15))).toMatchObject({ kind: "applied" })
  })

  test("a reply between the plan and Apply is copied along: both writes go out on the version that has it", async () => {
    const series = await given.weekly({ count: 4 })
    const proposal = await series.proposed(2, 15)
    await stage.edit(series.ref, stage.guestAccepts)
    const version = (await scene.now(series.ref))?.version
    const mark = await scene.sandbox.lastExchange()
    expect(await stage.apply(proposal)).toMatchObject({ kind: "applied" })
    expect((await scene.writes(mark)).at(-1)?.headers["if-match"]).toBe(version)
    expect(await series.instances()).toEqual(series.split(2, 15))
  })

  test("the copy changed before it could be taken back: the person is asked about it, and nothing is lost", async () => {
    const series = await given.weekly({ count: 4 })
    const proposal = await series.proposed(2, 15)
    await series.editBeforeTrim({ summary: `${series.title}, renamed` })
    await series.deletesFail(1)
    await stage.apply(proposal)
    const made = halvesOf(await scene.proposal(proposal.id))?.split.after?.value.ref
    if (!made) return expect.unreachable()
    await stage.edit(made, { location: "Room 3" })
    await settleSplits(scene.deps)
    const asked = await scene.proposal(proposal.id)
    expect(asked.operations.map((op) => op.state)).toEqual(["applied", "failed", "conflict"])
    expect((await scene.now(made))?.value.location).toBe("Room 3")
    await resolveConflict(scene.deps, scene.person, await stage.conflictId(proposal), "move")
    expect(await scene.now(made)).toBeNull()
    // and then about what was lost first
    expect((await scene.proposal(proposal.id)).operations.map((op) => op.state)).toEqual([
      "takenBack",
      "conflict",
      "applied",
    ])
  })

  test("pulled on the grid: this one and all later ones, all of them, and an instance that was not on screen so", async () => {
    const series = await given.weekly({ count: 4 })
    const one = await series.pulled(2, 15)
    expect(await editEvent(scene.deps, scene.person, one.seen, one.patch, "following")).toMatchObject({
      applied: { last: { kind: "applied" } },
    })
    expect(await series.instances()).toEqual(series.split(2, 15))

    const other = await given.weekly({ count: 3 })
    const first = await other.pulled(0, 15)
    expect(await editEvent(scene.deps, scene.person, first.seen, first.patch, "following")).toMatchObject({
      applied: { last: { kind: "applied" } },
    })
    expect(await other.instances(), "from the first one on is all of them").toEqual(other.split(0, 15))
    const all = await other.pulled(1, 9)
    await editEvent(scene.deps, scene.person, all.seen, all.patch, "series")
    expect(await other.instances()).toEqual(other.split(0, 9))

    const stale = await other.pulled(1, 14)
    await stage.edit(stale.seen.value.ref, { location: "Room 9" })
    const mark = await scene.sandbox.lastExchange()
    expect(await editEvent(scene.deps, scene.person, stale.seen, stale.patch, "following")).toEqual({
      kind: "forbidden",
      reason: "plan-changed",
    })
    expect(await scene.writes(mark)).toEqual([])
  })

  test("what the new series could not have is said first, and waits for a yes of its own", async () => {
    const series = await given.weekly({ count: 4 })
    await stage.edit(series.ref, stage.guestAccepts)
    const { seen, patch } = await series.pulled(2, 15)
    const mark = await scene.sandbox.lastExchange()
    const edited = await editEvent(scene.deps, scene.person, seen, patch, "following")
    if (provider === "google") return expect(edited).toMatchObject({ applied: { last: { kind: "applied" } } })
    if ("kind" in edited) return expect.unreachable(edited.reason)
    expect(edited.applied).toBeNull()
    expect(await scene.writes(mark)).toEqual([])
    const proposal = await scene.proposal(edited.proposalId)
    expect(proposal.readings).toEqual(["replies-lost"])
    expect(await stage.apply(proposal)).toMatchObject({ kind: "applied" })
    expect(await series.instances()).toEqual(series.split(2, 15))
  })

  test("an earlier one that was changed by hand stays, and is no lost race", async () => {
    const series = await given.weekly({ count: 4 })
    await series.editInstance(0, { location: "Room 9" })
    const proposal = await series.proposed(2, 15)
    expect(await stage.apply(proposal)).toMatchObject({ kind: "applied" })
    expect(await series.instances()).toEqual(series.split(2, 15))
  })

  test("all of them pulled on the grid where one was changed by hand: what that costs waits for a yes of its own", async () => {
    const series = await given.weekly({ count: 4 })
    await series.editInstance(2, { location: "Room 9" })
    const { seen, patch } = await series.pulled(1, 15)
    const mark = await scene.sandbox.lastExchange()
    const edited = await editEvent(scene.deps, scene.person, seen, patch, "series")
    if ("kind" in edited) return expect.unreachable(edited.reason)
    expect(edited.applied).toBeNull()
    expect(await scene.writes(mark)).toEqual([])
    const proposal = await scene.proposal(edited.proposalId)
    expect(proposal.readings).toEqual(["own-dates-lost"])
    expect(await stage.apply(proposal)).toMatchObject({ kind: "applied" })
    expect(await series.instances()).toEqual(series.split(0, 15))
  })

  test.each(["changed", "taken out"] as const)("a later one was %s by itself", async (how) => {
    const series = await given.weekly({ count: 5 })
    const third = await series.instance(3)
    if (how === "changed") await stage.edit(third, { location: "Room 9" })
    else await series.takeOut(3)
    const keeps = provider === "google" && how === "taken out"
    const planned = await series.planned(1, 15)
    expect(planned.kind).toBe(keeps ? "proposed" : "refused")
    if (planned.kind !== "proposed") return expect(planned).toMatchObject({ reason: "series-exceptions" })
    await stage.apply(planned.proposal)
    expect(await series.instances()).toEqual(series.split(1, 15).filter((_, at) => at !== 3))
  })
})
