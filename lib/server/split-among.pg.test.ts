import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, expect, test } from "vitest"
import { eventKey } from "../domain/event"
import { turnFacts } from "../domain/facts"
import type { Operation } from "../domain/plan"
import type { StoredProposal } from "../ports/assistant-store"
import { openScene, type Scene } from "../testing/scene"
import { seriesOf } from "../testing/series-stage"
import { stageOf } from "../testing/stage"
import { continueProposal } from "./continue-proposal"
import { propose } from "./propose"
import { readCalendars } from "./read-calendars"
import { hashOf } from "./store-proposal"
import { undoProposal } from "./undo-proposal"

/* "This and all later ones" as one of several steps: the last of them, both halves or neither, whatever becomes of the others (decision 010). */

let scene: Scene
let stage: ReturnType<typeof stageOf>
beforeAll(async () => {
  scene = await openScene("google")
  stage = stageOf(scene)
})
afterAll(() => scene.close())

/** A move to 15:00, and after it a series of four from its third on. */
async function moveAndSplit() {
  const [single, series] = [await stage.given(), await seriesOf(scene).weekly({ count: 4 })]
  const [move, split] = [await scene.propose(`move ${single.title} to 15:00`), await series.proposed(2, 15)]
  const operations = [...move.operations, ...split.operations].map((op, position) => ({ ...op, position }))
  const draft = { ...move, id: randomUUID(), operations, planHash: hashOf(operations) }
  return { single, series, plan: await scene.deps.store.createProposal(draft, 60_000, []) }
}
const statesOf = async ({ id }: StoredProposal) => (await scene.proposal(id)).operations.map(({ state }) => state)

test("a plan in which anything comes after it is refused: what takes a half back is put there", async () => {
  const [single, series] = [await stage.given(), await seriesOf(scene).weekly({ count: 4 })]
  const window = { from: "2026-11-01T00:00:00Z", to: "2029-01-01T00:00:00Z" }
  const read = await readCalendars(scene.deps.calendars, scene.person, window)
  const turn = turnFacts(read.events, scene.person, new Date(scene.deps.clock.now()).toISOString(), [])
  const [one, third] = [turn.idOf(eventKey(single.event.value.ref)), turn.idOf(eventKey(await series.instance(2)))]
  const pulled = await series.pulled(2, 15)
  if (!one || !third) return expect.unreachable("they were read")
  const split: Operation = { kind: "move", target: third, scope: "following", to: pulled.patch }
  const cancel: Operation = { kind: "cancel", target: one, scope: "this" }
  const of = (...operations: Operation[]) => propose(scene.deps, scene.person, { operations, readings: [] }, turn, read)
  expect(await of(split, cancel)).toEqual({ kind: "refused", reason: "split-among-others" })
  expect(await of(cancel, split)).toMatchObject({ kind: "proposed" })
})

test("undo puts back what came before it, too", async () => {
  const { single, series, plan } = await moveAndSplit()
  expect(await stage.apply(plan)).toMatchObject({ kind: "applied" })
  expect(await stage.startOf(single.event.value.ref)).toBe(`${single.date} 15:00`)
  expect(await undoProposal(scene.deps, scene.person, plan.id)).toMatchObject({
    applied: { last: { kind: "applied" } },
  })
  expect(await stage.startOf(single.event.value.ref)).toBe(`${single.date} 10:00`)
  expect(await series.instances()).toEqual(series.untouched())
})

test("a half that was taken back is done anew as a whole, on the series as it is by then", async () => {
  const { series, plan } = await moveAndSplit()
  await series.trimFails("429")
  await stage.apply(plan)
  expect((await statesOf(plan)).slice(0, 3)).toEqual(["applied", "takenBack", "failed"])
  expect(await series.instances()).toEqual(series.untouched())
  await stage.edit(series.ref, { location: "Room 9" })

  const answer = await continueProposal(scene.deps, scene.person, plan.id)
  if (answer.kind !== "proposed") return expect.unreachable(JSON.stringify(answer))
  const again = await scene.proposal(answer.proposalId)
  expect(again.operations.map(({ change }) => change.kind)).toEqual(["split", "trim"])
  expect(await series.instances()).toEqual(series.untouched())
  expect(await stage.apply(again)).toMatchObject({ kind: "applied" })
  expect(await series.instances()).toEqual(series.split(2, 15))
  expect((await scene.now(await series.instance(0)))?.value.location).toBe("Room 9")
})
