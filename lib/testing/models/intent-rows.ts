import { randomUUID } from "node:crypto"
import type pg from "pg"
import { eventKey } from "../../domain/event"
import type { IntentAction } from "../../domain/protocol/intent-step"
import type { LogEntry } from "../../ports/audit-log"
import type { IntentDraft } from "../../ports/guarded-store"
import { calendarEvent, eventRef, seen, thursday } from "../builders"

/* What a walk of the intent's model needs in the database and reads there. */

export const TICK_MS = 3_600_000
export const HALF_MS = TICK_MS / 2

const USER = "kim"
const KEY = eventKey(eventRef("e"))
export const LOG: LogEntry = {
  actor: { kind: "system", id: "twin" },
  kind: "attempt",
  subject: { kind: "event", id: "e" },
}

/** Where one walk takes place: a workspace of its own, and which ids there stand for the model's. */
export interface Place {
  readonly workspaceId: string
  readonly ids: ReadonlyMap<string, string>
  readonly claims: Map<string, string>
  /** By the model's name of an intent or an approval. */
  idOf(name: string): string
  /** A sender's by its name, recovery's by the intent it took over last. */
  claimOf(id: string, name: string): string
}

export function placeOf(): Place {
  const [ids, claims] = [new Map<string, string>(), new Map<string, string>()]
  const of = (all: Map<string, string>, name: string) => {
    const known = all.get(name) ?? randomUUID()
    all.set(name, known)
    return known
  }
  return {
    workspaceId: `intents-${randomUUID()}`,
    ids,
    claims,
    idOf: (name) => of(ids, name),
    claimOf: (id, name) => of(claims, name === "r" ? `r ${id}` : name),
  }
}

export function draftOf(
  { approvalId, after, leaseMs }: Extract<IntentAction, { kind: "prepare" }>,
  own: { readonly workspaceId: string; readonly id: string; readonly claimId: string },
  at: Place,
): IntentDraft {
  return {
    ...own,
    userId: USER,
    key: KEY,
    seriesKey: KEY,
    proposalId: approvalId,
    position: 0,
    approvalId: at.idOf(approvalId),
    afterIntent: after === null ? null : at.idOf(after),
    planHash: "plan",
    base: seen(calendarEvent()),
    careDigest: "care",
    change: { kind: "update", patch: { start: thursday("15:00"), end: thursday("15:30") } },
    notify: false,
    leaseMs: leaseMs * TICK_MS + HALF_MS,
  }
}

export const openApprovals = (
  owner: pg.Client,
  workspaceId: string,
  idOf: (name: string) => string,
  approvals: readonly string[],
) =>
  owner.query(
    `insert into approvals (workspace_id, id, proposal_id, position, user_id, plan_hash, base_version, care_digest, expires_at)
      select $1, a, p, 0, $2, 'plan', '1', 'care', now() + interval '30 days' from unnest($3::uuid[], $4::text[]) as l (a, p)`,
    [workspaceId, USER, approvals.map(idOf), approvals],
  )

interface StoredIntent {
  readonly id: string
  readonly state: string
  readonly claim: string | null
  readonly left: number
  readonly looked: boolean
  readonly after: string | null
  readonly outcome: string | null
  readonly corrected: boolean
}

/** What stands, in the model's names. */
export async function intentRows(owner: pg.Client, { workspaceId, ids, claims }: Place) {
  const { rows } = await owner.query<{ used: string[]; intents: StoredIntent[] }>(
    `select coalesce((select jsonb_agg(id) from heads where workspace_id = $1 and kind = 'approval' and version = 'used'), '[]') as used,
      coalesce((select jsonb_agg(jsonb_build_object('id', i.id, 'state', i.state, 'claim', h.claim_id, 'looked', i.look_again_at is not null, 'after', i.after_intent,
          'left', case when i.state = 'DONE' then 0 else greatest(-1, floor(extract(epoch from i.lease_until - clock_timestamp()) * 1000 / $2)) end,
          'outcome', i.outcome ->> 'kind', 'corrected', i.correction is not null))
        from intents i join heads h on h.workspace_id = i.workspace_id and h.kind = 'intent' and h.id = i.id::text where i.workspace_id = $1), '[]') as intents`,
    [workspaceId, TICK_MS],
  )
  const named = new Map([...ids].map(([name, id]) => [id, name]))
  const nameOf = (id: string | null) => (id === null ? null : (named.get(id) ?? id))
  const holders = new Map([...claims].map(([name, claim]) => [claim, name.split(" ")[0] ?? ""]))
  const { used = [], intents = [] } = rows[0] ?? {}
  return {
    used: Object.fromEntries(
      [...ids].filter(([name]) => /^[A-Z]$/.test(name)).map(([name, id]) => [name, used.includes(id)]),
    ),
    intents: Object.fromEntries(
      intents.map(({ id, claim, looked, after, ...row }) => [
        nameOf(id),
        {
          ...row,
          claimId: claim === null ? null : (holders.get(claim) ?? "a stranger"),
          lookedBefore: looked,
          after: nameOf(after),
        },
      ]),
    ),
  }
}
