import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Person } from "../domain/person"
import type { StoredProposal } from "../ports/assistant-store"
import { openScene, type Scene } from "../testing/scene"
import { stageOf } from "../testing/stage"
import { listWeek } from "./list-week"

/* Drawing the grid is how an outside change is noticed before anybody presses Apply. It writes to no calendar. */

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let stage: ReturnType<typeof stageOf>
  beforeAll(async () => {
    scene = await openScene(provider)
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    stage = stageOf(scene)
  })
  afterAll(() => scene.close())

  const look = (from: string, days = 7, person: Person = scene.person) => listWeek(scene.deps, person, { from, days })
  const staleRows = ({ id }: StoredProposal) => scene.db.logRow.findMany({ where: { proposalId: id, kind: "stale" } })
  async function expectState(proposal: StoredProposal, from: string, state: StoredProposal["state"], days = 7) {
    const shown = (await look(from, days)).proposals.find((one) => one.id === proposal.id)
    expect(shown?.state).toBe(state)
    expect((await scene.proposal(proposal.id)).state).toBe(state)
  }

  describe("C6 a proposal whose event changed outside", () => {
    test.each([
      ["moved", (date: string) => ({ start: `${date}T11:00`, end: `${date}T11:30` })],
      ["renamed", () => ({ summary: "Renamed by hand" })],
      ["moved to another week", () => ({ start: "2027-01-20T11:00", end: "2027-01-20T11:30" })],
      ["deleted", () => ({ delete: true as const })],
    ])("%s: stale before anybody presses Apply, and logged once, whoever looks how often", async (_, change) => {
      const { proposal, ref, date, mark } = await stage.proposed()
      await expectState(proposal, date, "open")
      await stage.edit(ref, change(date))
      await Promise.all([look(date), look(date), look(date)])
      await expectState(proposal, date, "stale")
      const rows = await staleRows(proposal)
      expect(rows).toHaveLength(1)
      expect(rows[0]).toMatchObject({ actorKind: "system", body: { events: [proposal.operations[0]?.key] } })
      expect(await scene.writes(mark)).toEqual([])
    })

    test("all day long: too", async () => {
      const title = provider === "google" ? "release day" : "offsite"
      const proposal = await scene.propose(`move the ${title} to Tuesday 1 December`)
      const ref = proposal.operations[0]?.base.value.ref
      if (!ref) return expect.unreachable()
      await expectState(proposal, "2026-11-20", "open", 21)
      await stage.edit(ref, { summary: "Something else" })
      await expectState(proposal, "2026-11-20", "stale", 21)
    })
  })

  describe("B3 what does not make it stale", () => {
    test("a reply", async () => {
      const { proposal, ref, date } = await stage.proposed()
      await stage.edit(ref, stage.guestAccepts)
      await expectState(proposal, date, "open")
      expect(await staleRows(proposal)).toEqual([])
    })

    test("looking at another week, where the event is not", async () => {
      const { proposal } = await stage.proposed()
      await expectState(proposal, "2027-01-04", "open")
    })

    test("a calendar that cannot be read: absent is not deleted", async () => {
      const { proposal, date } = await stage.proposed()
      await scene.sandbox.fault({ provider, kind: "429", method: "GET", rate: 1 })
      const week = await look(date)
      await scene.sandbox.clearFaults()
      expect(week.read.problems).not.toEqual([])
      await expectState(proposal, date, "open")
    })
  })

  test("another person sees neither the events nor the proposals", async () => {
    const { date } = await stage.proposed()
    const week = await look(date, 7, await scene.addMember(`eve-${provider}`))
    expect(week).toMatchObject({ proposals: [], read: { events: [], calendars: [] } })
  })

  test("without a date it is this week, from Monday's midnight on the person's own clock", async () => {
    const week = await listWeek(scene.deps, scene.person, { days: 7 })
    expect(week).toMatchObject({ from: "2026-11-15T23:00:00Z", to: "2026-11-22T23:00:00Z" })
    const inNewYork = await listWeek(scene.deps, { ...scene.person, timeZone: "America/New_York" }, { days: 7 })
    expect(inNewYork).toMatchObject({ from: "2026-11-16T05:00:00Z", to: "2026-11-23T05:00:00Z" })
  })

  test("a week with a change of clocks is seven days, not 168 hours", async () => {
    const week = await look("2027-03-22")
    expect(week).toMatchObject({ from: "2027-03-21T23:00:00Z", to: "2027-03-28T22:00:00Z" })
  })
})
