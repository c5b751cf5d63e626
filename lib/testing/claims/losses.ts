import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import pg from "pg"
import { postgresClient } from "../../adapters/postgres/client"
import { postgresRecordClaims } from "../../adapters/postgres/record-claims"
import { postgresRecordStore } from "../../adapters/postgres/record-store"
import { type RecordKey, recordKey } from "../../domain/record"
import { type Edit, editFunction } from "../booking/plants"
import { forkProgram } from "../fork-program"
import { type HolderOrder, POINTS, type Point, type Told } from "./points"

/*
 * C3, C4. Holders of claims in processes of their own, lost at every step. What a sweep has to do about it, what whoever comes next can do, and what the lost one can
 * not when it wakes.
 */

/** SIGKILL: it is gone. SIGSTOP: it sleeps, wakes when its claim is another's, and goes on. */
export type Signal = "SIGKILL" | "SIGSTOP"

export interface Loss {
  readonly at: Point
  readonly signal: Signal
  /** From the loss to the end of its claim by the sweep; null: there was none to end. */
  readonly reclaimedAfterMs: number | null
  /** What it was refused after it woke. */
  readonly superseded: number
  readonly wrong: readonly string[]
}

export interface LossOptions {
  readonly appUrl: string
  readonly ownerUrl: string
  readonly losses: readonly (readonly [Point, Signal])[]
  readonly ttlMs: number
  /** Of the sweep. */
  readonly everyMs: number
  /** What a busy machine may take on top of both. */
  readonly slackMs: number
  readonly atOnce?: number
  readonly plant?: Edit
}

/** Every loss there is. Whoever has released has nothing left to be refused. */
export const LOSSES: LossOptions["losses"] = [
  ...POINTS.map((at) => [at, "SIGKILL"] as const),
  ...POINTS.filter(({ when, step }) => step !== "release" || when === "before").map((at) => [at, "SIGSTOP"] as const),
]

/** Bugs in the database's functions that have to show. */
export const CLAIM_PLANTS = {
  "a sweep that ends nothing": {
    in: "record_sweep",
    from: "v_head.claim_id is not null and v_head.lease_until <= v_now",
    to: "false",
  },
  "any claim that is shown is good": {
    in: "record_superseded",
    from: "p_head.claim_id = v_claim.id and p_head.epoch = v_claim.epoch",
    to: "true",
  },
} as const satisfies Readonly<Record<string, Edit>>

const WORKSPACE = "w"
const NEXT = { kind: "agent", id: "morning" } as const
const PROGRAM = fileURLToPath(new URL("./holder.ts", import.meta.url))
const LOOK_EVERY_MS = 20

type World = Awaited<ReturnType<typeof openWorld>>

async function openWorld({ appUrl, ownerUrl, plant }: LossOptions) {
  // several look at once
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 4 })
  await owner.query("insert into workspaces (id, name) values ($1, $1) on conflict do nothing", [WORKSPACE])
  if (plant) await planted(ownerUrl, plant)
  const db = postgresClient(appUrl, 4)
  return {
    owner,
    store: postgresRecordStore(db),
    claims: postgresRecordClaims(db),
    async close() {
      await db.$disconnect()
      await owner.end()
    },
  }
}

async function planted(ownerUrl: string, plant: Edit): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  await editFunction(client, plant.in, [plant])
  await client.end()
}

/** Each holder lost at its point, a few of them side by side; the sweep goes round as it does in the product. */
export async function loseHolders(options: LossOptions): Promise<readonly Loss[]> {
  const world = await openWorld(options)
  let going = true
  const sweeping = (async () => {
    while (going) {
      await world.claims.sweep(500)
      await sleep(options.everyMs)
    }
  })()
  const waiting = options.losses.map((loss, n) => ({ loss, n }))
  const losses: Loss[] = []
  async function one(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const key = recordKey(`claims/${next.n}`)
      if (!key) throw new RangeError("no key")
      losses.push(await lose(world, options, key, ...next.loss))
    }
  }
  try {
    await Promise.all(Array.from({ length: options.atOnce ?? 4 }, one))
  } finally {
    going = false
    await sweeping
    await world.close()
  }
  return losses
}

async function lose(world: World, options: LossOptions, key: RecordKey, at: Point, signal: Signal): Promise<Loss> {
  const { store, claims } = world
  const { appUrl: databaseUrl, ttlMs } = options
  const by = { workspaceId: WORKSPACE, key, actor: NEXT }
  await store.createIfAbsent({ ...by, value: { by: "morning", value: "draft" } })
  const wrong: string[] = []

  const holder = await forkProgram(PROGRAM)
  const ended = once(holder, "exit")
  try {
    await lostAt(holder, { databaseUrl, workspaceId: WORKSPACE, key, ttlMs, at }, signal)
    const reclaimedAfterMs = await reclaimed(world, key, options)
    if (reclaimedAfterMs === "never") wrong.push("its claim was not ended in time")

    const claim = await claims.claim({ ...by, ttlMs: 60_000 })
    if (claim.kind !== "claimed")
      return { at, signal, reclaimedAfterMs: null, superseded: 0, wrong: [...wrong, `the next was told ${claim.kind}`] }
    const seen = await store.readWithVersion(by)
    const told = signal === "SIGSTOP" ? await woken(holder) : []
    const refused = told.filter(({ late, kind, step }) => late && step !== "read" && kind === "superseded")
    for (const { step, kind, late } of told)
      if (late && step !== "read" && kind !== "superseded") wrong.push(`awake, its ${step} was ${kind}`)

    const value = { by: "morning", value: "landed" }
    const change = { op: "write", key, value, expectedVersion: seen.version, claimId: claim.claimId } as const
    const landed = await store.publish({ workspaceId: WORKSPACE, actor: NEXT, changes: [change] })
    if (landed.kind !== "applied") wrong.push(`the next one's write was ${landed.kind}`)
    const { items } = await store.history(by, { before: null, limit: 100 })
    if (items[1]?.version !== seen.version)
      wrong.push(`something was written after its claim had ended, by ${items[1]?.actor.id}`)
    return {
      at,
      signal,
      reclaimedAfterMs: typeof reclaimedAfterMs === "number" ? reclaimedAfterMs : null,
      superseded: refused.length,
      wrong,
    }
  } finally {
    holder.kill("SIGKILL")
    await ended
  }
}

/** Resolves when it has reached its point and been struck there. */
async function lostAt(holder: ChildProcess, order: HolderOrder, signal: Signal): Promise<void> {
  const next = () =>
    Promise.race([
      once(holder, "message"),
      once(holder, "exit").then(() => Promise.reject(new Error("the holder ended by itself"))),
    ])
  await next()
  holder.send(order)
  const [said] = await next()
  if (said !== "here") throw new Error("the holder passed its point")
  holder.kill(signal)
}

async function woken(holder: ChildProcess): Promise<readonly Told[]> {
  const told = once(holder, "message")
  holder.kill("SIGCONT")
  holder.send("go on")
  return (await told)[0] as readonly Told[]
}

/**
 * From now to the end of the last claim there is, which the sweep alone can bring: nobody else meets it. Null: none is held, it was never made or given back.
 * What a lost process had asked is given the time that the sweep has.
 */
async function reclaimed(
  { owner }: World,
  key: RecordKey,
  { ttlMs, everyMs, slackMs }: LossOptions,
): Promise<number | null | "never"> {
  const lostAt = Date.now()
  const latest = lostAt + ttlMs + everyMs + slackMs
  for (;;) {
    const { rows } = await owner.query<{ ended_at: Date | null; ended_how: string | null }>(
      "select ended_at, ended_how from record_claims where workspace_id = $1 and folded = $2 order by made_at desc limit 1",
      [WORKSPACE, key],
    )
    const [claim] = rows
    if (claim?.ended_how === "reclaimed" && claim.ended_at) return claim.ended_at.getTime() - lostAt
    if (claim?.ended_how === "released") return null
    if (Date.now() > latest) return claim && claim.ended_how === null ? "never" : null
    await sleep(LOOK_EVERY_MS)
  }
}
