import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { isInstalled } from "../../launch/tests/caldav.mjs"
import { editEvent } from "../../server/edit-event"
import { undoProposal } from "../../server/undo-proposal"
import { type CaldavScene, openCaldavScene } from "../../testing/caldav/caldav-scene"
import { onServer } from "../../testing/caldav/series-place"
import { statusesOf, type Witness } from "../../testing/caldav/witness"
import { scaledTimes } from "../../testing/crashes/scaled"
import { type SplitCase, splitAt, splitEverywhere } from "../../testing/crashes/split-crash"
import type { Scene } from "../../testing/scene"
import { type SeriesPlace, seriesOf } from "../../testing/series-stage"
import { stageOf } from "../../testing/stage"

/* T13, B4: "this and all later ones" on real servers is two writes, of which both stand or neither does. */

describe.each((["radicale", "xandikos", "cyrus"] as const).filter(isInstalled))("%s", (name) => {
  let at: CaldavScene
  let scene: Scene
  let witness: Witness
  let place: SeriesPlace
  let stage: ReturnType<typeof stageOf>
  let given: ReturnType<typeof seriesOf>
  beforeAll(async () => {
    at = await openCaldavScene(name, { ...scaledTimes(40), approvalTtlMs: 1_500 })
    ;({ scene, witness } = at)
    place = onServer(at.server, witness)
    stage = stageOf(scene)
    given = seriesOf(scene, place)
  })
  afterAll(() => at?.close())

  test("pulled on the grid: two writes, every instance once, and undo brings the old series back", async () => {
    const series = await given.weekly({ count: 5 })
    const { seen, patch } = await series.pulled(2, 15)
    const { outcome, writes } = await witness.watching(() =>
      editEvent(scene.deps, scene.person, seen, patch, "following"),
    )
    if (!("proposalId" in outcome)) return expect.unreachable(outcome.kind)
    expect(outcome.applied).toMatchObject({ last: { kind: "applied" } })
    const [made, ended] = writes
    expect(statusesOf(writes).map((status) => status && status < 300)).toEqual([true, true])
    expect([made?.ifNoneMatch, ended?.ifMatch]).toEqual(["*", expect.stringMatching(/^"/)])
    expect(await series.instances()).toEqual(series.split(2, 15))
    expect(await undoProposal(scene.deps, scene.person, outcome.proposalId)).toMatchObject({
      applied: { last: { kind: "applied" } },
    })
    expect(await series.instances()).toEqual(series.untouched())
  })

  test("the second write is refused: the copy goes under its own version, and the person is asked", async () => {
    const series = await given.weekly({ count: 4 })
    const proposal = await series.proposed(2, 15)
    const told = proposal.operations.some(({ notify }) => notify)
    expect(proposal.readings).toEqual(told ? ["guests-told-by-server"] : [])
    await series.editBeforeTrim({ location: "Room 9" })
    const { outcome, writes } = await witness.watching(() => stage.apply(proposal))
    expect(outcome).toMatchObject({ kind: "conflict" })
    const made = (await scene.proposal(proposal.id)).operations[0]?.after
    expect(writes.map(({ method }) => method)).toEqual(["PUT", "PUT", "DELETE"])
    expect(writes[2]?.ifMatch).toBe(made?.version)
    expect(writes[1]?.status).toBe(412)
    expect(await series.instances()).toEqual(series.untouched())
    expect((await scene.now(series.ref))?.value.location).toBe("Room 9")
  })

  test("a later one that was changed by hand goes along, so it waits for a yes that knows there is no undo", async () => {
    const series = await given.weekly({ count: 4 })
    const last = (await scene.now(await series.instance(3))) ?? expect.unreachable("the last one")
    const write = { marker: randomUUID(), notify: false, timeoutMs: 5_000 }
    expect(await scene.account.update(last.value.ref, { location: "Room 9" }, last.version, write)).toMatchObject({
      kind: "applied",
    })
    const { seen, patch } = await series.pulled(2, 15)
    const edited = await editEvent(scene.deps, scene.person, seen, patch, "following")
    if (!("proposalId" in edited)) return expect.unreachable(edited.kind)
    expect(edited.applied).toBeNull()
    const waiting = await scene.proposal(edited.proposalId)
    expect(waiting.readings).toEqual(["no-undo"])
    expect(await stage.apply(waiting)).toMatchObject({ kind: "applied" })
    // its time had been its own: it stays
    const [first = "", second = "", third = ""] = series.split(2, 15)
    expect(await series.instances()).toEqual([first, second, third, series.untouched()[3]])
    expect(await undoProposal(scene.deps, scene.person, waiting.id)).toBeNull()
  })

  const WRITES = /guarded\.|provider\.(split|update|delete)|store\.(setProposalState|skipFrom|endOperation)/

  // one server for all of it; the others where they differ: what a kill leaves is the same everywhere
  const cases = { radicale: ["applied", "refused", "undone"], xandikos: ["applied"], cyrus: ["refused"] } as const
  test.each<SplitCase>(cases[name])(
    "%s, ended at calls that write, a third of them, with others each time: both halves or neither, and no instance is missing at any time",
    async (which) => {
      const verdicts = await splitEverywhere(scene, which, { only: WRITES, oneOf: 3, atOnce: 4, place })
      expect(verdicts.filter(({ hit }) => hit).length).toBeGreaterThan(4)
      expect(verdicts.flatMap(({ at, broken }) => broken.map((what) => `${at}: ${what}`))).toEqual([])
    },
    300_000,
  )

  test.each(["answer lost", "never arrived", "arrives late"] as const)(
    "the second write's %s: both halves or neither",
    async (which) => {
      expect((await splitAt(scene, which, null, { place })).broken).toEqual([])
    },
    60_000,
  )
})
