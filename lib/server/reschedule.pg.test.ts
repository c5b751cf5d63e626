import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { openScene, type Scene } from "../testing/scene"
import { stageOf, statuses } from "../testing/stage"
import { applyProposal } from "./apply-proposal"
import { resolveConflict } from "./resolve-conflict"

/* The race between an assistant and a person, on both providers, over HTTP. Every test of a lost race also asserts what was not written. */

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

  const answer = (id: string, choice: Parameters<typeof resolveConflict>[3]) =>
    resolveConflict(scene.deps, scene.person, id, choice)

  test("T1 T7 a proposal keeps event and version together; the write follows a read and carries that read's version", async () => {
    const { event, proposal, mark, ref, date } = await stage.proposed()
    expect(proposal.operations[0]?.base).toEqual(event)
    expect(await stage.apply(proposal)).toMatchObject({ kind: "applied", notes: [] })
    const exchanges = (await scene.sandbox.journal(mark)).filter(
      (e) => e.path.includes(encodeURIComponent(ref.eventId)) || e.path.includes(ref.eventId),
    )
    expect(exchanges.map((e) => e.method)).toEqual(["GET", "PATCH"])
    expect(exchanges[1]?.headers["if-match"]).toBe(event.version)
    expect(await stage.startOf(ref)).toBe(`${date} 15:00`)
  })

  describe("T13 moved by the person meanwhile", () => {
    test("T4 T5 T10 nothing is sent, and the answer says what was, what is and what was meant", async () => {
      const { event, proposal, mark, ref, date } = await stage.proposed()
      await stage.edit(ref, { start: `${date}T11:00`, end: `${date}T11:30` })
      const outcome = await stage.apply(proposal)
      if (outcome.kind !== "conflict") return expect.unreachable(outcome.kind)
      expect(outcome.conflict).toMatchObject({
        relation: "collision",
        by: "you",
        changed: ["start", "end"],
        base: { version: event.version },
      })
      expect(outcome.conflict.theirs).toEqual(await scene.now(ref))
      expect(outcome.conflict.mine.start).toMatchObject(stage.at(date, 15))
      expect(await scene.writes(mark)).toEqual([])
      expect(await stage.startOf(ref)).toBe(`${date} 11:00`)
    })

    test("T11a keep my change: nothing is written, ever", async () => {
      const { proposal, mark, ref, date } = await stage.proposed()
      await stage.edit(ref, { start: `${date}T11:00`, end: `${date}T11:30` })
      await stage.apply(proposal)
      expect(await answer(await stage.conflictId(proposal), "keep")).toMatchObject({ kind: "kept" })
      expect(await scene.writes(mark)).toEqual([])
      expect(await stage.startOf(ref)).toBe(`${date} 11:00`)
      expect(await scene.proposal(proposal.id)).toMatchObject({ state: "stopped", operations: [{ state: "kept" }] })
    })

    test("move it anyway: one write, on the version that was shown", async () => {
      const { proposal, mark, ref, date } = await stage.proposed()
      await stage.edit(ref, { start: `${date}T11:00`, end: `${date}T11:30` })
      await stage.apply(proposal)
      const shown = await scene.now(ref)
      expect(await answer(await stage.conflictId(proposal), "move")).toMatchObject({
        kind: "carriedOut",
        last: { kind: "applied" },
      })
      const writes = await scene.writes(mark)
      expect(writes.map((w) => w.headers["if-match"])).toEqual([shown?.version])
      expect(await stage.startOf(ref)).toBe(`${date} 15:00`)
      expect(await scene.proposal(proposal.id)).toMatchObject({ state: "done" })
    })

    test("move it anyway loses again when the person changes it again, and asks again", async () => {
      const { proposal, mark, ref, date } = await stage.proposed()
      await stage.edit(ref, { start: `${date}T11:00`, end: `${date}T11:30` })
      await stage.apply(proposal)
      const first = await stage.conflictId(proposal)
      await stage.edit(ref, { start: `${date}T12:00`, end: `${date}T12:30` })
      expect(await answer(first, "move")).toMatchObject({
        kind: "carriedOut",
        last: { kind: "conflict", conflict: { relation: "collision" } },
      })
      expect(await stage.conflictId(proposal)).not.toBe(first)
      expect(await scene.writes(mark)).toEqual([])
      expect(await stage.startOf(ref)).toBe(`${date} 12:00`)
    })

    test("T9 pick another time only proposes", async () => {
      const { proposal, mark, ref, date } = await stage.proposed()
      await stage.edit(ref, { start: `${date}T11:00`, end: `${date}T11:30` })
      await stage.apply(proposal)
      const resolved = await answer(await stage.conflictId(proposal), "other")
      if (resolved.kind !== "offered") return expect.unreachable(resolved.kind)
      const turn = await scene.deps.store.findTurn("w1", scene.person.userId, resolved.turnId)
      expect(turn?.answer).toMatchObject({ kind: "question", about: "new-time" })
      expect(await scene.writes(mark)).toEqual([])
      expect(await stage.startOf(ref)).toBe(`${date} 11:00`)
    })

    test("T6 refused by the provider itself, when the edit lands between our read and our write: the same answer", async () => {
      const { proposal, mark, ref, date } = await stage.proposed()
      await stage.editBeforeWrite({ start: `${date}T11:00`, end: `${date}T11:30` })
      expect(await stage.apply(proposal)).toMatchObject({
        kind: "conflict",
        conflict: { relation: "collision", by: "you" },
      })
      expect(statuses(await scene.writes(mark))).toEqual([412])
      expect(await stage.startOf(ref)).toBe(`${date} 11:00`)
      expect(await answer(await stage.conflictId(proposal), "move")).toMatchObject({ last: { kind: "applied" } })
      expect(await stage.startOf(ref)).toBe(`${date} 15:00`)
    })
  })

  test("B1 one race, end to end in the log: what was read, the yes, the conflict with all three sides, the answer, the write and its version", async () => {
    const { event, proposal, ref, date } = await stage.proposed()
    await stage.edit(ref, { start: `${date}T11:00`, end: `${date}T11:30` })
    await stage.apply(proposal)
    const shown = await scene.now(ref)
    await answer(await stage.conflictId(proposal), "move")
    const rows = await scene.db.logRow.findMany({ where: { proposalId: proposal.id }, orderBy: { id: "asc" } })
    expect(rows.map((row) => [row.kind, row.outcome])).toEqual([
      ["read", "found"],
      ["proposal", null],
      ["approval", "approved"],
      ["read", "found"],
      ["conflict", "conflict"],
      ["choice", "answered"],
      ["read", "found"],
      ["attempt", "prepared"],
      ["outcome", "applied"],
    ])
    expect(rows[4]?.body).toMatchObject({
      base: { version: event.version },
      theirs: { version: shown?.version },
      by: "you",
    })
    expect(rows[5]?.body).toMatchObject({ choice: "move", onVersion: shown?.version })
    expect(rows[7]?.body).toMatchObject({ ifMatch: shown?.version })
    expect(rows[8]?.body).toMatchObject({ version: (await scene.now(ref))?.version })
  })

  describe("T11b renamed by the person meanwhile", () => {
    test.each([
      ["before the write", false],
      ["between read and write", true],
    ])("%s: both stand only when the person says so", async (_, atProvider) => {
      const { proposal, ref, date } = await stage.proposed()
      const rename = { summary: "Renamed by hand", location: "Room 4" }
      await (atProvider ? stage.editBeforeWrite(rename) : stage.edit(ref, rename))
      expect(await stage.apply(proposal)).toMatchObject({
        kind: "conflict",
        conflict: { relation: "disjoint", changed: ["summary", "location"] },
      })
      expect(await stage.startOf(ref)).toBe(`${date} 10:00`)
      const id = await stage.conflictId(proposal)
      expect(await answer(id, "move")).toEqual({ kind: "forbidden", reason: "plan-changed" })
      expect(await answer(id, "both")).toMatchObject({ last: { kind: "applied" } })
      expect(await scene.now(ref)).toMatchObject({
        value: { summary: "Renamed by hand", location: "Room 4", start: stage.at(date, 15) },
      })
    })
  })

  describe("T8 gone", () => {
    test("deleted meanwhile: its own answer, nothing sent", async () => {
      const { proposal, mark, ref } = await stage.proposed()
      await stage.edit(ref, { delete: true })
      expect(await stage.apply(proposal)).toMatchObject({ kind: "gone" })
      expect(await scene.writes(mark)).toEqual([])
      expect(await stage.startOf(ref)).toBe("gone")
    })

    test("deleted between our read and our write: gone too, and not brought back", async () => {
      const { proposal, mark, ref } = await stage.proposed()
      await stage.editBeforeWrite({ delete: true })
      expect(await stage.apply(proposal)).toMatchObject({ kind: "gone" })
      expect(await scene.writes(mark)).toHaveLength(1)
      expect(await stage.startOf(ref)).toBe("gone")
    })
  })

  test.each([
    ["before", false, []],
    ["between read and write", true, [412]],
  ])("T9 the person did it themselves (%s): said so, nothing written by us", async (_, atProvider, sent) => {
    const { proposal, mark, ref, date } = await stage.proposed()
    const same = { start: `${date}T15:00`, end: `${date}T15:30` }
    await (atProvider ? stage.editBeforeWrite(same) : stage.edit(ref, same))
    expect(await stage.apply(proposal)).toMatchObject({ kind: "unchanged" })
    expect(statuses(await scene.writes(mark))).toEqual(sent)
    expect(await scene.proposal(proposal.id)).toMatchObject({ state: "done" })
  })

  describe("B3 only a reply moved", () => {
    test("before the write: the fresh version is adopted, said so, one request", async () => {
      const { proposal, mark, ref, date } = await stage.proposed()
      await stage.edit(ref, stage.guestAccepts)
      expect(await stage.apply(proposal)).toMatchObject({
        kind: "applied",
        notes: [{ kind: "version-adopted", when: "before-send", moved: "rsvp" }],
      })
      expect(statuses(await scene.writes(mark))).toEqual([200])
      expect(await stage.startOf(ref)).toBe(`${date} 15:00`)
    })

    test("T4 after a refusal: exactly one successor, under the same yes, disclosed in answer and log", async () => {
      const { proposal, mark, ref, date } = await stage.proposed()
      await stage.editBeforeWrite(stage.guestAccepts)
      expect(await stage.apply(proposal)).toMatchObject({
        kind: "applied",
        notes: [{ kind: "version-adopted", when: "after-refusal" }],
      })
      expect(statuses(await scene.writes(mark))).toEqual([412, 200])
      expect(await stage.startOf(ref)).toBe(`${date} 15:00`)
      const attempts = await scene.db.logRow.findMany({
        where: { proposalId: proposal.id, kind: "attempt" },
        orderBy: { id: "asc" },
      })
      expect(attempts[1]?.body).toMatchObject({ afterIntent: attempts[0]?.intentId })
    })

    test("T4 refused twice: no third request, nothing written", async () => {
      const { proposal, mark, ref, date } = await stage.proposed()
      await scene.sandbox.fault({ provider, kind: "spurious-412", method: "PATCH", times: 2 })
      expect(await stage.apply(proposal)).toEqual({ kind: "notApplied", reason: "kept-moving" })
      expect(statuses(await scene.writes(mark))).toEqual([412, 412])
      expect(await stage.startOf(ref)).toBe(`${date} 10:00`)
    })
  })

  describe("B2 the target slot", () => {
    test("taken meanwhile: a conflict although the event is as it was; moving anyway is one more yes", async () => {
      const { event, title, date } = await stage.given()
      const { ref } = event.value
      const proposal = await scene.propose(`move ${title} to 21:00`)
      const mark = await scene.sandbox.lastExchange()
      await stage.block(date, 21)
      const before = (await scene.writes(mark)).length
      const outcome = await stage.apply(proposal)
      expect(outcome).toMatchObject({ kind: "conflict", conflict: { relation: "slot", changed: [] } })
      expect(await scene.writes(mark)).toHaveLength(before)
      expect(await answer(await stage.conflictId(proposal), "move")).toMatchObject({ last: { kind: "applied" } })
      expect(await stage.startOf(ref)).toBe(`${date} 21:00`)
    })
  })

  test("an outcome that another release has kept, for a reason that is not known here: read as one without a reason", async () => {
    const { proposal } = await stage.proposed()
    const outcome = { kind: "notApplied", reason: "no connection to the moon" }
    await scene.db.proposalOperation.updateMany({ where: { proposalId: proposal.id }, data: { outcome } })
    const { operations } = await scene.proposal(proposal.id)
    expect(operations.map((op) => op.outcome)).toEqual([{ kind: "notApplied", reason: "other" }])
  })

  test("B2 taken in the very moment of the write: said afterwards, on the proposal and in the log", async () => {
    const { event, title, date } = await stage.given()
    const proposal = await scene.propose(`move ${title} to 21:00`)
    await scene.sandbox.fault({ provider, kind: "latency", method: "PATCH", delayMs: 400 })
    const applying = stage.apply(proposal)
    await stage.untilSent(proposal)
    await stage.block(date, 21)
    expect(await applying).toMatchObject({ kind: "applied" })
    await scene.settled()
    expect((await scene.proposal(proposal.id)).operations[0]?.outcome).toMatchObject({
      notes: [{ kind: "slot-taken-meanwhile" }],
    })
    expect(await scene.db.logRow.count({ where: { proposalId: proposal.id, outcome: "slot-taken" } })).toBe(1)
    expect(await stage.startOf(event.value.ref)).toBe(`${date} 21:00`)
  })

  describe("B4 the answer is lost", () => {
    test.each(["executed-but-503", "reset-after-execution"] as const)(
      "%s: found by its marker, sent once",
      async (kind) => {
        const { proposal, mark, ref, date } = await stage.proposed()
        await scene.sandbox.fault({ provider, kind, method: "PATCH" })
        expect(await stage.apply(proposal)).toMatchObject({ kind: "applied", notes: [{ kind: "found-by-reading" }] })
        expect(await scene.writes(mark)).toHaveLength(1)
        expect(await stage.startOf(ref)).toBe(`${date} 15:00`)
      },
    )

    test("never executed: unknown at first, not sent again", async () => {
      const { proposal, mark, ref, date } = await stage.proposed()
      await scene.sandbox.fault({ provider, kind: "reset-before-execution", method: "PATCH" })
      expect(await stage.apply(proposal)).toMatchObject({ kind: "unknown" })
      expect(await scene.writes(mark)).toHaveLength(1)
      expect(await stage.startOf(ref)).toBe(`${date} 10:00`)
    })
  })

  test.each([
    ["429", "throttled"],
    ["401", "reconnect"],
  ] as const)("%s from the provider: %s, nothing written", async (kind, expected) => {
    const { proposal, ref, date } = await stage.proposed()
    await scene.sandbox.fault({ provider, kind, method: "PATCH" })
    expect(await stage.apply(proposal)).toMatchObject({ kind: expected })
    expect(await stage.startOf(ref)).toBe(`${date} 10:00`)
    expect(await scene.proposal(proposal.id)).toMatchObject({ state: "stopped", operations: [{ state: "failed" }] })
  })

  test("two presses of Apply at once: one write, one of them is told that it was used", async () => {
    const { proposal, mark } = await stage.proposed()
    const press = () => applyProposal(scene.deps, scene.person, proposal.id, proposal.planHash)
    const kinds = (await Promise.all([press(), press()])).map((applied) => applied.kind)
    expect(kinds.sort()).toEqual(["carriedOut", "superseded"])
    expect(statuses(await scene.writes(mark))).toEqual([200])
  })
})
