import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { StoredProposal } from "../ports/assistant-store"
import { openScene, type Scene } from "../testing/scene"
import { seriesOf } from "../testing/series-stage"
import { stageOf } from "../testing/stage"
import { applyProposal } from "./apply-proposal"
import { chooseGuestsTold } from "./choose-guests-told"
import { narrowProposal } from "./narrow-proposal"
import { hashOf } from "./store-proposal"

/* B7: a plan of which some steps are left out before Apply is another plan; the yes to it writes those that are left, and nothing of the others is looked at any more. */

describe("a plan of three steps", () => {
  let scene: Scene
  let stage: ReturnType<typeof stageOf>
  beforeAll(async () => {
    scene = await openScene("google")
    stage = stageOf(scene)
  })
  afterAll(() => scene.close())

  async function planned() {
    const [one, two, three] = [await stage.given(), await stage.given(), await stage.given()]
    const words = `move ${one.title} to 15:00, move ${two.title} to 16:00 and cancel ${three.title}`
    const proposal = await scene.propose(words)
    expect(proposal.operations.map(({ change }) => change.kind)).toEqual(["update", "update", "delete"])
    return { one, two, three, proposal, mark: await scene.sandbox.lastExchange() }
  }
  const narrow = ({ id, planHash }: StoredProposal, keep: readonly number[], person = scene.person) =>
    narrowProposal(scene.deps, person, id, planHash, keep)
  const onlyReads = async (mark: number) => expect(await scene.writes(mark)).toEqual([])

  test("the steps that are left are the plan from then on: another hash, and no more is written", async () => {
    const { one, two, three, proposal, mark } = await planned()
    expect(await narrow(proposal, [0, 2])).toEqual({ kind: "narrowed" })
    const fewer = await scene.proposal(proposal.id)
    expect(fewer.operations.map(({ key, position }) => [key, position])).toEqual([
      [proposal.operations[0]?.key, 0],
      [proposal.operations[2]?.key, 1],
    ])
    expect(fewer.planHash).toBe(hashOf(fewer.operations))
    expect(fewer.leftOut).toEqual([`You left out "${two.title}".`])
    // the yes to what was on screen before does not hold
    expect(await applyProposal(scene.deps, scene.person, proposal.id, proposal.planHash)).toMatchObject({
      kind: "forbidden",
      reason: "plan-changed",
    })
    await onlyReads(mark)
    expect(await stage.apply(fewer)).toMatchObject({ kind: "applied" })
    expect((await scene.writes(mark)).map(({ method }) => method)).toEqual(["PATCH", "DELETE"])
    expect(await stage.startOf(one.event.value.ref)).toBe(`${one.date} 15:00`)
    expect(await scene.now(two.event.value.ref)).toEqual(two.event)
    expect(await scene.now(three.event.value.ref)).toBeNull()
    expect((await scene.proposal(proposal.id)).state).toBe("done")
  })

  test("nothing of a step that was left out is read or compared: its event may be changed meanwhile", async () => {
    const { one, two, proposal } = await planned()
    await narrow(proposal, [0, 2])
    await stage.edit(two.event.value.ref, { start: `${two.date}T11:00`, end: `${two.date}T11:30` })
    const mark = await scene.sandbox.lastExchange()
    expect(await stage.apply(await scene.proposal(proposal.id))).toMatchObject({ kind: "applied" })
    const asked = (await scene.sandbox.journal(mark)).map(({ path }) => path)
    expect(asked.some((path) => path.includes(one.event.value.ref.eventId))).toBe(true)
    expect(asked.some((path) => path.includes(two.event.value.ref.eventId))).toBe(false)
  })

  test("the log names what was left out, and by whom", async () => {
    const { proposal } = await planned()
    await narrow(proposal, [1])
    const row = await scene.db.logRow.findFirst({ where: { proposalId: proposal.id, kind: "choice" } })
    expect(row).toMatchObject({
      actorKind: "person",
      body: { without: [proposal.operations[0]?.key, proposal.operations[2]?.key] },
    })
  })

  test("it is never widened: what is gone cannot be kept, by the new hash or by the old one", async () => {
    const { proposal } = await planned()
    await narrow(proposal, [1])
    const fewer = await scene.proposal(proposal.id)
    expect(await narrow(proposal, [0, 1, 2])).toEqual({ kind: "forbidden", reason: "plan-changed" })
    expect(await narrow(fewer, [0, 1])).toEqual({ kind: "forbidden", reason: "belong-together" })
    expect(await narrow(fewer, [])).toEqual({ kind: "forbidden", reason: "belong-together" })
    expect(await scene.proposal(proposal.id)).toEqual(fewer)
  })

  test("all of it is the plan that it was", async () => {
    const { proposal } = await planned()
    expect(await narrow(proposal, [0, 1, 2])).toEqual({ kind: "narrowed" })
    expect(await scene.proposal(proposal.id)).toEqual(proposal)
  })

  test("after Apply, for others, and twice at once: one plan, and no step between two of them", async () => {
    const { proposal } = await planned()
    const eve = await scene.addMember(`eve-${randomUUID()}`)
    expect(await narrow(proposal, [0], eve)).toEqual({ kind: "notFound" })
    const both = await Promise.all([narrow(proposal, [0]), narrow(proposal, [1, 2])])
    expect(both.filter(({ kind }) => kind === "narrowed")).toHaveLength(1)
    const fewer = await scene.proposal(proposal.id)
    expect(fewer.planHash).toBe(hashOf(fewer.operations))
    expect([1, 2]).toContain(fewer.operations.length)
    await stage.apply(fewer)
    expect(await narrow(fewer, [0])).toEqual({ kind: "superseded" })
  })

  test("a yes at the same moment is to one of the two plans, whole", async () => {
    const { proposal } = await planned()
    const [narrowed, applied] = await Promise.all([
      narrow(proposal, [0]),
      applyProposal(scene.deps, scene.person, proposal.id, proposal.planHash),
    ])
    const { operations } = await scene.proposal(proposal.id)
    const states = operations.map(({ state }) => state)
    if (applied.kind === "carriedOut") {
      expect([narrowed.kind, states]).toEqual(["superseded", ["applied", "applied", "applied"]])
    } else {
      expect(applied).toMatchObject({ kind: "forbidden", reason: "plan-changed" })
      expect([narrowed.kind, states]).toEqual(["narrowed", ["pending"]])
    }
  })

  test("whether the guests are told stays as it was chosen", async () => {
    const { proposal } = await planned()
    await chooseGuestsTold(scene.deps.store, scene.person, proposal.id, false)
    await narrow(await scene.proposal(proposal.id), [1, 2])
    const fewer = await scene.proposal(proposal.id)
    expect(fewer.operations.map(({ notify }) => notify)).toEqual([false, false])
    expect(fewer.planHash).toBe(hashOf(fewer.operations))
  })

  test("a swap's two moves are not ticked apart; what stands beside them is", async () => {
    const [one, two, three] = [await stage.given(), await stage.given(11), await stage.given()]
    const proposal = await scene.propose(`swap ${one.title} and ${two.title} and cancel ${three.title}`)
    expect(proposal.operations).toHaveLength(3)
    const mark = await scene.sandbox.lastExchange()
    for (const keep of [[0], [1], [0, 2], [1, 2]])
      expect(await narrow(proposal, keep)).toEqual({ kind: "forbidden", reason: "belong-together" })
    expect(await scene.proposal(proposal.id)).toEqual(proposal)
    await onlyReads(mark)
    expect(await narrow(proposal, [0, 1])).toEqual({ kind: "narrowed" })
    await stage.apply(await scene.proposal(proposal.id))
    expect(await stage.startOf(one.event.value.ref)).toBe(`${two.date} 11:00`)
    expect(await stage.startOf(two.event.value.ref)).toBe(`${one.date} 10:00`)
    expect(await scene.now(three.event.value.ref)).not.toBeNull()
  })

  test("a split's two halves go or stay", async () => {
    const series = await seriesOf(scene).weekly({ count: 4 })
    const { title } = await stage.given()
    const split = await series.proposed(2, 15)
    const beside = await scene.propose(`cancel ${title}`)
    const operations = [...beside.operations, ...split.operations].map((op, position) => ({ ...op, position }))
    const draft = { ...beside, id: randomUUID(), operations, planHash: hashOf(operations) }
    const plan = await scene.deps.store.createProposal(draft, 60_000, [])
    expect(await narrow(plan, [0, 1])).toEqual({ kind: "forbidden", reason: "belong-together" })
    expect(await narrow(plan, [2])).toEqual({ kind: "forbidden", reason: "belong-together" })
    expect(await narrow(plan, [1, 2])).toEqual({ kind: "narrowed" })
    expect(await stage.apply(await scene.proposal(plan.id))).toMatchObject({ kind: "applied" })
    expect(await series.instances()).toEqual(series.split(2, 15))
  })
})

test("what is said of a plan goes with the step that it was true of", async () => {
  const scene = await openScene("microsoft")
  try {
    const stage = stageOf(scene)
    const { title } = await stage.given()
    const proposal = await scene.propose(`book a checkup on ${stage.nextDay()} at 14:00 and move ${title} to 15:00`)
    expect(proposal.readings).toContain("guests-always-told")
    const [made] = proposal.operations.filter(({ change }) => change.kind === "create")
    await narrowProposal(scene.deps, scene.person, proposal.id, proposal.planHash, [made?.position ?? -1])
    const { readings, operations } = await scene.proposal(proposal.id)
    expect(operations).toHaveLength(1)
    expect(readings).not.toContain("guests-always-told")
  } finally {
    await scene.close()
  }
})
