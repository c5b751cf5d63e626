import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type CalendarEvent, eventKey, parseEventKey } from "../domain/event"
import type { FollowedCalendar } from "../ports/jobs"
import { patchOf } from "../testing/patch-of"
import { openScene, type Scene } from "../testing/scene"
import { type PersonEdit, stageOf } from "../testing/stage"
import { followed, type SceneSync, syncDepsOf, synced } from "../testing/sync-scene"
import { applyProposal } from "./apply-proposal"
import { logOf } from "./log-of"
import { syncCalendar } from "./sync-calendar"

describe.each(["google", "microsoft"] as const)("sync of a calendar at %s", (provider) => {
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
    await synced(deps, calendar)
  })
  afterAll(() => scene.close())

  const stateOf = async (id: string) => (await scene.proposal(id)).state
  const cachedVersion = async ({ eventId }: CalendarEvent["ref"]) =>
    (await deps.sync.cached(calendar, { ids: [eventId], series: [] })).get(eventId)?.version
  const headOf = async (ref: CalendarEvent["ref"]) =>
    (await scene.db.head.findFirst({ where: { kind: "event", id: eventKey(ref) } }))?.version
  const staleRows = (proposalId: string) => scene.db.logRow.count({ where: { proposalId, kind: "stale" } })

  test("the cache holds what stands in the window, and each event's head its version", async () => {
    const { event } = await stage.given()
    await synced(deps, calendar)
    const { windowFrom, windowTo } = await scene.db.syncedCalendar.findFirstOrThrow()
    const window = { from: windowFrom?.toISOString() ?? "", to: windowTo?.toISOString() ?? "" }
    const list = await scene.account.list(calendar.calendarId, window)
    if (list.kind !== "events") return expect.unreachable()
    const cached = await deps.sync.cached(calendar, null)
    expect(new Map([...cached].map(([id, { version }]) => [id, version]))).toEqual(
      new Map(list.events.map((seen) => [seen.value.ref.eventId, seen.version])),
    )
    expect(await headOf(event.value.ref)).toBe(event.version)
  })

  test("an outside change makes an open proposal stale, once, and Apply asks without sending", async () => {
    const { proposal, ref, date } = await stage.proposed()
    expect((await synced(deps, calendar)).stale).toEqual([])
    await stage.edit(ref, { start: `${date}T11:00`, end: `${date}T11:30` })
    expect((await synced(deps, calendar)).stale).toEqual([proposal.id])
    expect((await synced(deps, calendar)).stale).toEqual([])
    expect(await stateOf(proposal.id)).toBe("stale")
    expect(await staleRows(proposal.id)).toBe(1)
    expect((await scene.proposal(proposal.id)).stale).toEqual({ why: "changed", by: "you" })
    const mark = await scene.sandbox.lastExchange()
    expect((await stage.apply(await scene.proposal(proposal.id))).kind).toBe("conflict")
    expect(await scene.writes(mark)).toEqual([])
  })

  test("B3 a guest's reply moves the version and makes nothing stale", async () => {
    const { proposal, ref, event } = await stage.proposed()
    await stage.edit(ref, stage.guestAccepts)
    await synced(deps, calendar)
    expect(await cachedVersion(ref)).not.toBe(event.version)
    expect(await stateOf(proposal.id)).toBe("open")
  })

  test("an event that is gone makes its proposal stale", async () => {
    const { proposal, ref } = await stage.proposed()
    await synced(deps, calendar)
    await stage.edit(ref, { delete: true })
    await synced(deps, calendar)
    expect(await scene.proposal(proposal.id)).toMatchObject({ state: "stale", stale: { why: "gone", by: "someone" } })
    expect(await cachedVersion(ref)).toBeUndefined()
  })

  test("B2 something new in the target slot makes it stale, something elsewhere does not", async () => {
    const { proposal, date } = await stage.proposed()
    await stage.block(date, 18)
    await synced(deps, calendar)
    expect(await stateOf(proposal.id)).toBe("open")
    await stage.block(date, 15)
    await synced(deps, calendar)
    expect(await scene.proposal(proposal.id)).toMatchObject({ state: "stale", stale: { why: "slot" } })
  })

  test("B4 our own write is never outside: nothing stale, seen twice too", async () => {
    const { proposal, ref } = await stage.proposed()
    expect((await stage.apply(proposal)).kind).toBe("applied")
    const other = await otherProposalOn(proposal.id)
    expect((await synced(deps, calendar)).stale).toEqual([])
    expect((await synced(deps, calendar)).stale).toEqual([])
    expect(await stateOf(other)).toBe("open")
    expect(await cachedVersion(ref)).toBe((await scene.now(ref))?.version)
  })

  test("B4 sync that overtakes the outcome knows our own write by its marker", async () => {
    const { proposal, ref } = await stage.proposed()
    const other = await otherProposalOn(proposal.id)
    const { finish } = scene.deps.guarded
    const overtaken: string[] = []
    const guarded: Scene["deps"]["guarded"] = {
      ...scene.deps.guarded,
      async finish(end) {
        overtaken.push(...(await synced(deps, calendar)).stale)
        return finish(end)
      },
    }
    const applied = await applyProposal({ ...scene.deps, guarded }, scene.person, proposal.id, proposal.planHash)
    expect(applied).toMatchObject({ last: { kind: "applied" } })
    expect(overtaken).toEqual([])
    await synced(deps, calendar)
    expect(await stateOf(other)).toBe("open")
    expect(await headOf(ref)).toBe((await scene.now(ref))?.version)
  })

  test("our mark on an event that somebody changed since does not hide that change", async () => {
    const { proposal, ref, date } = await stage.proposed()
    await stage.apply(proposal)
    await synced(deps, calendar)
    const next = await scene.propose(`move ${proposal.operations[0]?.base.value.summary} to 17:00`)
    await stage.edit(ref, { start: `${date}T12:00`, end: `${date}T12:30` })
    expect((await synced(deps, calendar)).stale).toContain(next.id)
  })

  test("a reading from before our write does not win: in doubt the event is read again", async () => {
    const { proposal, ref, event } = await stage.proposed()
    await synced(deps, calendar)
    const run = await deps.sync.begin(calendar)
    if (!run) return expect.unreachable()
    await stage.apply(proposal)
    const now = await scene.now(ref)
    const old = { seen: event, seenFrom: run.startedAt, confirmed: false }
    const applied = await deps.sync.apply(run, { changed: [old], removed: [], stale: [], end: null })
    expect(applied).toEqual({ kind: "doubtful", keys: [eventKey(ref)] })
    expect(await headOf(ref)).toBe(now?.version)
    await synced(deps, calendar)
    expect(await cachedVersion(ref)).toBe(now?.version)
  })

  test("C3 of two re-reads at once the one that began earlier writes nothing", async () => {
    const early = await deps.sync.begin(calendar)
    await deps.sync.begin(calendar)
    if (!early) return expect.unreachable()
    expect(await deps.sync.apply(early, { changed: [], removed: [], stale: [], end: null })).toEqual({
      kind: "superseded",
    })
    await synced(deps, calendar)
  })

  test("a lost cursor leads to a new start, which finds what was deleted meanwhile", async () => {
    const { proposal, ref } = await stage.proposed()
    await synced(deps, calendar)
    await stage.edit(ref, { delete: true })
    await scene.sandbox.control("POST", "sync-tokens/expire", { provider })
    expect((await syncCalendar(deps, calendar)).kind).toBe("anew")
    await synced(deps, calendar)
    expect(await scene.proposal(proposal.id)).toMatchObject({ state: "stale", stale: { why: "gone" } })
    expect(await cachedVersion(ref)).toBeUndefined()
  })

  test("a write called not applied that is seen after all is corrected once", async () => {
    const { proposal, ref, event } = await stage.proposed()
    await synced(deps, calendar)
    const intentId = await lostWrite(proposal.id)
    const op = proposal.operations[0]
    if (!op) return expect.unreachable()
    await scene.account.update(parseEventKey(eventKey(ref)), patchOf(op.change), event.version, {
      marker: intentId,
      notify: false,
      timeoutMs: 5_000,
    })
    await synced(deps, calendar)
    await synced(deps, calendar)
    expect(await scene.db.logRow.count({ where: { intentId, kind: "correction", outcome: "applied-late" } })).toBe(1)
    expect((await scene.proposal(proposal.id)).operations[0]?.state).toBe("applied")
  })

  test("an edit of a series makes a proposal for one of its instances stale", async () => {
    const proposal = await scene.propose("move my weekly sync to Thursday 3pm")
    const base = proposal.operations[0]?.base.value
    await synced(deps, calendar)
    await stage.edit(
      { ...(base?.ref as CalendarEvent["ref"]), eventId: base?.seriesId ?? "" },
      { summary: "Renamed sync" },
    )
    expect((await synced(deps, calendar)).stale).toContain(proposal.id)
  })

  test.each<[string, string, PersonEdit, number]>([
    ["shortened", "Quartz", { recurrence: ["RRULE:FREQ=WEEKLY;COUNT=2"] }, 2],
    ["moved", "Slate", { start: "2026-12-01T16:00", end: "2026-12-01T16:30" }, 4],
    ["deleted", "Onyx", { delete: true }, 0],
  ])(
    "a series %s: what it has no more is not kept, and what was proposed of it is stale",
    async (_, title, edit, left) => {
      const draft = { summary: title, start: stage.at("2026-12-01", 12), end: stage.at("2026-12-01", 12, 30) }
      const options = { marker: randomUUID(), notify: false, timeoutMs: 5_000 }
      const recurrence = ["RRULE:FREQ=WEEKLY;COUNT=4"]
      const made = await scene.account.create(calendar.calendarId, { ...draft, recurrence }, options)
      if (made.kind !== "applied") return expect.unreachable(made.kind)
      const { ref } = made.event.value
      await synced(deps, calendar)
      const ids = async () =>
        [...(await deps.sync.cached(calendar, null))].flatMap(([id, { seriesId }]) =>
          seriesId === ref.eventId && id !== ref.eventId ? [id] : [],
        )
      expect((await ids()).length).toBe(4)
      const proposal = await scene.propose(`move all ${title} to 14:00`)
      expect(proposal.operations[0]?.base.value.shape).toBe("series")

      await stage.edit(ref, edit)
      expect((await synced(deps, calendar)).stale).toContain(proposal.id)
      const after = await ids()
      const list = await scene.account.list(calendar.calendarId, {
        from: "2026-12-01T00:00:00Z",
        to: "2026-12-30T00:00:00Z",
      })
      if (list.kind !== "events") return expect.unreachable(list.kind)
      const standing = list.events.filter(({ value }) => value.seriesId === ref.eventId)
      expect(after.sort()).toEqual(standing.map(({ value }) => value.ref.eventId).sort())
      expect(after.length).toBe(left)
    },
  )

  test("a provider that cannot be asked is asked later, with a longer wait each time", async () => {
    await scene.sandbox.fault({ provider, kind: "429", times: 5 })
    const end = await syncCalendar(deps, calendar)
    await scene.sandbox.clearFaults()
    expect(end).toMatchObject({ kind: "later", why: "throttled" })
    const row = await scene.db.syncedCalendar.findFirst({ where: { calendarId: calendar.calendarId } })
    expect(row?.failures).toBe(1)
    expect(row?.cursor).not.toBeNull()
    await synced(deps, calendar)
  })

  /** Another proposal on the same event, as a second window would make it. */
  async function otherProposalOn(id: string): Promise<string> {
    const { operations } = await scene.proposal(id)
    const { person } = scene
    const draft = {
      workspaceId: person.workspaceId,
      id: randomUUID(),
      userId: person.userId,
      origin: "assistant" as const,
      agent: null,
      state: "open" as const,
      planHash: "0".repeat(64),
      readings: [],
      undoOf: null,
      continues: null,
      leftOut: [],
      operations: operations.map((op) => ({ ...op, state: "pending" as const, outcome: null, after: null })),
    }
    return (await deps.store.createProposal(draft, 60_000, [])).id
  }

  /** An intent that recovery gave up for lost. */
  async function lostWrite(proposalId: string): Promise<string> {
    const proposal = await scene.proposal(proposalId)
    const op = proposal.operations[0]
    if (!op) throw new Error("no operation")
    const { workspaceId, userId, planHash } = proposal
    const approved = await deps.guarded.approve({
      workspaceId,
      proposalId,
      userId,
      planHash,
      ttlMs: 60_000,
      log: logOf.approval(proposal, planHash),
    })
    if (approved.kind !== "approved") throw new Error(approved.kind)
    const [id, claimId] = [randomUUID(), randomUUID()]
    const logged = { ...op, userId, proposalId, origin: "assistant" as const, agent: null }
    const draft = {
      ...op,
      workspaceId,
      userId,
      proposalId,
      planHash,
      id,
      claimId,
      seriesKey: op.key,
      approvalId: approved.approvalIds[0] ?? "",
      afterIntent: null,
      operation: "update" as const,
      leaseMs: 20_000,
    }
    await deps.guarded.prepare(draft, logOf.attempt(logged, id, op.base, null), [])
    await deps.guarded.markSent({ workspaceId, id, claimId }, 1)
    await deps.guarded.finish({
      workspaceId,
      id,
      claimId,
      outcome: { kind: "notApplied", reason: "no-trace" },
      version: null,
      operation: { state: "failed" },
      conflictCase: null,
      proposalState: "stopped",
      log: [],
      slotCheck: null,
    })
    return id
  }
})
