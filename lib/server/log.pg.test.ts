import { generateKeyPairSync } from "node:crypto"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { postgresAgentList } from "../adapters/postgres/agent-list"
import { postgresCalendarChoices } from "../adapters/postgres/calendar-choices"
import { postgresMemberStore } from "../adapters/postgres/workspace-store"
import { checkpointSigner } from "../adapters/vault/checkpoint-signer"
import type { ProblemKind } from "../domain/log/verify"
import type { Person } from "../domain/person"
import { openScene, type Scene } from "../testing/scene"
import { stageOf } from "../testing/stage"
import { readLog, readStory } from "./read-log"
import { sealLog } from "./seal-log"
import { checkChain } from "./verify-log"

let scene: Scene
let admin: Person
let owner: pg.Client
beforeAll(async () => {
  scene = await openScene("google")
  admin = await scene.addMember("grace", "admin")
  owner = new pg.Client({ connectionString: scene.ownerUrl })
  await owner.connect()
})
afterAll(async () => {
  await owner.end()
  await scene.close()
})

const readersOf = ({ deps, db }: Scene) => ({
  ...deps,
  members: postgresMemberStore(db),
  choices: postgresCalendarChoices(db, deps.audit),
  agentList: postgresAgentList(db, deps.audit),
})

const append = (outcome: string, text?: string) =>
  scene.deps.audit.append("w1", [
    {
      actor: { kind: "system", id: "test" },
      kind: "settings",
      subject: { kind: "workspace", id: "w1" },
      userId: scene.person.userId,
      outcome,
      body: { n: 1.5 },
      ...(text && { text }),
    },
  ])

describe("the sealer", () => {
  test("gives every row its place, without gaps, whoever seals at the same time", async () => {
    await Promise.all(Array.from({ length: 60 }, (_, i) => append(`row ${i}`)))
    const sealing = Array.from({ length: 6 }, () => sealLog(scene.deps))
    await Promise.all([...sealing, append("late 1"), append("late 2")])
    while ((await sealLog(scene.deps)) > 0);
    const rows = await scene.db.logSealed.findMany({ where: { workspaceId: "w1" }, orderBy: { seq: "asc" } })
    expect(rows.map((row) => Number(row.seq))).toEqual(rows.map((_, i) => i))
    expect(rows).toHaveLength(await scene.db.logRow.count({ where: { workspaceId: "w1" } }))
    expect(await checkChain(scene.deps, "w1")).toMatchObject({ ok: true, size: rows.length, unsealed: 0, problems: [] })
  })

  test("counts what is not sealed yet", async () => {
    await append("waiting")
    expect(await checkChain(scene.deps, "w1")).toMatchObject({ ok: true, unsealed: 1 })
    await sealLog(scene.deps)
  })
})

describe("F6 tampering by whoever owns the database", () => {
  /** Does it, verifies, and puts it back. Triggers are off, as for someone who means it. */
  async function tampered(sql: string): Promise<ProblemKind[]> {
    await owner.query("begin; set local session_replication_role = replica; savepoint before")
    await owner.query(sql)
    await owner.query("commit")
    const { problems } = await checkChain(scene.deps, "w1")
    return [...new Set(problems.map((problem) => problem.kind))]
  }
  const tables = ["log", "log_sealed", "log_checkpoints"]
  beforeAll(async () => {
    for (let i = 0; i < 5; i++) {
      await append(`batch ${i}`)
      await sealLog(scene.deps)
    }
    for (const table of tables) await owner.query(`create table kept_${table} as table ${table}`)
  })
  async function restore() {
    await owner.query("begin; set local session_replication_role = replica")
    for (const table of tables)
      await owner.query(`delete from ${table}; insert into ${table} select * from kept_${table}`)
    await owner.query("commit")
  }

  const last = "(select max(seq) from log_sealed)"
  test.each<[string, string, ProblemKind]>([
    ["edit", "update log set outcome = 'other' where id = (select min(id) from log)", "row-changed"],
    ["null a field", "update log set user_id = null where id = (select min(id) from log)", "row-changed"],
    ["backdate", "update log set at = at - interval '1 day' where id = (select min(id) from log)", "row-changed"],
    ["edit the body", `update log set body = '{"n": 2.5}' where id = (select min(id) from log)`, "row-changed"],
    ["delete a row", "delete from log where id = (select min(id) from log)", "row-missing"],
    [
      "delete a row and its place",
      "delete from log_sealed where seq = 3; delete from log where id = (select log_id from kept_log_sealed where seq = 3)",
      "gap",
    ],
    [
      "swap two rows",
      "update log_sealed s set log_id = (select log_id from kept_log_sealed k where k.seq = 3 - s.seq) where seq in (1, 2)",
      "row-changed",
    ],
    [
      "duplicate an outcome",
      `insert into log_sealed select workspace_id, ${last} + 1, (select log_id from log_sealed where seq = 2) , leaf_hash from log_sealed where seq = 2`,
      "row-changed",
    ],
    ["cut off the end", `delete from log_sealed where seq = ${last}`, "checkpoint-beyond"],
    [
      "restore an old copy",
      `delete from log_checkpoints where size > 3; delete from log_sealed where seq >= 3`,
      "outside-beyond",
    ],
    [
      "replace a signature",
      "update log_checkpoints set note = replace(note, '\u2014 ifmatch-log ', '\u2014 ifmatch-log AAAA') where size = (select max(size) from log_checkpoints)",
      "checkpoint-signature",
    ],
  ])("%s is found", async (_, sql, kind) => {
    // one index forbids a row twice: whoever tampers drops it
    await owner.query(
      "alter table log_sealed drop constraint if exists log_sealed_workspace_id_log_id_key; drop index if exists log_sealed_workspace_id_log_id_key",
    )
    const found = await tampered(sql)
    await restore()
    expect(found).toContain(kind)
    expect((await checkChain(scene.deps, "w1")).problems).toEqual([])
  })

  test("another key in place of ours is found", async () => {
    const { privateKey } = generateKeyPairSync("ed25519")
    const stranger = checkpointSigner(privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"))
    const { problems } = await checkChain({ ...scene.deps, signer: stranger }, "w1")
    expect(problems.map((problem) => problem.kind)).toContain("checkpoint-signature")
  })

  test("rewriting the whole chain with the right key shows against the checkpoints kept outside", async () => {
    await owner.query("begin; set local session_replication_role = replica")
    await owner.query(
      "update log set outcome = 'forged' where id = (select min(id) from log); delete from log_sealed; delete from log_checkpoints; insert into log_unsealed select workspace_id, id from log",
    )
    await owner.query("commit")
    const silent = { ...scene.deps, outside: { keep: async () => {}, all: scene.deps.outside.all } }
    while ((await sealLog(silent)) > 0);
    const { problems } = await checkChain(scene.deps, "w1")
    expect(problems.map((problem) => problem.kind)).toContain("outside-root")
    await restore()
  })
})

describe("the log page", () => {
  test("a reschedule's whole story is there, and only its owner's sharing shows the title to the admin", async () => {
    const stage = stageOf(scene)
    const { proposal, ref, date, title } = await stage.proposed()
    await stage.edit(ref, { start: `${date}T11:00`, end: `${date}T11:30` })
    await stage.apply(proposal)
    const deps = readersOf(scene)
    const story = await readStory(deps, admin, proposal.id)
    expect(story.map((row) => [row.kind, row.outcome])).toEqual([
      ["read", "found"],
      ["proposal", null],
      ["approval", "approved"],
      ["read", "found"],
      ["conflict", "conflict"],
    ])
    expect(story.filter((row) => row.titleHidden).map((row) => row.title)).toEqual([null, null, null, null])
    expect(JSON.stringify(story)).not.toContain(title)

    await scene.db.member.update({
      where: { workspaceId_userId: { workspaceId: "w1", userId: scene.person.userId } },
      data: { shareTitles: true },
    })
    const shared = await readStory(deps, admin, proposal.id)
    expect(shared[0]).toMatchObject({ title, titleHidden: false })

    // the calendar's own word goes before its owner's
    const { workspaceId, userId } = scene.person
    const account = { workspaceId, id: ref.connectionId, userId, provider: "google", providerAccountId: "p" }
    const tokens = { email: "", scopes: "", accessToken: "", accessExpiresAt: new Date() }
    await scene.db.connection.create({ data: { ...account, ...tokens } })
    const say = (shareTitles: boolean | null) => deps.choices.change(workspaceId, userId, ref, { shareTitles }, [])
    expect(await say(false)).toBe(true)
    expect((await readStory(deps, admin, proposal.id))[0]).toMatchObject({ title: null, titleHidden: true })
    await say(null)
    expect((await readStory(deps, admin, proposal.id))[0]).toMatchObject({ title })
    await scene.db.member.update({
      where: { workspaceId_userId: { workspaceId, userId } },
      data: { shareTitles: false },
    })
    expect((await readStory(deps, admin, proposal.id))[0]).toMatchObject({ titleHidden: true })
    await say(true)
    expect((await readStory(deps, admin, proposal.id))[0]).toMatchObject({ title })
  })

  test("filters, pages, and says that it was looked at", async () => {
    const deps = readersOf(scene)
    const page = await readLog(deps, admin, { kind: "settings", limit: 10 })
    expect(page.rows).toHaveLength(10)
    const next = await readLog(deps, admin, { kind: "settings", limit: 10, before: page.nextBefore ?? "" })
    expect(next.rows[0]?.id).not.toBe(page.rows[9]?.id)
    const looks = await readLog(deps, admin, { kind: "log-viewed", limit: 10 })
    expect(looks.rows.map((row) => row.actorId)).toContain(admin.userId)
    const none = await readLog(deps, admin, { userId: "nobody", limit: 10 })
    expect(none.rows).toEqual([])
  })

  test("another workspace's rows are not there", async () => {
    const other = await scene.addMember("zed", "admin", "w9")
    const deps = readersOf(scene)
    expect((await readLog(deps, other, { limit: 50 })).rows).toEqual([])
  })
})
