import pg from "pg"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import type { Outcome } from "../domain/outcome"
import { sayOutcome } from "../domain/wording-outcome"
import type { StoredProposal } from "../ports/assistant-store"
import type { CalendarProvider } from "../ports/calendar-provider"
import { openScene, type Scene } from "../testing/scene"
import { stageOf, statuses } from "../testing/stage"
import { applyProposal } from "./apply-proposal"
import type { CommitDeps } from "./commit-operation"
import { recoverIntents } from "./recover-intents"
import { undoProposal } from "./undo-proposal"

/*
 * A sender dies, or sleeps, at a point of its way; recovery finishes what it left by reading. Senders are the real ones and die by an exception
 * out of their own ports. Leases are ended by the database's owner instead of being waited for.
 */

class Died extends Error {}

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let stage: ReturnType<typeof stageOf>
  let owner: pg.Client
  beforeAll(async () => {
    scene = await openScene(provider)
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    stage = stageOf(scene)
    owner = new pg.Client({ connectionString: scene.ownerUrl })
    await owner.connect()
  })
  afterEach(async () => {
    await scene.sandbox.clearFaults()
    expect(await scene.db.intent.count({ where: { state: { not: "DONE" } } }), "an intent was left behind").toBe(0)
  })
  afterAll(async () => {
    await owner.end()
    await scene.close()
  })

  /** The same account, with some of its calls replaced. */
  const through = (over: (account: CalendarProvider) => Partial<CalendarProvider>): CommitDeps => ({
    ...scene.deps,
    calendars: { ...scene.deps.calendars, open: async () => ({ ...scene.account, ...over(scene.account) }) },
  })
  /** Where a sender dies: before it says SENT, before its request leaves, or before it hears the answer. */
  const DYING = {
    prepared: (): CommitDeps => ({
      ...scene.deps,
      guarded: { ...scene.deps.guarded, markSent: () => Promise.reject(new Died()) },
    }),
    sent: () => through(() => ({ update: () => Promise.reject(new Died()) })),
    executed: () =>
      through((account) => ({
        update: async (...call) => {
          await account.update(...call)
          throw new Died()
        },
      })),
  }

  const apply = (deps: CommitDeps, proposal: StoredProposal) =>
    applyProposal(deps, scene.person, proposal.id, proposal.planHash)

  /** A proposal whose sender died there. */
  async function left(where: keyof typeof DYING) {
    const given = await stage.proposed()
    await expect(apply(DYING[where](), given.proposal)).rejects.toThrow(Died)
    return given
  }

  const lapse = () =>
    owner.query(
      "update intents set lease_until = clock_timestamp() - interval '1 s' where state in ('PREPARED', 'SENT')",
    )
  async function recovered(deps: CommitDeps = scene.deps): Promise<number> {
    await lapse()
    return recoverIntents(deps)
  }

  /** Starts calls while the heads of intents are locked, and lets go when all of them wait for a lock: none can be done before the others began. */
  async function heldUntilWaiting<T>(count: number, start: () => Promise<T>[]): Promise<T[]> {
    await owner.query("begin; select 1 from heads where kind = 'intent' for update")
    const calls = start()
    const waiting = `select 1 from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`
    while ((await owner.query(waiting)).rowCount !== count) await new Promise((resolve) => setTimeout(resolve, 5))
    await owner.query("commit")
    return Promise.all(calls)
  }

  /** How it ended, and that it ended once: one outcome on the intent, one in the log. */
  async function endOf({ id }: StoredProposal) {
    const intents = await scene.db.intent.findMany({ where: { proposalId: id } })
    const rows = await scene.db.logRow.findMany({ where: { proposalId: id, kind: { in: ["outcome", "correction"] } } })
    expect(intents).toHaveLength(1)
    expect(rows.filter((row) => row.kind === "outcome")).toHaveLength(1)
    const outcome = intents[0]?.outcome as unknown as Outcome
    expect(rows[0]?.outcome).toBe(outcome.kind)
    return { outcome, correction: intents[0]?.correction ?? null, corrections: rows.length - 1 }
  }

  describe("B4 a dead sender", () => {
    test("PREPARED: certainly not sent, and never will be", async () => {
      const { proposal, mark, ref, date } = await left("prepared")
      expect(await recoverIntents(scene.deps), "its lease still runs").toBe(0)
      expect(await recovered()).toBe(1)
      expect(await endOf(proposal)).toMatchObject({ outcome: { kind: "notApplied", reason: "too-late-to-send" } })
      expect(await scene.proposal(proposal.id)).toMatchObject({ state: "stopped", operations: [{ state: "failed" }] })
      expect(await recovered()).toBe(0)
      expect(await scene.writes(mark)).toEqual([])
      expect(await stage.startOf(ref)).toBe(`${date} 10:00`)
    })

    test("SENT and done: found by its mark, one request, and it can be undone", async () => {
      const { proposal, mark, ref, date } = await left("executed")
      expect(await recovered()).toBe(1)
      const { outcome } = await endOf(proposal)
      expect(outcome).toMatchObject({ kind: "applied", notes: [{ kind: "found-by-reading" }] })
      expect(outcome).toMatchObject({ event: { version: (await scene.now(ref))?.version } })
      expect(await scene.proposal(proposal.id)).toMatchObject({ state: "done", operations: [{ state: "applied" }] })
      expect(statuses(await scene.writes(mark))).toEqual([200])
      const undone = await undoProposal(scene.deps, scene.person, proposal.id)
      expect(undone?.applied).toMatchObject({ last: { kind: "applied" } })
      expect(await stage.startOf(ref)).toBe(`${date} 10:00`)
    })

    test("SENT, done and moved on since: applied, and changed since", async () => {
      const { proposal, ref, date } = await left("executed")
      await stage.edit(ref, { start: `${date}T17:00`, end: `${date}T17:30` })
      await recovered()
      expect((await endOf(proposal)).outcome).toMatchObject({
        kind: "applied",
        notes: [{ kind: "found-by-reading" }, { kind: "changed-since" }],
      })
      expect(await stage.startOf(ref)).toBe(`${date} 17:00`)
    })

    test("SENT and no trace: looked for once more after a full wait, then not applied", async () => {
      const { proposal, mark, ref, date } = await left("sent")
      expect(await recovered()).toBe(1)
      expect(await scene.db.intent.findFirst({ where: { proposalId: proposal.id } })).toMatchObject({ state: "SENT" })
      expect(await recoverIntents(scene.deps), "the wait is not over").toBe(0)
      expect(await recovered()).toBe(1)
      expect((await endOf(proposal)).outcome).toEqual({ kind: "notApplied", reason: "no-trace" })
      expect(await scene.writes(mark)).toEqual([])
      expect(await stage.startOf(ref)).toBe(`${date} 10:00`)
    })

    test("SENT and only a reply moved: its precondition is gone, so it is not applied at once", async () => {
      const { proposal, ref } = await left("sent")
      await stage.edit(ref, stage.guestAccepts)
      await recovered()
      expect((await endOf(proposal)).outcome).toEqual({ kind: "notApplied", reason: "no-trace" })
    })

    test("SENT and the person moved it: asked, and told that it may have been applied before", async () => {
      const { proposal, mark, ref, date } = await left("sent")
      await stage.edit(ref, { start: `${date}T17:00`, end: `${date}T17:30` })
      await recovered()
      expect((await endOf(proposal)).outcome).toMatchObject({
        kind: "conflict",
        conflict: { relation: "collision", mayHaveApplied: true },
      })
      expect(await scene.proposal(proposal.id)).toMatchObject({ state: "conflict" })
      const open = await scene.deps.store.openConflictOf("w1", proposal.id)
      expect(open?.conflict).toMatchObject({ mayHaveApplied: true, theirs: await scene.now(ref) })
      expect(await scene.writes(mark)).toEqual([])
    })

    test("SENT and the person did the same by hand: unchanged, and nobody claims it", async () => {
      const { proposal, ref, date } = await left("sent")
      await stage.edit(ref, { start: `${date}T15:00`, end: `${date}T15:30` })
      await recovered()
      expect((await endOf(proposal)).outcome).toMatchObject({
        kind: "unchanged",
        notes: [{ kind: "found-by-reading" }, { kind: "attribution-unknown" }],
      })
    })

    test("SENT and deleted: gone, and not brought back", async () => {
      const { proposal, mark, ref } = await left("executed")
      await stage.edit(ref, { delete: true })
      await recovered()
      expect((await endOf(proposal)).outcome).toMatchObject({ kind: "gone" })
      expect(await scene.writes(mark)).toHaveLength(1)
      expect(await stage.startOf(ref)).toBe("gone")
    })
  })

  describe("B4 what recovery meets", () => {
    test("the calendar cannot be read: nothing is decided, and the next look finds it", async () => {
      const { proposal } = await left("executed")
      expect(await recovered(through(() => ({ get: async () => ({ kind: "unreachable", cause: "timeout" }) })))).toBe(1)
      expect(await scene.db.intent.findFirst({ where: { proposalId: proposal.id } })).toMatchObject({
        state: "SENT",
        outcome: null,
      })
      await recovered()
      expect((await endOf(proposal)).outcome).toMatchObject({ kind: "applied" })
    })

    test("T12 the account was disconnected: it is not known, and nothing else is claimed", async () => {
      const { proposal, event } = await left("executed")
      await recovered({ ...scene.deps, calendars: { ...scene.deps.calendars, open: async () => null } })
      const { outcome } = await endOf(proposal)
      const words = sayOutcome(outcome, event.value, "Europe/Berlin")
      expect(words).toMatch(/cannot tell/)
      expect(words).not.toMatch(/nothing was changed|am looking/)
      expect(await scene.proposal(proposal.id)).toMatchObject({ state: "stopped" })
    })

    test("one that cannot be finished does not hold up the others", async () => {
      const all = [await left("executed"), await left("executed"), await left("executed")]
      const intents = await scene.db.intent.findMany({ where: { state: "SENT" }, orderBy: { id: "asc" } })
      const poison = all.find((one) => one.proposal.id === intents[0]?.proposalId)
      const broken = through((account) => ({
        get: (ref) => (ref.eventId === poison?.ref.eventId ? Promise.reject(new Died()) : account.get(ref)),
      }))
      await expect(recovered(broken)).rejects.toThrow(AggregateError)
      for (const { proposal } of all.filter((one) => one !== poison))
        expect((await endOf(proposal)).outcome).toMatchObject({ kind: "applied" })
      expect(await recovered()).toBe(1)
    })

    test("two recoverers at once: both saw it due, one of them gets it", async () => {
      const { proposal, mark } = await left("executed")
      await lapse()
      const both = await heldUntilWaiting(2, () => [recoverIntents(scene.deps), recoverIntents(scene.deps)])
      expect(both.sort()).toEqual([0, 1])
      expect((await endOf(proposal)).outcome).toMatchObject({ kind: "applied" })
      expect(await scene.writes(mark)).toHaveLength(1)
    })

    test("the first step of a swap: found, the second was not tried, and the first can be undone", async () => {
      const [a, b] = [await stage.given(9), await stage.given(14)]
      const proposal = await scene.propose(`swap ${a.title} and ${b.title}`)
      await expect(apply(DYING.executed(), proposal)).rejects.toThrow(Died)
      await recovered()
      const { state, operations } = await scene.proposal(proposal.id)
      expect([state, ...operations.map((op) => op.state)]).toEqual(["stopped", "applied", "skipped"])
      await undoProposal(scene.deps, scene.person, proposal.id)
      expect(await stage.startOf(a.event.value.ref)).toBe(`${a.date} 09:00`)
      expect(await stage.startOf(b.event.value.ref)).toBe(`${b.date} 14:00`)
    })
  })

  describe("C3 a sender that wakes up late", () => {
    /** Sleeps before its request leaves, until it is woken. */
    function sleeper(proposal: StoredProposal) {
      let wake = () => {}
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      let arrive = () => {}
      const asleep = new Promise<void>((resolve) => {
        arrive = resolve
      })
      const deps = through((account) => ({
        update: async (...call) => {
          arrive()
          await woken
          return account.update(...call)
        },
      }))
      return { asleep, wake, applied: apply(deps, proposal) }
    }

    test("after it was given up: its success is one correction; the outcome stands; a second correction is refused", async () => {
      const { proposal, mark, ref, date } = await stage.proposed()
      const { asleep, wake, applied } = sleeper(proposal)
      await asleep
      await recovered()
      await recovered()
      expect((await endOf(proposal)).outcome).toEqual({ kind: "notApplied", reason: "no-trace" })
      wake()
      expect(await applied).toMatchObject({ last: { kind: "applied", notes: [{ kind: "found-by-reading" }] } })
      expect(await endOf(proposal)).toMatchObject({
        outcome: { kind: "notApplied" },
        correction: { kind: "applied" },
        corrections: 1,
      })
      expect((await scene.proposal(proposal.id)).operations[0]).toMatchObject({
        state: "applied",
        after: await scene.now(ref),
      })
      const intent = await scene.db.intent.findFirstOrThrow({ where: { proposalId: proposal.id } })
      const again = {
        actor: { kind: "system", id: "test" },
        kind: "correction",
        subject: { kind: "event", id: "x" },
      } as const
      const outcome = { kind: "applied", event: null, notes: [] } as const
      expect(await scene.deps.guarded.correct("w1", intent.id, outcome, { ...again, proposalId: proposal.id })).toBe(
        "superseded",
      )
      expect(await endOf(proposal)).toMatchObject({ corrections: 1 })
      expect(statuses(await scene.writes(mark))).toEqual([200])
      expect(await stage.startOf(ref)).toBe(`${date} 15:00`)
    })

    test("while recovery waits for the second look: no correction is needed, the second look finds it", async () => {
      const { proposal, mark } = await stage.proposed()
      const { asleep, wake, applied } = sleeper(proposal)
      await asleep
      await recovered()
      wake()
      expect(await applied).toMatchObject({ last: { kind: "applied" } })
      const intent = await scene.db.intent.findFirst({ where: { proposalId: proposal.id } })
      expect(intent, "the claim is not the sender's any more").toMatchObject({ state: "SENT" })
      await recovered()
      expect(await endOf(proposal)).toMatchObject({
        outcome: { kind: "applied", notes: [{ kind: "found-by-reading" }] },
        corrections: 0,
      })
      expect(await scene.writes(mark)).toHaveLength(1)
    })

    test("after the person moved it: refused by the provider, superseded here, and the question is not put twice", async () => {
      const { proposal, mark, ref, date } = await stage.proposed()
      const { asleep, wake, applied } = sleeper(proposal)
      await asleep
      await stage.edit(ref, { start: `${date}T17:00`, end: `${date}T17:30` })
      await recovered()
      wake()
      expect(await applied).toEqual({ kind: "carriedOut", last: { kind: "superseded" } })
      expect(await endOf(proposal)).toMatchObject({ outcome: { kind: "conflict" }, corrections: 0 })
      expect(await scene.db.conflictCase.count({ where: { proposalId: proposal.id } })).toBe(1)
      expect(await scene.proposal(proposal.id)).toMatchObject({ state: "conflict" })
      expect(statuses(await scene.writes(mark))).toEqual([412])
      expect(await stage.startOf(ref)).toBe(`${date} 17:00`)
    })

    test.each([
      ["finished", () => recovered()],
      ["only taken over", () => lapse().then(() => scene.deps.guarded.reclaim(1, 20_000))],
    ])("before it said SENT, the intent %s meanwhile: it may not send any more", async (_, meanwhile) => {
      const { proposal, mark } = await stage.proposed()
      const slow: CommitDeps = {
        ...scene.deps,
        guarded: {
          ...scene.deps.guarded,
          markSent: async (...call) => {
            await meanwhile()
            return scene.deps.guarded.markSent(...call)
          },
        },
      }
      expect(await apply(slow, proposal)).toMatchObject({ last: { kind: "superseded" } })
      await recovered()
      expect((await endOf(proposal)).outcome).toMatchObject({ kind: "notApplied" })
      expect(await scene.writes(mark)).toEqual([])
    })
  })

  describe("one intent at a time", () => {
    test("a second yes while the first is unfinished is told so; afterwards it goes through", async () => {
      const { title, ref, date, mark } = await left("sent")
      const second = await scene.propose(`move ${title} to 16:00`)
      expect(await stage.apply(second)).toEqual({ kind: "busy", what: "event" })
      expect(await scene.writes(mark)).toEqual([])
      await recovered()
      await recovered()
      expect(await stage.apply(await scene.propose(`move ${title} to 16:00`))).toMatchObject({ kind: "applied" })
      expect(await stage.startOf(ref)).toBe(`${date} 16:00`)
    })

    test("two instances of one series are one at a time too", async () => {
      const first = await scene.propose("move my weekly sync to Thursday 3pm")
      await expect(apply(DYING.sent(), first)).rejects.toThrow(Died)
      const second = await scene.propose("move my weekly sync on 1 December to 2 December at 11:30")
      expect(second.operations[0]?.key).not.toBe(first.operations[0]?.key)
      expect(await stage.apply(second)).toEqual({ kind: "busy", what: "event" })
      await recovered()
      await recovered()
    })
  })
})
