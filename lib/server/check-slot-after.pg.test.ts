import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { mortal } from "../testing/crashes/mortal"
import { openScene, type Scene, type SceneDeps } from "../testing/scene"
import { stageOf } from "../testing/stage"
import { applyProposal } from "./apply-proposal"
import { checkSlotAfter } from "./check-slot-after"
import { undoProposal } from "./undo-proposal"

/* B2, the moment of the write itself: the look after it is ordered with the outcome, so it happens whoever dies. */

describe.each(["google", "microsoft"] as const)("the slot, looked at after the write: %s", (provider) => {
  let scene: Scene
  let stage: ReturnType<typeof stageOf>
  beforeAll(async () => {
    scene = await openScene(provider)
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    stage = stageOf(scene)
  })
  afterEach(() => scene.sandbox.clearFaults())
  afterAll(() => scene.close())

  const notesOf = async (id: string) => {
    const outcome = (await scene.proposal(id)).operations[0]?.outcome
    return outcome?.kind === "applied" ? outcome.notes.map((note) => note.kind) : [outcome?.kind]
  }
  const rows = (proposalId: string) => scene.db.logRow.count({ where: { proposalId, outcome: "slot-taken" } })

  /** The slot is taken while the request is under way; the process ends in the moment in which the outcome is written. @returns the proposal */
  async function killedAfterOutcome(plant: (deps: SceneDeps) => SceneDeps = (deps) => deps): Promise<string> {
    const { title, date } = await stage.given()
    const proposal = await scene.propose(`move ${title} to 21:00`)
    await scene.sandbox.fault({ provider, kind: "latency", method: "PATCH", delayMs: 400 })
    const { deps, died } = mortal(scene.deps, "after guarded.finish")
    void applyProposal(plant(deps), scene.person, proposal.id, proposal.planHash)
    await stage.untilSent(proposal)
    await stage.block(date, 21)
    await died
    return proposal.id
  }

  test("killed with the outcome: another process looks and says it, once", async () => {
    const id = await killedAfterOutcome()
    expect(await notesOf(id)).toEqual([])
    expect(await scene.settled()).toBe(1)
    expect(await notesOf(id)).toEqual(["slot-taken-meanwhile"])
    const { workspaceId, userId } = scene.person
    await checkSlotAfter(scene.deps, {
      workspaceId,
      userId,
      connectionId: scene.connectionId,
      proposalId: id,
      position: 0,
    })
    expect(await notesOf(id)).toEqual(["slot-taken-meanwhile"])
    expect(await rows(id)).toBe(1)
  })

  test("the planted bug, ordered after the outcome, is found", async () => {
    const id = await killedAfterOutcome((deps) => ({
      ...deps,
      guarded: { ...deps.guarded, finish: (end) => deps.guarded.finish({ ...end, slotCheck: null }) },
    }))
    expect(await scene.settled()).toBe(0)
    expect(await notesOf(id)).toEqual([])
  })

  test("an outcome that was not recorded orders nothing", async () => {
    const { proposal } = await stage.proposed()
    const refuses: SceneDeps = {
      ...scene.deps,
      guarded: {
        ...scene.deps.guarded,
        finish: (end) => scene.deps.guarded.finish({ ...end, claimId: "00000000-0000-4000-8000-000000000000" }),
      },
    }
    await applyProposal(refuses, scene.person, proposal.id, proposal.planHash)
    expect(await scene.settled()).toBe(0)
  })

  test("a slot that cannot be read is no free slot: it is looked at again", async () => {
    const { proposal, date } = await stage.proposed()
    expect((await stage.apply(proposal)).kind).toBe("applied")
    await stage.block(date, 15)
    await scene.sandbox.fault({ provider, kind: "429", method: "GET", times: 20 })
    await expect(scene.settled()).rejects.toThrow("cannot be read")
    await scene.sandbox.clearFaults()
    await scene.db.$executeRaw`update graphile_worker._private_jobs set run_at = clock_timestamp()`
    expect(await scene.settled()).toBe(1)
    expect(await notesOf(proposal.id)).toEqual(["slot-taken-meanwhile"])
  })

  test("what was created is not in its own way", async () => {
    const proposal = await scene.propose(`book a checkup on ${stage.nextDay()} at 20:00`)
    expect((await stage.apply(proposal)).kind).toBe("applied")
    await scene.settled()
    expect([await notesOf(proposal.id), await rows(proposal.id)]).toEqual([[], 0])
  })

  test("what was undone meanwhile takes no slot any more; nothing in the way, nothing said", async () => {
    const { proposal, date } = await stage.proposed()
    expect((await stage.apply(proposal)).kind).toBe("applied")
    await undoProposal(scene.deps, scene.person, proposal.id)
    await stage.block(date, 15)
    await scene.settled()
    expect(await rows(proposal.id)).toBe(0)
    const other = (await stage.proposed()).proposal
    await stage.apply(other)
    expect(await scene.settled()).toBe(1)
    expect(await notesOf(other.id)).toEqual([])
  })
})
