import { createHash, randomUUID } from "node:crypto"
import type pg from "pg"
import type { postgresRecordClaims } from "../../adapters/postgres/record-claims"
import type { postgresRecordStore } from "../../adapters/postgres/record-store"
import { type RecordKey, type RecordRefusal, recoveryOf } from "../../domain/record"
import { type ClaimBounds, type ClaimMove, type ClaimWorld, readerOf } from "./claim-model"

export const TICK_MS = 10_000
const WORKSPACE = "twins"

/** An answer in words that both have. */
export interface Said {
  readonly kind: string
  readonly recovery?: string
  readonly version?: number
  /** Ticks until the claim is over. */
  readonly left?: number
  readonly swept?: number
}

/** What is left after a move, by numbers of versions and claims. */
export interface Stands {
  readonly version: number
  readonly epoch: number
  /** The number of the claim that stands; 0: none. */
  readonly claim: number
  readonly left: number
  /** By agent: whether it has seen something that is no longer so, or has to read again. */
  readonly dead: readonly boolean[]
}

interface StoredHead {
  readonly version: string
  readonly epoch: number
  readonly claim: string | null
  readonly until: string | null
  readonly dead: readonly boolean[]
}

interface Ports {
  readonly store: ReturnType<typeof postgresRecordStore>
  readonly claims: ReturnType<typeof postgresRecordClaims>
  readonly owner: pg.Client
}

const REASONS: Readonly<Record<string, string>> = {
  superseded: "claim-superseded",
  busy: "claimed",
  version: "version-moved",
  deadView: "unread",
}
const refused = (refusal: RecordRefusal): Said => ({
  kind: REASONS[refusal.kind === "conflict" ? refusal.why : refusal.kind] ?? refusal.kind,
  recovery: recoveryOf(refusal),
})

/** A record of its own, asked as the agents of the model ask. */
export async function openHead({ store, claims, owner }: Ports, key: RecordKey, bounds: ClaimBounds) {
  const runs = Array.from({ length: bounds.agents }, (_, agent) => ({ id: readerOf(agent), runId: randomUUID() }))
  const at = { workspaceId: WORKSPACE, key }
  const versions: string[] = []
  const claimIds: string[] = []
  const numberOf = (version: string | null | undefined): number => {
    if (!version) return 0
    if (!versions.includes(version)) versions.push(version)
    return versions.indexOf(version) + 1
  }
  const actorOf = (agent: number) => ({ kind: "agent", id: runs[agent]?.id ?? "" }) as const
  const runOf = (agent: number) => runs[agent]?.runId ?? ""
  await store.createIfAbsent({ ...at, actor: { kind: "system", id: "twin" }, value: 0 })
  numberOf((await store.readWithVersion(at)).version)

  const claimed = (answer: Awaited<ReturnType<Ports["claims"]["claim" | "handOff"]>>, now: number): Said => {
    if (answer.kind !== "claimed") return refused(answer)
    claimIds.push(answer.claimId)
    return { kind: "claimed", version: numberOf(answer.version), left: ticksTo(answer.until, now) }
  }

  async function commit({ agent, claim }: Extract<ClaimMove, { kind: "commit" }>, version: string): Promise<Said> {
    const shown = claim ? { claimId: claimIds[claim - 1] ?? "" } : {}
    const change = { op: "write", key, value: versions.length, expectedVersion: version as never, ...shown } as const
    const answer = await store.publish({
      workspaceId: WORKSPACE,
      actor: actorOf(agent),
      runId: runOf(agent),
      changes: [change],
    })
    return answer.kind === "applied"
      ? { kind: "committed", version: numberOf(answer.versions.get(key)) }
      : refused(answer)
  }

  async function read(agent: number): Promise<Said> {
    const record = await store.readWithVersion(at)
    await claims.noteViews({ workspaceId: WORKSPACE, agentId: actorOf(agent).id, runId: runOf(agent) }, [record])
    return { kind: "read", version: numberOf(record.version) }
  }

  async function admit(agent: number, version: string): Promise<Said> {
    const views = [{ key, version: version as never }]
    const { kind } = await claims.admitEffect({
      workspaceId: WORKSPACE,
      actor: actorOf(agent),
      views,
      runId: runOf(agent),
    })
    return { kind }
  }

  async function ask(move: Exclude<ClaimMove, { kind: "tick" }>, { memory }: ClaimWorld, now: number): Promise<Said> {
    if (move.kind === "sweep") return { kind: "swept", swept: await claims.sweep(1_000_000) }
    const { agent } = move
    const { seen = 0, mine = 0 } = memory[agent] ?? {}
    const version = versions[seen - 1] ?? ""
    const ttlMs = bounds.ttl * TICK_MS
    const held = { ...at, actor: actorOf(agent), claimId: claimIds[mine - 1] ?? "", ttlMs }
    switch (move.kind) {
      case "read":
        return read(agent)
      case "claim":
        return claimed(await claims.claim({ ...at, actor: actorOf(agent), ttlMs }), now)
      case "handOff":
        return claimed(await claims.handOff(held), now)
      case "heartbeat": {
        const answer = await claims.heartbeat(held)
        return answer.kind === "held" ? { kind: "held", left: ticksTo(answer.until, now) } : refused(answer)
      }
      case "release": {
        const answer = await claims.release(held)
        return answer.kind === "released" ? answer : refused(answer)
      }
      case "admit":
        return admit(agent, version)
      case "commit":
        return commit(move, version)
      default:
        return move satisfies never
    }
  }

  async function stands(now: number): Promise<Stands> {
    const { rows } = await owner.query<{ r: StoredHead }>(
      `select jsonb_build_object('version', version, 'epoch', epoch, 'claim', replace(claim_id::text, '-', ''), 'until', booking_instant(lease_until),
        'dead', (select jsonb_agg(record_views_dead($1, agent, run) <> '[]' order by n) from unnest($3::text[], $4::uuid[]) with ordinality as l (agent, run, n))) as r
       from heads where workspace_id = $1 and kind = 'record' and id = $2`,
      [WORKSPACE, key, runs.map(({ id }) => id), runs.map(({ runId }) => runId)],
    )
    const head = rows[0]?.r
    if (!head) throw new Error(`${key} has no head`)
    return {
      version: numberOf(head.version),
      epoch: head.epoch,
      claim: head.claim ? claimIds.findIndex((id) => digestOf(id) === head.claim) + 1 : 0,
      left: head.until ? ticksTo(head.until, now) : 0,
      dead: head.dead,
    }
  }

  return { ask, stands }
}

const ticksTo = (until: string, now: number): number => (Date.parse(until) - now) / TICK_MS
/** As `record_claim_digest`. */
const digestOf = (claimId: string): string => createHash("sha256").update(claimId).digest("hex").slice(0, 32)
