import { randomUUID } from "node:crypto"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { RecordKey } from "../../domain/record"
import type { HeldClaim, RecordClaims } from "../../ports/record-claims"
import type { RecordStore } from "../../ports/record-store"
import { atTheSameMoment } from "../../testing/app"
import { BY, freshKey, made } from "../../testing/contracts/record-store"
import { testDatabase } from "../../testing/pg"
import { postgresClient } from "./client"
import { postgresRecordClaims } from "./record-claims"
import { postgresRecordStore } from "./record-store"

interface World {
  readonly store: RecordStore
  readonly claims: RecordClaims
  readonly owner: pg.Client
  close(): Promise<void>
}

async function open(): Promise<World> {
  const database = await testDatabase()
  const db = postgresClient(database.appUrl)
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  return {
    store: postgresRecordStore(db),
    claims: postgresRecordClaims(db),
    owner,
    async close() {
      await db.$disconnect()
      await owner.end()
      await database.drop()
    },
  }
}

let world: World
beforeAll(async () => {
  world = await open()
})
afterAll(() => world.close())

const OTHER = { kind: "agent", id: "other" } as const
const read = (w: World, key: RecordKey) => w.store.readWithVersion({ workspaceId: "w", key })
const headOf = async (w: World, key: RecordKey) =>
  (
    await w.owner.query("select epoch::int, claim_id, lease_until from heads where kind = 'record' and id = $1", [
      key.toLowerCase(),
    ])
  ).rows[0]
/** As if so much time had gone by: the owner moves the end of the lease. */
const later = (w: World, key: RecordKey) =>
  w.owner.query(
    "update heads set lease_until = clock_timestamp() - interval '1 ms' where kind = 'record' and id = $1",
    [key.toLowerCase()],
  )

async function claimed(w: World, key: RecordKey, actor: HeldClaim["actor"] = BY.actor): Promise<HeldClaim> {
  const answer = await w.claims.claim({ workspaceId: "w", key, actor, ttlMs: 60_000 })
  if (answer.kind !== "claimed") throw new Error(answer.kind)
  return { workspaceId: "w", key, actor, claimId: answer.claimId }
}

const write = (w: World, held: HeldClaim, version: string, value = { by: "holder" }) =>
  w.store.publish({
    ...BY,
    actor: held.actor,
    changes: [{ op: "write", key: held.key, value, expectedVersion: version as never, claimId: held.claimId }],
  })

/** The outcome, and that nothing was written. */
async function superseded(w: World, key: RecordKey, doing: Promise<unknown>, why: string) {
  const before = await read(w, key)
  expect(await doing).toEqual({ kind: "superseded", key, why })
  expect(await read(w, key)).toEqual(before)
}

describe("C3 a claim", () => {
  test("of sixteen at one moment one holds it; the others are told for how long", async () => {
    const { key } = await made(world.store)
    const all = await atTheSameMoment(
      Array.from({ length: 16 }, () => () => world.claims.claim({ ...BY, key, ttlMs: 5_000 })),
    )
    expect(all.filter(({ kind }) => kind === "claimed")).toHaveLength(1)
    for (const answer of all) if (answer.kind === "busy") expect(answer.forMs).toBeLessThanOrEqual(5_000)
    expect(all.filter(({ kind }) => kind === "busy")).toHaveLength(15)
    expect((await headOf(world, key)).epoch).toBe(0)
  })

  test("has an id of 244 random bits, of which only a digest is kept", async () => {
    const held = await claimed(world, freshKey())
    expect(held.claimId).toMatch(/^[0-9a-f]{64}$/)
    const { rows } = await world.owner.query(
      "select count(*)::int as n from record_claims c, heads h where c::text like $1 or h::text like $1",
      [`%${held.claimId.slice(0, 32)}%`],
    )
    expect(rows[0].n).toBe(0)
  })

  test("its holder writes; who shows none is refused, and nothing is written", async () => {
    const before = await made(world.store)
    const held = await claimed(world, before.key)
    const bare = { op: "write", key: before.key, value: 1, expectedVersion: before.version } as const
    expect(await world.store.publish({ ...BY, changes: [bare] })).toMatchObject({ kind: "busy", key: before.key })
    expect(await read(world, before.key)).toEqual(before)
    expect(await write(world, held, before.version)).toMatchObject({ kind: "applied" })
    expect((await headOf(world, before.key)).claim_id).not.toBeNull()
  })

  test("the version counts for its holder as well", async () => {
    const before = await made(world.store)
    const held = await claimed(world, before.key)
    expect(await write(world, held, "0")).toMatchObject({ kind: "conflict", why: "version" })
    expect(await read(world, before.key)).toEqual(before)
  })
})

describe("C3 the zombie", () => {
  test("taken for dead, it lands nothing though the version never moved; and it stays so", async () => {
    const { key, version } = await made(world.store)
    const zombie = await claimed(world, key)
    await later(world, key)
    const next = await claimed(world, key, OTHER)
    for (let n = 0; n < 2; n++) await superseded(world, key, write(world, zombie, version), "reclaimed")
    await superseded(world, key, world.claims.heartbeat({ ...zombie, ttlMs: 60_000 }), "reclaimed")
    await superseded(world, key, world.claims.release(zombie), "reclaimed")
    await world.claims.release(next)
    await superseded(world, key, write(world, zombie, version), "reclaimed")
  })

  test("of the same agent, in another process under the same key, as well", async () => {
    const { key, version } = await made(world.store)
    const zombie = await claimed(world, key)
    await later(world, key)
    const next = await claimed(world, key)
    await superseded(world, key, write(world, zombie, version), "reclaimed")
    expect((await write(world, next, version)).kind).toBe("applied")
  })

  test("nobody came: its claim is over all the same", async () => {
    const { key, version } = await made(world.store)
    const held = await claimed(world, key)
    await later(world, key)
    await superseded(world, key, write(world, held, version), "reclaimed")
    expect(await headOf(world, key)).toMatchObject({ claim_id: null, lease_until: null, epoch: 1 })
  })

  test("ids of nobody, of another record and of another workspace are one and the same to us", async () => {
    const { key, version } = await made(world.store)
    const elsewhere = await world.claims.claim({ ...BY, workspaceId: "v", key, ttlMs: 60_000 })
    if (elsewhere.kind !== "claimed") return expect.unreachable()
    const other = await claimed(world, freshKey())
    for (const claimId of ["", "x", "'; drop", elsewhere.claimId, other.claimId])
      await superseded(
        world,
        key,
        write(world, { workspaceId: "w", key, actor: BY.actor, claimId }, version),
        "unknown",
      )
  })
})

describe("the epoch moves", () => {
  test("with every release, reclamation and hand-off, and with nothing else", async () => {
    const { key, version } = await made(world.store)
    const epochs: number[] = []
    const note = async () => epochs.push((await headOf(world, key)).epoch)
    const first = await claimed(world, key)
    await note()
    await world.claims.heartbeat({ ...first, ttlMs: 90_000 })
    await write(world, first, version)
    await note()
    expect(await world.claims.release(first)).toEqual({ kind: "released" })
    await note()
    const second = await claimed(world, key)
    await world.claims.handOff({ ...second, ttlMs: 60_000 })
    await note()
    await later(world, key)
    await world.claims.sweep(100)
    await note()
    expect(epochs).toEqual([0, 0, 1, 2, 3])
  })
})

describe("C4 the sweep", () => {
  test("ends what is over and nothing else, each with its row", async () => {
    const [over, live] = [await made(world.store), await made(world.store)]
    const [dead, alive] = [await claimed(world, over.key), await claimed(world, live.key)]
    await later(world, over.key)
    expect(await world.claims.sweep(100)).toBe(1)
    expect(await world.claims.sweep(100)).toBe(0)
    await superseded(world, over.key, write(world, dead, over.version), "reclaimed")
    expect((await write(world, alive, live.version)).kind).toBe("applied")
    const { rows } = await world.owner.query(
      "select actor_id, kind from log where subject_id = $1 and kind = 'record.reclaimed'",
      [over.key],
    )
    expect(rows).toEqual([{ actor_id: "clock", kind: "record.reclaimed" }])
  })

  test("a heartbeat keeps a claim", async () => {
    const { key } = await made(world.store)
    const held = await claimed(world, key)
    const before = (await headOf(world, key)).lease_until as Date
    const beat = await world.claims.heartbeat({ ...held, ttlMs: 120_000 })
    if (beat.kind !== "held") return expect.unreachable()
    expect(Date.parse(beat.until)).toBeGreaterThan(before.getTime() + 30_000)
  })
})

describe("C16 a hand-off", () => {
  test("the giver's claim and views are dead, the value stands, whoever got the new id goes on", async () => {
    const { key, version } = await made(world.store)
    const giver = await claimed(world, key)
    const given = await world.claims.handOff({ ...giver, ttlMs: 60_000 })
    if (given.kind !== "claimed") return expect.unreachable()
    await superseded(world, key, write(world, giver, version), "handedOff")
    const view = [{ key, version }]
    expect(await world.claims.admitEffect({ ...BY, views: view })).toMatchObject({ kind: "refused", dead: [key] })
    const taker = { ...giver, actor: OTHER, claimId: given.claimId }
    expect((await read(world, key)).version).toBe(given.version)
    expect((await read(world, key)).value).toEqual({ n: 0 })
    expect((await write(world, taker, given.version ?? "")).kind).toBe("applied")
  })
})

describe("C15 the effect gate", () => {
  test("admits while every view is live, and logs what it said", async () => {
    const [a, b] = [await made(world.store), await made(world.store)]
    const views = [a, b].map(({ key, version }) => ({ key, version }))
    const admitted = await world.claims.admitEffect({ ...BY, views })
    expect(admitted.kind).toBe("admitted")
    await world.store.writeIfVersion({ ...BY, key: b.key, value: 1, expectedVersion: b.version })
    const refused = await world.claims.admitEffect({ ...BY, views })
    expect(refused).toMatchObject({ kind: "refused", dead: [b.key] })
    const { rows } = await world.owner.query("select outcome from log where id = any ($1::bigint[]) order by id", [
      [admitted.auditEventId, refused.auditEventId],
    ])
    expect(rows).toEqual([{ outcome: "admitted" }, { outcome: "refused" }])
  })

  test("a view of a record that was deleted, or never was, is dead; one of nothing is live while there is nothing", async () => {
    const { key, version } = await made(world.store)
    await world.store.publish({ ...BY, changes: [{ op: "delete", key, expectedVersion: version }] })
    const ask = (views: { key: RecordKey; version: never }[]) => world.claims.admitEffect({ ...BY, views })
    expect((await ask([{ key, version: version as never }])).kind).toBe("refused")
    expect((await ask([{ key: freshKey(), version: "1" as never }])).kind).toBe("refused")
    expect((await ask([{ key, version: null as never }])).kind).toBe("admitted")
  })
})

describe("C5, C6 what a run has seen", () => {
  const newRun = (agentId = "porter") => ({ workspaceId: "w", agentId, runId: randomUUID() })

  test("while one view is dead nothing of the run is written, until it reads again; another run goes on", async () => {
    const [x, y] = [await made(world.store), await made(world.store)]
    const run = newRun()
    await world.claims.noteViews(run, [x, y])
    expect(await world.claims.deadViews(run)).toEqual([])
    await world.store.writeIfVersion({ ...BY, key: x.key, value: 1, expectedVersion: x.version })
    expect(await world.claims.deadViews(run)).toEqual([{ key: x.key, version: (await read(world, x.key)).version }])
    const change = { op: "write", key: y.key, value: 2, expectedVersion: y.version } as const
    const blind = () => world.store.publish({ ...BY, runId: run.runId, changes: [change] })
    for (let n = 0; n < 2; n++) expect(await blind()).toMatchObject({ kind: "conflict", key: x.key, why: "deadView" })
    expect(await read(world, y.key)).toEqual(y)
    expect(await world.claims.admitEffect({ ...BY, views: [], runId: run.runId })).toMatchObject({ dead: [x.key] })
    expect(await world.claims.deadViews(newRun())).toEqual([])
    expect(await world.claims.deadViews({ ...run, agentId: "other" })).toEqual([])
    await world.claims.noteViews(run, [await read(world, x.key)])
    expect((await blind()).kind).toBe("applied")
    // what it wrote it has seen
    expect(await world.claims.deadViews(run)).toEqual([])
  })

  test("told that its claim is none, a run writes nothing until it reads again, though the version never moved", async () => {
    const [record, run] = [await made(world.store), newRun()]
    await world.claims.noteViews(run, [record])
    const change = { op: "write", key: record.key, value: 2, expectedVersion: record.version } as const
    const publish = (shown: { claimId?: string }) =>
      world.store.publish({ ...BY, runId: run.runId, changes: [{ ...change, ...shown }] })
    await superseded(world, record.key, publish({ claimId: "none" }), "unknown")
    expect(await publish({})).toMatchObject({ kind: "conflict", why: "deadView" })
    expect(await read(world, record.key)).toEqual(record)
    await world.claims.noteViews(run, [record])
    expect((await publish({})).kind).toBe("applied")
  })

  test("of what is not there nothing has to be read again: the run can create it", async () => {
    const [key, { runId }] = [freshKey(), newRun()]
    const create = { op: "create", key, value: 1 } as const
    const shown = { ...create, claimId: "none" }
    expect((await world.store.publish({ ...BY, runId, changes: [shown] })).kind).toBe("superseded")
    expect(await world.store.snapshot("w", [key])).toEqual(new Map())
    expect((await world.store.publish({ ...BY, runId, changes: [create] })).kind).toBe("applied")
  })

  test("views of a day ago are forgotten", async () => {
    const [{ key, version }, run] = [await made(world.store), newRun()]
    await world.claims.noteViews(run, [{ key, version }])
    expect(await world.claims.forgetViews(100)).toBe(0)
    await world.owner.query("update record_views set at = at - interval '25 hours' where run_id = $1", [run.runId])
    expect(await world.claims.forgetViews(100)).toBe(1)
  })
})

/*
 * Each guard taken out of the database's functions, and what gets through then: the attacks above are attacks.
 */
interface Plant {
  readonly in: string
  readonly from: string
  readonly to: string
  /** Whether something got through. */
  attack(w: World): Promise<boolean>
}

async function sixteenAtOnce(w: World): Promise<boolean> {
  for (let round = 0; round < 20; round++) {
    const { key, version } = await made(w.store)
    const won = await atTheSameMoment(
      Array.from(
        { length: 8 },
        (_, n) => () => w.store.writeIfVersion({ ...BY, key, value: n, expectedVersion: version }),
      ),
    )
    if (won.filter(Boolean).length > 1) return true
  }
  return false
}

async function zombieOfOneAgent(w: World): Promise<boolean> {
  const { key, version } = await made(w.store)
  const zombie = await claimed(w, key)
  await later(w, key)
  await claimed(w, key)
  return (await write(w, zombie, version)).kind === "applied"
}

const PLANTS: Readonly<Record<string, Plant>> = {
  "version check dropped": {
    in: "record_refusal(text,jsonb,timestamptz)",
    from: "v_head.version is distinct from c ->> 'expectedVersion'",
    to: "false",
    async attack(w) {
      const { key, version } = await made(w.store)
      const put = (value: number) => w.store.writeIfVersion({ ...BY, key, value, expectedVersion: version })
      return (await put(1)) && (await put(2))
    },
  },
  "lock and check in one statement": {
    in: "record_head(text,text,timestamptz)",
    from: "select * into v_head from heads where workspace_id = p_ws and kind = 'record' and id = lower(p_key);\n  if",
    to: "select h.* into v_head from (select lock_head(p_ws, 'record', lower(p_key)) as l offset 0) locked, heads h where (locked.l).id = h.id and h.workspace_id = p_ws and h.kind = 'record' and h.id = lower(p_key);\n  if",
    attack: sixteenAtOnce,
  },
  "epoch not moved on release": {
    in: "record_end_claim(text,heads,text,timestamptz,jsonb,text)",
    from: "epoch = epoch + 1",
    to: "epoch = epoch",
    async attack(w) {
      const { key } = await made(w.store)
      const held = await claimed(w, key)
      const before = (await headOf(w, key)).epoch
      await w.claims.release(held)
      return (await headOf(w, key)).epoch === before
    },
  },
  "claim known by the agent": {
    in: "record_superseded(text,heads,text,text)",
    from: "p_head.claim_id = v_claim.id and p_head.epoch = v_claim.epoch",
    to: "exists (select from record_claims m where m.workspace_id = p_ws and m.id = p_head.claim_id and m.actor_id = v_claim.actor_id)",
    attack: zombieOfOneAgent,
  },
  "a claim's time does not end it": {
    in: "record_head(text,text,timestamptz)",
    from: "v_head.lease_until <= p_now",
    to: "false",
    async attack(w) {
      const { key, version } = await made(w.store)
      const held = await claimed(w, key)
      await later(w, key)
      return (await write(w, held, version)).kind === "applied"
    },
  },
  "claims not looked at by who shows none": {
    in: "record_busy(text,jsonb,timestamptz)",
    from: "if v_claim is not null then",
    to: "if false then",
    async attack(w) {
      const { key, version } = await made(w.store)
      await claimed(w, key)
      return w.store.writeIfVersion({ ...BY, key, value: 1, expectedVersion: version })
    },
  },
  "view check left out": {
    in: "record_publish(text,jsonb)",
    from: "v_refusal := record_unread(p_ws, p);",
    to: "null;",
    async attack(w) {
      const [x, y] = [await made(w.store), await made(w.store)]
      await w.store.writeIfVersion({ ...BY, key: x.key, value: 1, expectedVersion: x.version })
      const change = { op: "write", key: y.key, value: 2, expectedVersion: y.version } as const
      return (await w.store.publish({ ...BY, changes: [change], reads: [x] })).kind === "applied"
    },
  },
  "hand-off leaves the version": {
    in: "record_claim_act(text,text,text,jsonb,text,bigint)",
    from: "if found then perform record_put",
    to: "if false then perform record_put",
    async attack(w) {
      const { key, version } = await made(w.store)
      await w.claims.handOff({ ...(await claimed(w, key)), ttlMs: 60_000 })
      return (await w.claims.admitEffect({ ...BY, views: [{ key, version }] })).kind === "admitted"
    },
  },
  "gate that looks at nothing": {
    in: "record_admit(text,jsonb)",
    from: "case when v_dead = '[]' then 'admitted'",
    to: "case when true then 'admitted'",
    async attack(w) {
      const { key } = await made(w.store)
      const { auditEventId } = await w.claims.admitEffect({ ...BY, views: [{ key, version: "0" as never }] })
      return (
        (await w.owner.query("select outcome from log where id = $1", [auditEventId])).rows[0].outcome === "admitted"
      )
    },
  },
}

describe("each guard is what stops its attack", () => {
  test.each(Object.entries(PLANTS))("%s", async (_, plant) => {
    expect(await plant.attack(world)).toBe(false)
    const planted = await open()
    try {
      const { rows } = await planted.owner.query("select pg_get_functiondef($1::regprocedure) as text", [plant.in])
      const text = rows[0].text as string
      expect(text).toContain(plant.from)
      if (plant.attack === sixteenAtOnce) await unlocked(planted)
      await planted.owner.query(text.replace(plant.from, () => plant.to))
      expect(await plant.attack(planted)).toBe(true)
    } finally {
      await planted.close()
    }
  })
})

/** The lock taken by no statement of its own. */
async function unlocked(w: World) {
  const { rows } = await w.owner.query("select pg_get_functiondef('record_publish(text,jsonb)'::regprocedure) as text")
  const text = rows[0].text as string
  const without = text.replace("perform lock_head(p_ws, 'record', v_folded);", "null;")
  expect(without).not.toBe(text)
  await w.owner.query(without)
}
