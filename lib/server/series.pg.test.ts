import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { openScene, type Scene } from "../testing/scene"
import { seriesOf } from "../testing/series-stage"
import { clockOf, stageOf, statuses } from "../testing/stage"
import { undoProposal } from "./undo-proposal"

/* T13: "my weekly sync" is its next occurrence; "every week" is the series. */

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(provider)
  })
  afterAll(() => scene.close())

  /** Where the next weeks have the weekly sync, in the person's zone. */
  async function syncs(): Promise<string[]> {
    const calendarId = await stageOf(scene).primary()
    const list = await scene.account.list(calendarId, { from: "2026-11-23T00:00:00Z", to: "2026-12-14T00:00:00Z" })
    if (list.kind !== "events") return expect.unreachable(list.kind)
    return list.events
      .map((seen) => seen.value)
      .filter((event) => event.summary === "Weekly sync")
      .map(({ start }) => (start.kind === "timed" ? clockOf(start.at, scene.person.timeZone) : start.on))
  }
  const TUESDAYS = ["2026-11-24 10:00", "2026-12-01 10:00", "2026-12-08 10:00"]

  test("every week: the whole series goes to another weekday in one write, and back by undo", async () => {
    expect(await syncs()).toEqual(TUESDAYS)
    const proposal = await scene.propose("move my weekly sync to Thursday 3pm every week")
    expect(proposal.operations[0]?.base.value.shape).toBe("series")
    const mark = await scene.sandbox.lastExchange()
    expect(await stageOf(scene).apply(proposal)).toMatchObject({ kind: "applied" })
    expect(statuses(await scene.writes(mark))).toEqual([200])
    expect(await syncs()).toEqual(["2026-11-26 15:00", "2026-12-03 15:00", "2026-12-10 15:00"])
    expect((await undoProposal(scene.deps, scene.person, proposal.id))?.applied).toMatchObject({
      last: { kind: "applied" },
    })
    expect(await syncs()).toEqual(TUESDAYS)
  })

  test("only this one: the others stay", async () => {
    const proposal = await scene.propose("move my weekly sync to Thursday 3pm")
    expect(await stageOf(scene).apply(proposal)).toMatchObject({ kind: "applied" })
    expect(await syncs()).toEqual(["2026-11-26 15:00", ...TUESDAYS.slice(1)])
  })

  test("a series changed by the person meanwhile is asked about like any event", async () => {
    const proposal = await scene.propose("move my weekly sync to 11:00 every week")
    const base = proposal.operations[0]?.base.value
    if (!base) return expect.unreachable()
    await stageOf(scene).edit(base.ref, { summary: "Weekly sync", location: "Room 9" })
    const mark = await scene.sandbox.lastExchange()
    expect(await stageOf(scene).apply(proposal)).toMatchObject({ kind: "conflict", conflict: { relation: "disjoint" } })
    expect(await scene.writes(mark)).toEqual([])
  })

  describe("B4 an instance that was changed by hand", () => {
    const given = () => seriesOf(scene).weekly({ count: 4 })

    test("after the proposal: a delete of the series asks, and deletes nothing", async () => {
      const series = await given()
      const proposal = await series.everyOneCancelled()
      await series.editInstance(2, { location: "Room 9" })
      const mark = await scene.sandbox.lastExchange()
      expect(await stageOf(scene).apply(proposal)).toMatchObject({
        kind: "conflict",
        conflict: { relation: "collision", changed: ["recurrence"], doing: "delete" },
      })
      expect(await scene.writes(mark)).toEqual([])
      expect(await series.instances()).toEqual(series.untouched())
    })

    test("after the proposal: a move of the series asks, and moves nothing", async () => {
      const series = await given()
      const proposal = await series.everyOneMoved(16)
      await series.editInstance(2, { location: "Room 9" })
      const mark = await scene.sandbox.lastExchange()
      expect(await stageOf(scene).apply(proposal)).toMatchObject({ kind: "conflict" })
      expect(await scene.writes(mark)).toEqual([])
    })

    test("before it: known to the plan, and nothing is asked", async () => {
      const series = await given()
      await series.editInstance(2, { location: "Room 9" })
      const proposal = await series.everyOneCancelled()
      const mark = await scene.sandbox.lastExchange()
      expect(await stageOf(scene).apply(proposal)).toMatchObject({ kind: "applied" })
      expect(await scene.writes(mark)).toHaveLength(1)
      expect(await series.instances()).toEqual([])
    })

    test("a series that has one goes to another time and back: what that costs is said before, and nothing is asked", async () => {
      const series = await given()
      expect((await series.everyOneMoved(17)).readings).not.toContain("own-dates-lost")
      await series.editInstance(2, { location: "Room 9" })
      const proposal = await series.everyOneMoved(16)
      expect(proposal.readings).toContain("own-dates-lost")
      expect(await stageOf(scene).apply(proposal)).toMatchObject({ kind: "applied" })
      const undone = await undoProposal(scene.deps, scene.person, proposal.id)
      expect(undone?.applied).toMatchObject({ last: { kind: "applied" } })
      expect(await series.instances()).toEqual(series.untouched())
    })
  })
})
