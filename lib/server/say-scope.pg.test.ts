import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import type { StoredAnswer, StoredProposal } from "../ports/assistant-store"
import { openScene, type Scene } from "../testing/scene"
import { inSandbox } from "../testing/series-stage"
import { clockOf, stageOf, statuses } from "../testing/stage"
import { applyProposal } from "./apply-proposal"
import { dropProposal } from "./drop-proposal"
import { choose, say } from "./say"
import { undoProposal } from "./undo-proposal"

/* T13: words that only say how much of a series is meant change the proposal that stands open, and nothing else. */

const NAMES =
  "Aster Begonia Crocus Dahlia Erica Freesia Gentian Heather Iris Jonquil Kalmia Lupin Mimosa Nigella Orchid Peony Quince Rosemary Sage Thyme".split(
    " ",
  )

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let stage: ReturnType<typeof stageOf>
  let made = 0
  /** Of requests: words write nothing after it. */
  let mark = 0
  beforeAll(async () => {
    scene = await openScene(provider)
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    stage = stageOf(scene)
  })
  afterEach(async () => {
    expect(await scene.writes(mark), "words wrote to a calendar").toEqual([])
  })
  afterAll(() => scene.close())

  const marked = async () => {
    mark = await scene.sandbox.lastExchange()
  }

  /** A weekly series of three, at 10 of a weekday, with a title that nothing else has. */
  async function given() {
    const day = made % 5
    const title = NAMES[made++] ?? expect.unreachable("more names are needed")
    const on = (week: number) => new Date(Date.UTC(2026, 10, 23 + day + 7 * week)).toISOString().slice(0, 10)
    const times = { start: `${on(0)}T10:00:00`, end: `${on(0)}T10:30:00` }
    await inSandbox(scene).make({ summary: title, ...times, recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"] })
    await marked()
    const instances = async () => {
      const window = { from: "2026-11-23T00:00:00Z", to: "2026-12-20T00:00:00Z" }
      const list = await scene.account.list(await stage.primary(), window)
      if (list.kind !== "events") return expect.unreachable(list.kind)
      return list.events.map(({ value }) => value).filter(({ summary }) => summary === title)
    }
    const clocks = async () =>
      (await instances()).map(({ start }) => (start.kind === "timed" ? clockOf(start.at, "Europe/Berlin") : start.on))
    /** Where it stands with its first ones, or all, at 15 o'clock. */
    const moved = (count: number) => [0, 1, 2].map((week) => `${on(week)} ${week < count ? 15 : 10}:00`)
    return { title, instances, clocks, moved, on }
  }

  const answerTo = async (words: string): Promise<StoredAnswer> => (await say(scene.deps, scene.person, words)).answer
  const shapes = ({ operations }: StoredProposal) => operations.map(({ base }) => base.value.shape)
  const statesOf = (...all: StoredProposal[]) =>
    Promise.all(all.map(async ({ id }) => (await scene.proposal(id)).state))
  const everything = async () => JSON.stringify(await scene.db.proposal.findMany({ orderBy: { id: "asc" } }))

  /** Nothing is proposed by the words, and nothing that was proposed changes. */
  async function refused(words: string) {
    const before = await everything()
    expect(await answerTo(words)).toEqual({ kind: "refusal", reason: "nothing-proposed" })
    expect(await everything()).toBe(before)
  }

  test("one, and then all of them: the series is proposed, the one is dropped, and Apply changes the series once", async () => {
    const { title, clocks, moved } = await given()
    const first = await scene.propose(`move ${title} to 3pm`)
    expect(shapes(first)).toEqual(["occurrence"])
    const second = await scene.propose("no, make it all of them")
    expect(shapes(second)).toEqual(["series"])
    expect(second.readings).not.toContain("next-occurrence")
    expect(await statesOf(first, second)).toEqual(["dropped", "open"])
    const rows = await scene.db.logRow.findMany({ where: { proposalId: first.id, kind: "dropped" } })
    expect(rows.map(({ body }) => body)).toMatchObject([{ why: "replaced" }])

    expect(await applyProposal(scene.deps, scene.person, first.id, first.planHash)).toEqual({ kind: "superseded" })
    expect(await scene.writes(mark)).toEqual([])
    expect(await clocks()).toEqual(moved(0))
    expect(await stage.apply(second)).toMatchObject({ kind: "applied" })
    expect(statuses(await scene.writes(mark))).toEqual([200])
    expect(await clocks()).toEqual(moved(3))
    await marked()
  })

  test("all, and then only one: the one that was named is proposed, and Apply moves it alone", async () => {
    const { title, instances, clocks, moved } = await given()
    const first = await scene.propose(`move ${title} to 3pm every week`)
    const second = await scene.propose("just this once, please")
    expect(shapes(second)).toEqual(["occurrence"])
    expect(second.operations[0]?.base.value.ref).toEqual((await instances())[0]?.ref)
    expect(await statesOf(first, second)).toEqual(["dropped", "open"])
    expect(await scene.writes(mark)).toEqual([])
    await stage.apply(second)
    expect(statuses(await scene.writes(mark))).toEqual([200])
    expect(await clocks()).toEqual(moved(1))
    await marked()
  })

  test("and all later ones, and back to one: each takes the place of the one before", async () => {
    const { title, on } = await given()
    const first = await scene.propose(`move the ${title} on ${on(1)} to 3pm`)
    const second = await scene.propose("and all later ones")
    expect(second.operations.map(({ change }) => change.kind)).toEqual(["split", "trim"])
    const third = await scene.propose("only this one")
    expect(third.operations.map(({ key }) => key)).toEqual(first.operations.map(({ key }) => key))
    expect(await statesOf(first, second, third)).toEqual(["dropped", "dropped", "open"])
  })

  test("a cancelling of one becomes one of the series", async () => {
    const { title, clocks, moved } = await given()
    const first = await scene.propose(`cancel ${title}, just this once`)
    const second = await scene.propose("the whole series")
    expect(second.operations.map(({ change, base }) => [change.kind, base.value.shape])).toEqual([["delete", "series"]])
    expect(await statesOf(first, second)).toEqual(["dropped", "open"])
    expect(await clocks()).toEqual(moved(0))
  })

  test("the same said in full takes its place as well; another order about the series does not", async () => {
    const { title } = await given()
    const first = await scene.propose(`move ${title} to 3pm`)
    const second = await scene.propose(`move ${title} to 3pm for all of them`)
    expect(await statesOf(first, second)).toEqual(["dropped", "open"])
    expect(first.readings).toContain("next-occurrence")
    expect(second.readings, "the card says so of one only").not.toContain("next-occurrence")
    const third = await scene.propose(`move ${title} to 4pm`)
    expect(await statesOf(second, third)).toEqual(["open", "open"])
  })

  test("after the button of a question", async () => {
    const { title } = await given()
    const asked = await say(scene.deps, scene.person, `cancel ${title}`)
    const turn = await choose(scene.deps, scene.person, asked.id, 0)
    if (turn?.answer.kind !== "proposal") return expect.unreachable()
    const first = await scene.proposal(turn.answer.proposalId)
    expect(shapes(first)).toEqual(["occurrence"])
    const second = await scene.propose("no, all of them")
    expect(shapes(second)).toEqual(["series"])
    expect(await statesOf(first, second)).toEqual(["dropped", "open"])
  })

  test("so proposed already: said so, nothing stored; what is only told or refused in between does not matter", async () => {
    const { title } = await given()
    const first = await scene.propose(`move ${title} to 3pm`)
    const before = await everything()
    expect(await answerTo("only this one")).toEqual({
      kind: "told",
      text: "Only this one: that is what I proposed already, and it waits for your yes.",
      lines: [],
    })
    expect(await answerTo("order a pizza")).toMatchObject({ kind: "refusal" })
    expect(await everything()).toBe(before)
    const second = await scene.propose("for all of them")
    expect(await answerTo("every one of them")).toMatchObject({
      kind: "told",
      text: expect.stringMatching(/^Every one/),
    })
    expect(await statesOf(first, second)).toEqual(["dropped", "open"])
  })

  describe("nothing stands open that the words could be about: refused, and nothing is stored", () => {
    const WORDS = "for all of them"
    const proposed = async () => {
      const series = await given()
      return { ...series, proposal: await scene.propose(`move ${series.title} to 3pm`) }
    }

    test("it is another person's, or of another workspace", async () => {
      await proposed()
      const eve = await scene.addMember(`eve-${provider}`)
      const { store } = scene.deps
      expect(await store.standingOrder("w1", scene.person.userId)).not.toBeNull()
      expect(await store.standingOrder("w1", eve.userId)).toBeNull()
      expect(await store.standingOrder("w2", scene.person.userId)).toBeNull()
    })

    test("it was applied, and also where that was undone", async () => {
      const { proposal, clocks, moved } = await proposed()
      await stage.apply(proposal)
      await marked()
      await refused(WORDS)
      expect(await clocks()).toEqual(moved(1))
      await undoProposal(scene.deps, scene.person, proposal.id)
      await marked()
      expect(await clocks()).toEqual(moved(0))
      await refused(WORDS)
    })

    test("it was dismissed", async () => {
      const { proposal } = await proposed()
      await dropProposal(scene.deps.store, scene.person, proposal.id)
      await refused(WORDS)
    })

    test("it is stale", async () => {
      const { proposal } = await proposed()
      expect(await scene.deps.store.setProposalState("w1", proposal.id, ["open"], "stale", [])).toBe(true)
      await refused(WORDS)
    })

    test("it can be applied no more", async () => {
      const { proposal } = await proposed()
      const where = { workspaceId_id: { workspaceId: "w1", id: proposal.id } }
      await scene.db.proposal.update({ where, data: { expiresAt: new Date(0) } })
      await refused(WORDS)
    })

    test("the meeting stands elsewhere by now, or nowhere", async () => {
      const { instances, on } = await proposed()
      const [one] = await instances()
      if (!one) return expect.unreachable()
      await stage.edit(one.ref, { start: `${on(0)}T12:00`, end: `${on(0)}T12:30` })
      await marked()
      await refused(WORDS)
      await stage.edit(one.ref, { delete: true })
      await marked()
      await refused(WORDS)
    })

    test("it is of several orders", async () => {
      const [one, two] = [await given(), await given()]
      const several = await scene.propose(`move ${one.title} to 3pm and cancel ${two.title}, just this once`)
      expect(several.operations).toHaveLength(2)
      await refused(WORDS)
      expect(await statesOf(several)).toEqual(["open"])
    })

    test("it is of a single event", async () => {
      const { title } = await stage.given()
      await marked()
      const single = await scene.propose(`move ${title} to 3pm`)
      await refused(WORDS)
      await refused("only this one")
      expect(await statesOf(single)).toEqual(["open"])
    })

    test("something was asked since", async () => {
      const { title } = await proposed()
      expect(await answerTo(`cancel ${title}`)).toMatchObject({ kind: "question" })
      await refused(WORDS)
    })
  })
})
