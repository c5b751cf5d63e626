import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Slot } from "../domain/booking"
import type { Outcome } from "../domain/outcome"
import type { GuardedStore } from "../ports/guarded-store"
import { BOOKING_TIMES, type BookedScene, bookedScene } from "../testing/booked-scene"
import { scaledTimes } from "../testing/crashes/scaled"
import { proposeMove } from "../testing/propose-move"
import { openScene, type Scene, type SceneDeps } from "../testing/scene"
import { createEvent } from "./act-on-event"
import { applyProposal } from "./apply-proposal"
import { recoverIntents } from "./recover-intents"

/* design.md, step 4: an approved operation keeps its target slot in the engine from PREPARED until its intent ends, and outranks every agent. */

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let booked: BookedScene
  beforeAll(async () => {
    scene = await openScene(provider, { times: scaledTimes(40) })
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    booked = await bookedScene(scene)
  })
  afterAll(async () => {
    await booked.close()
    await scene.close()
  })

  const reserved = () => scene.db.outsideBlock.findMany({ where: { source: "intent" } })

  /** An event at 20:00 and an open proposal to move it two hours on. */
  async function proposed() {
    const { event, date } = await booked.stage.given(18)
    const [start, end] = [booked.stage.at(date, 20), booked.stage.at(date, 20, 30)]
    if (start.kind !== "timed" || end.kind !== "timed") return expect.unreachable("not timed")
    const slot: Slot = { start: new Date(start.at).toISOString(), end: new Date(end.at).toISOString() }
    return { event, slot, proposal: await proposeMove(scene.deps, scene, event.value.ref, slot) }
  }
  async function apply(proposal: { id: string; planHash: string }, deps: SceneDeps = scene.deps): Promise<Outcome> {
    const applied = await applyProposal(deps, scene.person, proposal.id, proposal.planHash)
    return applied.kind === "carriedOut" ? applied.last : expect.unreachable(applied.kind)
  }
  const during = (act: () => Promise<void>): SceneDeps => {
    const { guarded } = scene.deps
    const markSent: GuardedStore["markSent"] = async (...args) => {
      await act()
      return guarded.markSent(...args)
    }
    return { ...scene.deps, guarded: { ...guarded, markSent } }
  }

  test("D22 while the write is under way its slot is taken for agents, however long; then the event stands for it", async () => {
    const { slot, proposal } = await proposed()
    let meanwhile: unknown
    const outcome = await apply(
      proposal,
      during(async () => {
        await booked.pass(6 * 3_600_000)
        meanwhile = await booked.book(slot, "Meanwhile")
      }),
    )
    expect(outcome.kind).toBe("applied")
    expect(meanwhile).toMatchObject({ kind: "busy", during: slot, pattern: "external-event-overlap" })
    expect(await reserved()).toEqual([])
    // before any sync has seen it
    expect(await booked.book(slot, "After")).toMatchObject({ kind: "busy" })
  })

  test("D22 a write that comes to nothing lets go of its slot", async () => {
    const { slot, proposal } = await proposed()
    await scene.sandbox.fault({ provider, kind: "429", method: "PATCH" })
    const outcome = await apply(proposal)
    expect(outcome.kind).not.toBe("applied")
    expect(await reserved()).toEqual([])
    expect(await booked.book(slot, "After")).toMatchObject({ kind: "committed" })
  })

  test("D3 the person's yes outranks agents: a hold and a booking that can still be bumped give way to it", async () => {
    const { slot, proposal } = await proposed()
    const half = new Date(Date.parse(slot.start) + 15 * 60_000).toISOString()
    const young = await booked.book({ start: slot.start, end: half }, "Young")
    const asked = { ...booked.at, agentId: "agent-2", id: randomUUID(), slot: { start: half, end: slot.end } }
    const held = await booked.bookings.hold({ ...asked, idempotency: null })
    expect(held).toMatchObject({ answer: { kind: "held" } })
    if (young.kind !== "committed") return expect.unreachable(young.kind)
    expect((await apply(proposal)).kind).toBe("applied")
    expect(await booked.stateOf(young.booking.id)).toMatchObject({ state: "evicted", endedBy: { kind: "outside" } })
    const from = { holdId: asked.id }
    const late = { ...booked.at, agentId: "agent-2", id: randomUUID(), from, title: "Late", idempotency: null }
    expect(await booked.bookings.commit(late)).toMatchObject({ answer: { kind: "busy" } })
  })

  test("D22 a frozen booking that nobody has written yet counts as taken: asked, and nothing is written", async () => {
    const { slot, proposal } = await proposed()
    const answer = await booked.book(slot, "Frozen")
    if (answer.kind !== "committed") return expect.unreachable(answer.kind)
    await booked.pass(BOOKING_TIMES.bumpMs)
    const mark = await scene.sandbox.lastExchange()
    expect(await apply(proposal)).toMatchObject({ kind: "conflict", conflict: { relation: "slot" } })
    expect(await scene.writes(mark)).toEqual([])
    expect(await booked.stateOf(answer.booking.id)).toMatchObject({ state: "live" })
    await booked.settled()
    expect(await booked.eventsCalled("Frozen", slot)).toHaveLength(1)
  })

  test("B4 a process that dies with the slot in its hand keeps it until recovery has told what became of the write", async () => {
    const { slot, proposal } = await proposed()
    const dead = during(() => Promise.reject(new Error("dead")))
    await expect(apply(proposal, dead)).rejects.toThrow("dead")
    expect(await booked.book(slot, "Too early")).toMatchObject({ kind: "busy", during: slot })
    for (let n = 0; n < 50 && (await reserved()).length > 0; n++) {
      await new Promise((done) => setTimeout(done, 50))
      await recoverIntents(scene.deps)
    }
    expect(await reserved()).toEqual([])
    expect(await booked.book(slot, "Then")).toMatchObject({ kind: "committed" })
  })

  test("D22 what a person makes on the grid keeps its slot too", async () => {
    const slot = booked.freshSlot()
    const moment = (at: string) => ({ kind: "timed" as const, at, timeZone: scene.person.timeZone })
    let meanwhile: unknown
    const deps = during(async () => {
      meanwhile = await booked.book(slot, "Meanwhile")
    })
    const draft = { summary: "Mine", start: moment(slot.start), end: moment(slot.end) }
    const made = await createEvent(deps, scene.person, booked.place, draft)
    expect(made.applied).toMatchObject({ kind: "carriedOut", last: { kind: "applied" } })
    expect(meanwhile).toMatchObject({ kind: "busy" })
    expect(await booked.book(slot, "After")).toMatchObject({ kind: "busy" })
    expect(await reserved()).toEqual([])
  })
})
