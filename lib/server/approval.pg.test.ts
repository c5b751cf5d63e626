import { randomUUID } from "node:crypto"
import pg from "pg"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { openScene, type Scene } from "../testing/scene"
import { stageOf, statuses } from "../testing/stage"
import { applyProposal } from "./apply-proposal"
import { resolveConflict } from "./resolve-conflict"

/* B7: a yes is a row on the server, to one plan, by one person, for a while, once. Nothing that is not such a yes writes. */

let scene: Scene
let stage: ReturnType<typeof stageOf>
beforeAll(async () => {
  scene = await openScene("google")
  stage = stageOf(scene)
})
afterEach(() => scene.sandbox.clearFaults())
afterAll(() => scene.close())

const asOwner = async (sql: string, values: unknown[]) => {
  const client = new pg.Client({ connectionString: scene.ownerUrl })
  await client.connect()
  try {
    await client.query(sql, values)
  } finally {
    await client.end()
  }
}

describe("B7 approvals", () => {
  test("a replayed apply is told that it was used; nothing more is written", async () => {
    const { proposal, mark } = await stage.proposed()
    await stage.apply(proposal)
    expect(await applyProposal(scene.deps, scene.person, proposal.id, proposal.planHash)).toEqual({
      kind: "superseded",
    })
    expect(statuses(await scene.writes(mark))).toEqual([200])
  })

  test("a forged hash is not the plan that was shown", async () => {
    const { proposal, mark } = await stage.proposed()
    expect(await applyProposal(scene.deps, scene.person, proposal.id, "0".repeat(64))).toEqual({
      kind: "forbidden",
      reason: "plan-changed",
    })
    expect(await scene.writes(mark)).toEqual([])
    expect(await scene.proposal(proposal.id)).toMatchObject({ state: "open" })
  })

  test("another person's proposal is not there, in the same workspace and in another", async () => {
    const { proposal, mark } = await stage.proposed()
    for (const other of [await scene.addMember("eve"), await scene.addMember("mallory", "admin", "w2")]) {
      expect(await applyProposal(scene.deps, other, proposal.id, proposal.planHash)).toEqual({ kind: "notFound" })
    }
    expect(await scene.writes(mark)).toEqual([])
  })

  test("an expired proposal says so", async () => {
    const { proposal, mark } = await stage.proposed()
    await asOwner("update proposals set expires_at = clock_timestamp() - interval '1 s' where id = $1", [proposal.id])
    expect(await applyProposal(scene.deps, scene.person, proposal.id, proposal.planHash)).toEqual({
      kind: "expired",
      what: "proposal",
    })
    expect(await scene.writes(mark)).toEqual([])
  })

  test("a dropped proposal cannot be applied", async () => {
    const { proposal, mark } = await stage.proposed()
    await scene.deps.store.setProposalState("w1", proposal.id, ["open"], "dropped", [])
    expect(await applyProposal(scene.deps, scene.person, proposal.id, proposal.planHash)).toEqual({
      kind: "superseded",
    })
    expect(await scene.writes(mark)).toEqual([])
  })

  test("a conflict is answered once, by its own person, whatever is pressed twice", async () => {
    const { proposal, mark, ref, date } = await stage.proposed()
    await stage.edit(ref, { start: `${date}T11:00`, end: `${date}T11:30` })
    await stage.apply(proposal)
    const id = await stage.conflictId(proposal)
    const stranger = await scene.addMember("oscar")
    expect(await resolveConflict(scene.deps, stranger, id, "move")).toEqual({ kind: "notFound" })
    const press = (choice: "keep" | "move") => resolveConflict(scene.deps, scene.person, id, choice)
    const kinds = (await Promise.all([press("move"), press("move"), press("move")])).map((r) => r.kind).sort()
    expect(kinds).toEqual(["carriedOut", "superseded", "superseded"])
    expect(await press("keep")).toMatchObject({ kind: "superseded" })
    expect(statuses(await scene.writes(mark))).toEqual([200])
  })

  test("an intent without an approval of its own is refused, and nothing is recorded but the attempt", async () => {
    const { proposal, event } = await stage.proposed()
    const op = proposal.operations[0]
    if (!op) return expect.unreachable()
    const draft = {
      workspaceId: "w1",
      id: randomUUID(),
      claimId: randomUUID(),
      userId: scene.person.userId,
      key: op.key,
      seriesKey: op.key,
      proposalId: proposal.id,
      position: 0,
      approvalId: randomUUID(),
      afterIntent: null,
      planHash: proposal.planHash,
      operation: "update" as const,
      base: event,
      careDigest: op.careDigest,
      change: op.change,
      notify: true,
      leaseMs: 20_000,
    }
    const log = {
      actor: { kind: "assistant", id: "assistant" },
      kind: "attempt",
      subject: { kind: "event", id: op.key },
      proposalId: proposal.id,
    } as const
    expect(await scene.deps.guarded.prepare(draft, log, [])).toEqual({ kind: "forbidden", reason: "not-yours" })
    expect(await scene.db.intent.count({ where: { proposalId: proposal.id } })).toBe(0)
    expect(
      await scene.db.logRow.count({ where: { proposalId: proposal.id, kind: "attempt", outcome: "forbidden" } }),
    ).toBe(1)
  })
})

test("the runtime role cannot go around the guarded path, nor rewrite the log", async () => {
  const denied = [
    "update log set outcome = 'applied'",
    "delete from log",
    "truncate log",
    "insert into log (workspace_id, actor_kind, actor_id, kind, subject_kind, subject_id, body) values ('w1','x','x','x','x','x','{}')",
    "update intents set state = 'DONE'",
    "insert into approvals (workspace_id, id, proposal_id, position, user_id, plan_hash, base_version, care_digest, expires_at) select 'w1', gen_random_uuid(), 'p', 0, 'u', 'h', 'v', 'd', now()",
    "update heads set version = ''",
    "update log_sealed set leaf_hash = ''",
    "delete from log_checkpoints",
  ]
  for (const sql of denied) await expect(scene.db.$executeRawUnsafe(sql), sql).rejects.toThrow(/permission denied/)
})
