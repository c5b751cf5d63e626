import pg from "pg"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { grammarPlanner } from "../adapters/planner-grammar/planner"
import type { StoredProposal } from "../ports/assistant-store"
import type { FollowedCalendar } from "../ports/jobs"
import { openScene, type Scene } from "../testing/scene"
import { stageOf } from "../testing/stage"
import { followed, type SceneSync, syncDepsOf, synced } from "../testing/sync-scene"
import { say } from "./say"
import { syncCalendar } from "./sync-calendar"

/* A plan is made on what was read, and stored seconds later where a model thinks about it. What the person does in between is in the cache by then. */

describe.each(["google", "microsoft"] as const)("while a planner thinks, at %s", (provider) => {
  let scene: Scene
  let deps: SceneSync
  let stage: ReturnType<typeof stageOf>
  let calendar: FollowedCalendar
  beforeAll(async () => {
    scene = await openScene(provider)
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    deps = syncDepsOf(scene)
    stage = stageOf(scene)
    calendar = await followed(scene, deps)
  })
  afterAll(() => scene.close())
  beforeEach(async () => {
    await synced(deps, calendar)
    await scene.db.proposal.updateMany({ data: { state: "dropped" } })
    await due()
  })

  /** The calendars whose turn it is, each once. */
  const due = async () => (await deps.sync.takeDue(100, deps.pollMs)).map(({ calendarId }) => calendarId)

  async function proposedWhile(happens: (at: Awaited<ReturnType<typeof stage.given>>) => Promise<unknown>) {
    const given = await stage.given()
    await synced(deps, calendar)
    const planner = {
      ...grammarPlanner,
      async plan(...asked: Parameters<typeof grammarPlanner.plan>) {
        await happens(given)
        return grammarPlanner.plan(...asked)
      },
    }
    const thinking = { ...scene.deps, plannerOf: async () => planner }
    const { answer } = await say(thinking, scene.person, `move ${given.title} to 21:00`)
    if (answer.kind !== "proposal") throw new Error(`led to ${JSON.stringify(answer)}`)
    return scene.proposal(answer.proposalId)
  }
  const staleOf = async ({ id }: StoredProposal) => {
    const { state, stale } = await scene.proposal(id)
    return [state, stale?.why]
  }

  test.each([
    [
      "moves the event",
      "changed",
      ({ event, date }) => stage.edit(event.value.ref, { start: `${date}T12:00`, end: `${date}T12:30` }),
    ],
    ["deletes the event", "gone", ({ event }) => stage.edit(event.value.ref, { delete: true })],
    ["puts something where it is to go", "slot", ({ date }) => stage.block(date, 21)],
  ] as [string, string, (at: Awaited<ReturnType<typeof stage.given>>) => Promise<unknown>][])(
    "the person %s, and sync sees it first: it is looked again, and the card says so",
    async (_, why, happens) => {
      const proposal = await proposedWhile(async (given) => {
        await happens(given)
        await synced(deps, calendar)
      })
      expect(await staleOf(proposal)).toEqual(["open", undefined])
      expect(await due()).toEqual([calendar.calendarId])
      const mark = await scene.sandbox.lastExchange()
      expect((await synced(deps, calendar)).stale).toEqual([proposal.id])
      expect(await staleOf(proposal)).toEqual(["stale", why])
      expect(await scene.writes(mark)).toEqual([])
      expect(await due()).toEqual([])
    },
  )

  test("something else changes: it is looked once, and the proposal stands", async () => {
    const proposal = await proposedWhile(async ({ date }) => {
      await stage.block(date, 6)
      await synced(deps, calendar)
    })
    expect(await due()).toEqual([calendar.calendarId])
    expect((await synced(deps, calendar)).stale).toEqual([])
    expect(await staleOf(proposal)).toEqual(["open", undefined])
    expect(await due()).toEqual([])
  })

  test("what moved nothing that a person cares about makes nothing stale", async () => {
    const proposal = await proposedWhile(async ({ event }) => {
      await stage.edit(event.value.ref, stage.guestAccepts)
      await synced(deps, calendar)
    })
    expect(await due()).toEqual([calendar.calendarId])
    expect((await synced(deps, calendar)).stale).toEqual([])
    expect(await staleOf(proposal)).toEqual(["open", undefined])
  })

  test("a calendar that has not changed for a minute is not read for a proposal", async () => {
    const owner = new pg.Client({ connectionString: scene.ownerUrl })
    await owner.connect()
    await proposedWhile(() =>
      owner.query(
        "update synced_calendars set changed_at = changed_at - interval '61 seconds', begun_at = begun_at - interval '61 seconds'",
      ),
    )
    await owner.end()
    expect(await due()).toEqual([])
  })

  test("a provider that does not answer keeps its waits", async () => {
    await proposedWhile(() => synced(deps, calendar))
    await scene.sandbox.fault({ provider, kind: "429", times: 5 })
    expect(await due()).toEqual([calendar.calendarId])
    expect((await syncCalendar(deps, calendar)).kind).toBe("later")
    await scene.sandbox.clearFaults()
    await scene.propose(`move ${(await stage.given()).title} to 21:00`)
    expect(await due()).toEqual([])
  })
})
