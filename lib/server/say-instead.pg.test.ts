import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import type { StoredAnswer, StoredProposal } from "../ports/assistant-store"
import { atTheSameMoment } from "../testing/app"
import { type CrashPoint, mortal } from "../testing/crashes/mortal"
import { openScene, type Scene } from "../testing/scene"
import { inSandbox } from "../testing/series-stage"
import { clockOf, stageOf } from "../testing/stage"
import { applyProposal } from "./apply-proposal"
import { chooseGuestsTold } from "./choose-guests-told"
import { dropProposal } from "./drop-proposal"
import { type SayDeps, say } from "./say"

/* T13: "no, make it all of them" puts one proposal in the place of another. What was chosen on the one holds for the other, and at every moment one of the two stands. */

const ALL = "no, make it all of them"

function seriesIn(scene: Scene) {
  let made = 0
  /** A weekly series of three with a guest, at 10 of a weekday, with a title that nothing else has. */
  return async () => {
    const title = `Planet${String.fromCharCode(97 + made)}`
    const on = (week: number) => new Date(Date.UTC(2026, 10, 23 + (made % 5) + 7 * week)).toISOString().slice(0, 10)
    const times = { start: `${on(0)}T10:00:00`, end: `${on(0)}T10:30:00` }
    await inSandbox(scene).make({ summary: title, ...times, recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"] })
    made++
    const calendarId = await stageOf(scene).primary()
    const hours = async () => {
      const list = await scene.account.list(calendarId, { from: "2026-11-23T00:00:00Z", to: "2026-12-20T00:00:00Z" })
      if (list.kind !== "events") return expect.unreachable(list.kind)
      return list.events
        .filter(({ value }) => value.summary === title)
        .map(({ value: { start } }) =>
          start.kind === "timed" ? clockOf(start.at, "Europe/Berlin").slice(11) : start.on,
        )
    }
    return { title, hours }
  }
}

const told = ({ operations }: StoredProposal) => operations.map(({ notify }) => notify)
const quieten = (scene: Scene, { id }: StoredProposal, tell = false) =>
  chooseGuestsTold(scene.deps.store, scene.person, id, tell)

describe("google", () => {
  let scene: Scene
  let given: ReturnType<typeof seriesIn>
  beforeAll(async () => {
    scene = await openScene("google")
    given = seriesIn(scene)
  })
  afterEach(() => scene.db.proposal.updateMany({ where: { state: "open" }, data: { state: "dropped" } }))
  afterAll(() => scene.close())

  const first = async () => {
    const series = await given()
    const mark = await scene.sandbox.lastExchange()
    return { ...series, mark, proposal: await scene.propose(`move ${series.title} to 3pm`) }
  }
  const answerTo = async (words: string, deps: SayDeps = scene.deps): Promise<StoredAnswer> =>
    (await say(deps, scene.person, words)).answer
  const open = () => scene.db.proposal.findMany({ where: { state: "open" } })
  const stateOf = async ({ id }: StoredProposal) => (await scene.proposal(id)).state
  const dropRows = ({ id }: StoredProposal) => scene.db.logRow.count({ where: { proposalId: id, kind: "dropped" } })
  const proposals = () => scene.db.proposal.count()
  const yes = ({ id, planHash }: StoredProposal) => applyProposal(scene.deps, scene.person, id, planHash)

  /** Something happens between what a follow-up has read and what it stores, once. */
  function meanwhile(act: (before: StoredProposal) => Promise<unknown>, before: StoredProposal): SayDeps {
    let waits = true
    const { store } = scene.deps
    return {
      ...scene.deps,
      store: {
        ...store,
        async createInPlaceOf(...asked) {
          if (waits) await act(before)
          waits = false
          return store.createInPlaceOf(...asked)
        },
      },
    }
  }

  test("the guests are not to be told: neither are they of all, nor of the later ones, and Apply says so", async () => {
    const { proposal, mark } = await first()
    expect(told(proposal)).toEqual([true])
    await quieten(scene, proposal)
    const all = await scene.propose(ALL)
    expect(told(all)).toEqual([false])
    const later = await scene.propose("and all later ones")
    expect(later.operations.every(({ notify }) => !notify)).toBe(true)
    const again = await scene.propose("for all of them")
    await yes(again)
    const sent = (await scene.writes(mark)).map((write) => new URLSearchParams(write.query).get("sendUpdates"))
    expect(sent).toEqual(["none"])
  })

  test("nothing was chosen, or it was taken back: they are told, as they are of anything", async () => {
    const { proposal } = await first()
    expect(told(await scene.propose(ALL))).toEqual([true])
    await quieten(scene, proposal)
    const other = await first()
    await quieten(scene, other.proposal)
    await quieten(scene, other.proposal, true)
    expect(told(await scene.propose(ALL))).toEqual([true])
  })

  test("chosen in the moment between: it holds all the same", async () => {
    const { proposal } = await first()
    const answer = await answerTo(
      ALL,
      meanwhile((it) => quieten(scene, it), proposal),
    )
    if (answer.kind !== "proposal") return expect.unreachable(answer.kind)
    expect(told(await scene.proposal(answer.proposalId))).toEqual([false])
    expect(await stateOf(proposal)).toBe("dropped")
    expect(await open()).toHaveLength(1)
  })

  describe("decided in the moment between: nothing takes its place, and nothing is stored", () => {
    test.each<[string, StoredProposal["state"], (it: StoredProposal) => Promise<unknown>]>([
      ["applied", "done", (it) => yes(it)],
      ["dropped", "dropped", (it) => dropProposal(scene.deps.store, scene.person, it.id)],
      ["stale", "stale", (it) => scene.deps.store.setProposalState("w1", it.id, ["open"], "stale", [])],
      [
        "over",
        "open",
        (it) => scene.db.proposal.updateMany({ where: { id: it.id }, data: { expiresAt: new Date(0) } }),
      ],
    ])("%s", async (_, state, act) => {
      const { proposal, hours } = await first()
      const [stored, dropped] = [await proposals(), await dropRows(proposal)]
      expect(await answerTo(ALL, meanwhile(act, proposal))).toEqual({ kind: "refusal", reason: "nothing-proposed" })
      expect(await stateOf(proposal)).toBe(state)
      expect(await proposals()).toBe(stored)
      expect(await dropRows(proposal)).toBe(state === "dropped" ? dropped + 1 : dropped)
      expect(await hours()).toEqual([state === "done" ? "15:00" : "10:00", "10:00", "10:00"])
    })
  })

  test("said in full, and the one before applied in the moment between: an order of its own then", async () => {
    const { title } = await given()
    const proposal = await scene.propose(`cancel ${title}, just this once`)
    const answer = await answerTo(`cancel ${title}, the whole series`, meanwhile(yes, proposal))
    if (answer.kind !== "proposal") return expect.unreachable(answer.kind)
    expect(await stateOf(proposal)).toBe("done")
    expect((await open()).map(({ id }) => id)).toEqual([answer.proposalId])
  })

  test("Apply and the follow-up at the same moment: one of them, never both", async () => {
    const { proposal, hours, mark } = await first()
    const [applied, said] = await atTheSameMoment<unknown>([() => yes(proposal), () => answerTo(ALL)])
    const wasApplied = (await stateOf(proposal)) === "done"
    expect([applied, said]).toMatchObject(
      wasApplied
        ? [{ kind: "carriedOut" }, { kind: "refusal", reason: "nothing-proposed" }]
        : [{ kind: "superseded" }, { kind: "proposal" }],
    )
    expect(await open()).toHaveLength(wasApplied ? 0 : 1)
    expect(await scene.writes(mark)).toHaveLength(wasApplied ? 1 : 0)
    expect(await hours()).toEqual([wasApplied ? "15:00" : "10:00", "10:00", "10:00"])
  })

  test("two follow-ups at the same moment: one proposal stands", async () => {
    await first()
    await atTheSameMoment([() => answerTo(ALL), () => answerTo("and all later ones")])
    expect(await open()).toHaveLength(1)
  })

  test("a process that ends at any point of a follow-up leaves one of the two standing", async () => {
    await first()
    const whole = mortal(scene.deps, null)
    await say({ ...scene.deps, ...whole.deps }, scene.person, ALL)
    const points: CrashPoint[] = whole.passed.filter((point) => point.includes("store."))
    expect(points).toContain("after store.createInPlaceOf")
    for (const point of points) {
      await scene.db.proposal.updateMany({ where: { state: "open" }, data: { state: "dropped" } })
      const { proposal } = await first()
      const process = mortal(scene.deps, point)
      await Promise.race([say({ ...scene.deps, ...process.deps }, scene.person, ALL), process.died])
      const standing = await open()
      expect([point, standing.length]).toEqual([point, 1])
      expect(await stateOf(proposal)).toBe(standing[0]?.id === proposal.id ? "open" : "dropped")
    }
  })

  test("the new one cannot be stored: the one before stands, and the log says nothing", async () => {
    const { proposal } = await first()
    const taken = { ...scene.deps, ids: { ...scene.deps.ids, uuid: () => proposal.id } }
    await expect(answerTo(ALL, taken)).rejects.toThrow()
    expect(await stateOf(proposal)).toBe("open")
    expect(await dropRows(proposal)).toBe(0)
  })

  test("another person's is not replaced", async () => {
    const { proposal } = await first()
    const eve = await scene.addMember("eve-instead")
    const { store, ids } = scene.deps
    const hers = { ...(await scene.proposal(proposal.id)), userId: eve.userId, id: ids.uuid() }
    expect(await store.createInPlaceOf(proposal, hers, 60_000, [])).toBeNull()
    expect([await stateOf(proposal), (await open()).length]).toEqual(["open", 1])
  })
})

test("microsoft tells them in any case: there is nothing to carry over, and it is said again", async () => {
  const scene = await openScene("microsoft")
  try {
    const { title } = await seriesIn(scene)()
    const one = await scene.propose(`move ${title} to 3pm`)
    expect(await quieten(scene, one)).toMatchObject({ kind: "forbidden" })
    await scene.db.proposalOperation.updateMany({ where: { proposalId: one.id }, data: { notify: false } })
    const all = await scene.propose(ALL)
    expect(told(all)).toEqual([true])
    expect(all.readings).toContain("guests-always-told")
  } finally {
    await scene.close()
  }
})
