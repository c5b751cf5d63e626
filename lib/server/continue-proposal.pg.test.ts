import { randomUUID } from "node:crypto"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { eventKey } from "../domain/event"
import type { StoredProposal } from "../ports/assistant-store"
import { openScene, type Scene } from "../testing/scene"
import { stageOf } from "../testing/stage"
import { chooseGuestsTold } from "./choose-guests-told"
import { continueProposal } from "./continue-proposal"
import { dropProposal } from "./drop-proposal"
import { resolveConflict } from "./resolve-conflict"
import { undoProposal } from "./undo-proposal"

/* After a stop: the rest is a plan of its own, on fresh reads, and nothing of it is written without another yes (T9, B2, B7). */

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let stage: ReturnType<typeof stageOf>
  beforeAll(async () => {
    scene = await openScene(provider)
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    stage = stageOf(scene)
  })
  afterEach(() => scene.sandbox.clearFaults())
  afterAll(() => scene.close())

  type Given = Awaited<ReturnType<typeof stage.given>>

  /** Two moves to 15:00, or three, of which the first is done and the second is refused for now. */
  async function stoppedWith(given: readonly Given[], quiet = false) {
    const proposal = await scene.propose(given.map(({ title }) => `move ${title} to 15:00`).join(" and "))
    if (quiet) await chooseGuestsTold(scene.deps.store, scene.person, proposal.id, false)
    await refuses(given[1])
    await stage.apply(await scene.proposal(proposal.id))
    await expectStates(proposal, "stopped", ["applied", "failed", "skipped"].slice(0, given.length))
    return { id: proposal.id, mark: await scene.sandbox.lastExchange() }
  }
  async function stopped() {
    const [one, two, three] = [await stage.given(), await stage.given(), await stage.given()]
    return { one, two, three, ...(await stoppedWith([one, two, three])) }
  }
  async function stoppedShort(quiet = false) {
    const [one, two] = [await stage.given(), await stage.given()]
    return { one, two, ...(await stoppedWith([one, two], quiet)) }
  }

  const refuses = (given?: Given) =>
    scene.sandbox.fault({ provider, kind: "429", method: "PATCH", pathIncludes: nameOf(given), times: 1 })
  const nameOf = (given?: Given) => encodeURIComponent(given?.event.value.ref.eventId ?? "none")

  async function expectStates({ id }: Pick<StoredProposal, "id">, state: string, states: readonly string[]) {
    const now = await scene.proposal(id)
    expect([now.state, now.operations.map((op) => op.state)]).toEqual([state, states])
  }

  const rest = (id: string, person = scene.person) => continueProposal(scene.deps, person, id)
  async function restOf(id: string): Promise<StoredProposal> {
    const answer = await rest(id)
    return answer.kind === "proposed" ? scene.proposal(answer.proposalId) : expect.unreachable(JSON.stringify(answer))
  }
  const nothingSince = async (mark: number) => expect(await scene.writes(mark)).toEqual([])
  const proposalsAfter = (id: string) => scene.db.proposal.count({ where: { continues: id } })

  test("the rest is proposed on what stands now, and written only after another yes", async () => {
    const { one, two, three, id, mark } = await stopped()
    await stage.edit(three.event.value.ref, { start: `${three.date}T11:00`, end: `${three.date}T11:30` })
    const edited = await scene.now(three.event.value.ref)
    const again = await restOf(id)
    expect(again).toMatchObject({ state: "open", origin: "assistant", continues: id, undoOf: null, leftOut: [] })
    expect(again.operations.map(({ key, base }) => [key, base.version])).toEqual([
      [eventKey(two.event.value.ref), two.event.version],
      [eventKey(three.event.value.ref), edited?.version],
    ])
    expect(again.operations.every(({ slot }) => slot.calendars.length > 0)).toBe(true)
    await nothingSince(mark)
    expect(await stage.startOf(three.event.value.ref)).toBe(`${three.date} 11:00`)

    expect(await stage.apply(again)).toMatchObject({ kind: "applied" })
    expect((await scene.writes(mark)).map((w) => [w.method, w.headers["if-match"]])).toEqual([
      ["PATCH", two.event.version],
      ["PATCH", edited?.version],
    ])
    for (const { event, date } of [one, two, three]) expect(await stage.startOf(event.value.ref)).toBe(`${date} 15:00`)
    expect(await rest(id)).toEqual({ kind: "proposed", proposalId: again.id })
  })

  test("it is told in the conversation, once, and its rows name what it goes on with", async () => {
    const { id } = await stoppedShort()
    const again = await restOf(id)
    const turns = await scene.deps.store.turns("w1", scene.person.userId, 100)
    expect(turns.filter(({ answer }) => answer.kind === "proposal" && answer.proposalId === again.id)).toHaveLength(1)
    const row = await scene.db.logRow.findFirst({ where: { proposalId: again.id, kind: "proposal" } })
    expect(row).toMatchObject({ actorKind: "assistant", body: { continues: id } })
  })

  test("pressed in many tabs at once it is one plan", async () => {
    const { id, mark } = await stoppedShort()
    const answers = await Promise.all(Array.from({ length: 5 }, () => rest(id)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await proposalsAfter(id)).toBe(1)
    await nothingSince(mark)
  })

  test("changed once more before that yes: asked, and nothing is written", async () => {
    const { two, id, mark } = await stoppedShort()
    const again = await restOf(id)
    await stage.edit(two.event.value.ref, { start: `${two.date}T12:00`, end: `${two.date}T12:30` })
    expect(await stage.apply(again)).toMatchObject({ kind: "conflict", conflict: { relation: "collision" } })
    await nothingSince(mark)
    expect(await stage.startOf(two.event.value.ref)).toBe(`${two.date} 12:00`)
  })

  test("B2 what has come to stand where it goes is said, and what comes after that is asked about", async () => {
    const { two, three, id } = await stopped()
    await stage.block(two.date, 15)
    const again = await restOf(id)
    expect(again.operations.map(({ slot }) => slot.taken.length)).toEqual([1, 0])
    await stage.block(three.date, 15)
    const mark = await scene.sandbox.lastExchange()
    expect(await stage.apply(again)).toMatchObject({ kind: "conflict", conflict: { relation: "slot" } })
    expect(await scene.writes(mark)).toHaveLength(1)
    expect(await stage.startOf(three.event.value.ref)).toBe(`${three.date} 10:00`)
  })

  test("what is gone, or stands as intended by now, is left out and said", async () => {
    const { two, three, id, mark } = await stopped()
    await stage.edit(two.event.value.ref, { delete: true })
    const again = await restOf(id)
    expect(again.operations.map(({ key }) => key)).toEqual([eventKey(three.event.value.ref)])
    expect(again.leftOut).toEqual([`"${two.title}" is not among it. It is no longer on a calendar that I look at.`])
    await dropProposal(scene.deps.store, scene.person, again.id)

    await stage.edit(three.event.value.ref, { start: `${three.date}T15:00`, end: `${three.date}T15:30` })
    expect(await rest(id)).toEqual({
      kind: "nothing",
      why: [
        `"${two.title}" is not among it. It is no longer on a calendar that I look at.`,
        `"${three.title}" is not among it. It is already as you wanted it.`,
      ],
    })
    expect(await proposalsAfter(id)).toBe(1)
    await nothingSince(mark)
  })

  test("what was kept after a lost race is decided, and no part of the rest", async () => {
    const [one, two] = [await stage.given(), await stage.given()]
    const proposal = await scene.propose(`move ${one.title} to 15:00 and cancel ${two.title}`)
    await stage.edit(one.event.value.ref, { start: `${one.date}T11:00`, end: `${one.date}T11:30` })
    await stage.apply(proposal)
    await resolveConflict(scene.deps, scene.person, await stage.conflictId(proposal), "keep")
    await expectStates(proposal, "stopped", ["kept", "skipped"])
    const again = await restOf(proposal.id)
    expect(again.operations.map(({ key, change }) => [key, change.kind])).toEqual([
      [eventKey(two.event.value.ref), "delete"],
    ])
    expect(await stage.startOf(one.event.value.ref)).toBe(`${one.date} 11:00`)
  })

  test("something new that was not reached is made once", async () => {
    const one = await stage.given()
    const date = stage.nextDay()
    const proposal = await scene.propose(`move ${one.title} to 15:00 and book a checkup on ${date} at 14:00`)
    await refuses(one)
    await stage.apply(proposal)
    await expectStates(proposal, "stopped", ["failed", "skipped"])
    const mark = await scene.sandbox.lastExchange()
    expect(await stage.apply(await restOf(proposal.id))).toMatchObject({ kind: "applied" })
    expect((await scene.writes(mark)).map(({ method }) => method)).toEqual(["PATCH", "POST"])
  })

  test("a dropped one makes room for another; one that expired too", async () => {
    const { id, mark } = await stoppedShort()
    const first = await restOf(id)
    await dropProposal(scene.deps.store, scene.person, first.id)
    const second = await restOf(id)
    expect(second.id).not.toBe(first.id)
    await scene.db.proposal.updateMany({ where: { id: second.id }, data: { expiresAt: new Date(0) } })
    const third = await restOf(id)
    expect(third.id).not.toBe(second.id)
    expect((await scene.proposal(second.id)).state).toBe("dropped")
    await nothingSince(mark)
  })

  test("left: nothing is proposed any more, and what was done can still be undone", async () => {
    const { one, id, mark } = await stoppedShort()
    expect(await dropProposal(scene.deps.store, scene.person, id)).toBe(true)
    expect(await scene.proposal(id)).toMatchObject({ state: "stopped", restLeft: true })
    expect(await dropProposal(scene.deps.store, scene.person, id)).toBe(false)
    expect(await rest(id)).toEqual({ kind: "superseded" })
    expect(await scene.db.logRow.count({ where: { proposalId: id, kind: "dropped" } })).toBe(1)
    expect(await proposalsAfter(id)).toBe(0)
    await nothingSince(mark)
    await undoProposal(scene.deps, scene.person, id)
    expect(await stage.startOf(one.event.value.ref)).toBe(`${one.date} 10:00`)
  })

  test("left and gone on with at the same moment: one of the two", async () => {
    const { id } = await stoppedShort()
    const [left, again] = await Promise.all([dropProposal(scene.deps.store, scene.person, id), rest(id)])
    expect([left, again.kind]).toEqual(left ? [true, "superseded"] : [false, "proposed"])
    expect(await proposalsAfter(id)).toBe(left ? 0 : 1)
  })

  test("undone: there is nothing to go on with", async () => {
    const { one, id } = await stoppedShort()
    await undoProposal(scene.deps, scene.person, id)
    expect(await stage.startOf(one.event.value.ref)).toBe(`${one.date} 10:00`)
    expect(await rest(id)).toEqual({ kind: "superseded" })
    expect(await proposalsAfter(id)).toBe(0)
  })

  test("another's is not there; one that is done, or under way, has no rest", async () => {
    const { id } = await stoppedShort()
    const eve = await scene.addMember(`eve-${randomUUID()}`)
    expect(await rest(id, eve)).toEqual({ kind: "notFound" })
    const one = await stage.given()
    const open = await scene.propose(`move ${one.title} to 15:00`)
    expect(await rest(open.id)).toEqual({ kind: "superseded" })
    await stage.apply(open)
    expect(await rest(open.id)).toEqual({ kind: "superseded" })
  })

  test("what cannot be read just now is not called gone: nothing is proposed, and later it is", async () => {
    const { two, id } = await stoppedShort()
    const fault = { kind: "reset-before-execution", method: "GET", pathIncludes: nameOf(two), times: 20 } as const
    await scene.sandbox.fault({ provider, ...fault })
    expect(await rest(id)).toEqual({ kind: "unreadable" })
    expect(await proposalsAfter(id)).toBe(0)
    await scene.sandbox.clearFaults()
    expect((await restOf(id)).operations).toHaveLength(1)
  })

  if (provider === "google")
    test("whoever was not to be told of the plan is not told of its rest", async () => {
      const { id, mark } = await stoppedShort(true)
      const again = await restOf(id)
      expect(again.operations.map(({ notify }) => notify)).toEqual([false])
      await stage.apply(again)
      const sent = (await scene.writes(mark)).map((w) => new URLSearchParams(w.query).get("sendUpdates"))
      expect(sent).toEqual(["none"])
    })
})
