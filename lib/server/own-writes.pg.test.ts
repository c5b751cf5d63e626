import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { openScene, type Scene } from "../testing/scene"
import { stageOf, statuses } from "../testing/stage"
import { editEvent } from "./edit-event"
import { resolveConflict } from "./resolve-conflict"
import { undoProposal } from "./undo-proposal"

/* What a person does in our own grid and with our own undo is a write like any other. */

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let stage: ReturnType<typeof stageOf>
  beforeAll(async () => {
    scene = await openScene(provider)
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    stage = stageOf(scene)
  })
  afterEach(() => scene.sandbox.clearFaults())
  afterAll(() => scene.close())

  describe("B5 undo", () => {
    test("puts an applied move back, under the version that the move left behind", async () => {
      const { proposal, ref, date } = await stage.proposed()
      await stage.apply(proposal)
      const after = await scene.now(ref)
      const mark = await scene.sandbox.lastExchange()
      const undone = await undoProposal(scene.deps, scene.person, proposal.id)
      expect(undone?.applied).toMatchObject({ kind: "carriedOut", last: { kind: "applied" } })
      expect((await scene.writes(mark)).map((w) => w.headers["if-match"])).toEqual([after?.version])
      expect(await stage.startOf(ref)).toBe(`${date} 10:00`)
      expect(await scene.deps.store.wasUndone("w1", proposal.id)).toBe(true)
    })

    test("after the person moved it on, undo loses its own race and asks", async () => {
      const { proposal, ref, date } = await stage.proposed()
      await stage.apply(proposal)
      await stage.edit(ref, { start: `${date}T17:00`, end: `${date}T17:30` })
      const mark = await scene.sandbox.lastExchange()
      const undone = await undoProposal(scene.deps, scene.person, proposal.id)
      expect(undone?.applied).toMatchObject({ last: { kind: "conflict", conflict: { relation: "collision" } } })
      expect(await scene.writes(mark)).toEqual([])
      expect(await stage.startOf(ref)).toBe(`${date} 17:00`)
    })

    test("twice: the second is told of the first, and writes nothing", async () => {
      const { proposal } = await stage.proposed()
      await stage.apply(proposal)
      const first = await undoProposal(scene.deps, scene.person, proposal.id)
      const mark = await scene.sandbox.lastExchange()
      expect(await undoProposal(scene.deps, scene.person, proposal.id)).toMatchObject({
        proposalId: first?.proposalId,
        applied: { kind: "carriedOut", last: { kind: "applied" } },
      })
      expect(await scene.writes(mark)).toEqual([])
    })

    test("pressed in several places at once it is one undo, and one request", async () => {
      const { proposal, ref, date } = await stage.proposed()
      await stage.apply(proposal)
      const mark = await scene.sandbox.lastExchange()
      const pressed = Array.from({ length: 4 }, () => undoProposal(scene.deps, scene.person, proposal.id))
      const answers = await Promise.all(pressed)
      expect(new Set(answers.map((answer) => answer?.proposalId)).size).toBe(1)
      expect(answers.map((answer) => answer?.applied.kind)).toEqual(Array(4).fill("carriedOut"))
      expect(await scene.writes(mark)).toHaveLength(1)
      expect(await stage.startOf(ref)).toBe(`${date} 10:00`)
    })

    test("a question that its own lost race has put is the answer to another press, too", async () => {
      const { proposal, ref, date } = await stage.proposed()
      await stage.apply(proposal)
      await stage.edit(ref, { start: `${date}T17:00`, end: `${date}T17:30` })
      const first = await undoProposal(scene.deps, scene.person, proposal.id)
      const mark = await scene.sandbox.lastExchange()
      expect(await undoProposal(scene.deps, scene.person, proposal.id)).toMatchObject({
        proposalId: first?.proposalId,
        applied: { last: { kind: "conflict" } },
      })
      expect(await scene.writes(mark)).toEqual([])
      expect(await stage.startOf(ref)).toBe(`${date} 17:00`)
    })

    test("a booking's step is not a person's to undo", async () => {
      const { proposal } = await stage.proposed()
      await stage.apply(proposal)
      await scene.db.proposal.updateMany({ where: { id: proposal.id }, data: { origin: "agent" } })
      expect(await undoProposal(scene.deps, scene.person, proposal.id)).toBeNull()
    })

    test("nothing applied: nothing to undo; another's: not there", async () => {
      const { proposal } = await stage.proposed()
      expect(await undoProposal(scene.deps, scene.person, proposal.id)).toBeNull()
      await stage.apply(proposal)
      expect(await undoProposal(scene.deps, await scene.addMember(`eve-${provider}`), proposal.id)).toBeNull()
    })
  })

  describe("a drag on the grid", () => {
    test("goes out under the version on screen and is logged as the person", async () => {
      const { event, date } = await stage.given()
      const mark = await scene.sandbox.lastExchange()
      const edited = await editEvent(scene.deps, scene.person, event, {
        start: stage.at(date, 13),
        end: stage.at(date, 13, 30),
      })
      if ("kind" in edited) return expect.unreachable(edited.reason)
      expect(edited.applied).toMatchObject({ last: { kind: "applied" } })
      expect((await scene.writes(mark)).map((w) => w.headers["if-match"])).toEqual([event.version])
      const rows = await scene.db.logRow.findMany({ where: { proposalId: edited.proposalId } })
      expect(new Set(rows.map((row) => row.actorKind))).toEqual(new Set(["person"]))
      expect(new Set(rows.map((row) => row.kind))).toEqual(
        new Set(["read", "proposal", "approval", "attempt", "outcome"]),
      )
    })

    test("of an event that was changed since it was drawn: asked, not written", async () => {
      const { event, date } = await stage.given()
      await stage.edit(event.value.ref, { start: `${date}T12:00`, end: `${date}T12:30` })
      const mark = await scene.sandbox.lastExchange()
      const edited = await editEvent(scene.deps, scene.person, event, {
        start: stage.at(date, 13),
        end: stage.at(date, 13, 30),
      })
      if ("kind" in edited) return expect.unreachable(edited.reason)
      expect(edited.applied).toMatchObject({ last: { kind: "conflict" } })
      expect(await scene.writes(mark)).toEqual([])
      expect(await stage.startOf(event.value.ref)).toBe(`${date} 12:00`)
    })

    test("a lied-about base cannot turn a stale version into a write over a change: the provider refuses what the version does not match", async () => {
      const { event, date } = await stage.given()
      await stage.edit(event.value.ref, { start: `${date}T12:00`, end: `${date}T12:30` })
      const now = await scene.now(event.value.ref)
      if (!now) return expect.unreachable()
      await stage.editBeforeWrite({ start: `${date}T16:00`, end: `${date}T16:30` })
      const forged = { value: now.value, version: event.version }
      const edited = await editEvent(scene.deps, scene.person, forged, {
        start: stage.at(date, 13),
        end: stage.at(date, 13, 30),
      })
      if ("kind" in edited) return expect.unreachable(edited.reason)
      expect(edited.applied).toMatchObject({ last: { kind: "conflict" } })
      expect(await stage.startOf(event.value.ref)).toBe(`${date} 16:00`)
    })
  })

  describe("swap", () => {
    async function swap() {
      const [a, b] = [await stage.given(9), await stage.given(14)]
      const proposal = await scene.propose(`swap ${a.title} and ${b.title}`)
      return {
        a,
        b,
        proposal,
        refs: [a.event.value.ref, b.event.value.ref] as const,
        mark: await scene.sandbox.lastExchange(),
      }
    }

    test("both change places", async () => {
      const { a, b, refs, proposal } = await swap()
      expect(await stage.apply(proposal)).toMatchObject({ kind: "applied" })
      expect(await Promise.all(refs.map(stage.startOf))).toEqual([`${b.date} 14:00`, `${a.date} 09:00`])
      expect(await scene.proposal(proposal.id)).toMatchObject({ state: "done" })
    })

    test("stops at the first that is not applied, says which were, and undoes those", async () => {
      const { a, b, refs, proposal, mark } = await swap()
      await stage.edit(refs[1], { start: `${b.date}T18:00`, end: `${b.date}T18:30` })
      expect(await stage.apply(proposal)).toMatchObject({ kind: "conflict" })
      expect((await scene.proposal(proposal.id)).operations.map((op) => op.state)).toEqual(["applied", "conflict"])
      expect(await stage.startOf(refs[1])).toBe(`${b.date} 18:00`)
      await resolveConflict(scene.deps, scene.person, await stage.conflictId(proposal), "keep")
      expect((await undoProposal(scene.deps, scene.person, proposal.id))?.applied).toMatchObject({
        last: { kind: "applied" },
      })
      expect(await Promise.all(refs.map(stage.startOf))).toEqual([`${a.date} 09:00`, `${b.date} 18:00`])
      expect(statuses(await scene.writes(mark))).toEqual([200, 200])
    })

    test("the first one lost: the second is not touched; moving it anyway goes on with the second", async () => {
      const { a, b, refs, proposal, mark } = await swap()
      await stage.edit(refs[0], { start: `${a.date}T18:00`, end: `${a.date}T18:30` })
      await stage.apply(proposal)
      expect((await scene.proposal(proposal.id)).operations.map((op) => op.state)).toEqual(["conflict", "skipped"])
      expect(await scene.writes(mark)).toEqual([])
      await resolveConflict(scene.deps, scene.person, await stage.conflictId(proposal), "move")
      expect(await Promise.all(refs.map(stage.startOf))).toEqual([`${b.date} 14:00`, `${a.date} 09:00`])
      expect(await scene.proposal(proposal.id)).toMatchObject({ state: "done" })
    })
  })
})
