import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { Admission, ClaimAnswer, HeldClaim, RecordClaims } from "../../ports/record-claims"
import { jsonRow } from "./json-row"

/** Claims, views and the effect gate of records, on their heads (migration `records`). */
export function postgresRecordClaims(db: PrismaClient): RecordClaims {
  const call = async <T>(sql: TemplateStringsArray, ...values: unknown[]): Promise<T> => {
    const [row] = await db.$queryRaw<{ r: T }[]>(sql, ...values)
    if (!row) throw new Error("a statement about claims answered nothing")
    return row.r
  }
  const act = <T>(op: string, { workspaceId, key, actor, claimId }: HeldClaim, ttlMs: number | null) =>
    call<T>`select record_claim_act(${workspaceId}, ${op}, ${key}, ${jsonRow(actor)}::jsonb, ${claimId}, ${ttlMs}::bigint) as r`

  return {
    claim: ({ workspaceId, key, actor, ttlMs }) =>
      call<ClaimAnswer>`select record_claim(${workspaceId}, ${key}, ${jsonRow(actor)}::jsonb, ${ttlMs}::bigint) as r`,
    heartbeat: (held) => act("heartbeat", held, held.ttlMs),
    release: (held) => act("release", held, null),
    handOff: (held) => act("hand-off", held, held.ttlMs),
    sweep: (limit) => call<number>`select record_sweep(${limit}::int) as r`,

    admitEffect: ({ workspaceId, ...request }) =>
      call<Admission>`select record_admit(${workspaceId}, ${jsonRow(request)}::jsonb) as r`,
    async noteViews({ workspaceId, agentId, runId }, views) {
      if (views.length === 0) return
      await db.$executeRaw`select record_views_note(${workspaceId}, ${agentId}, ${runId}::uuid, ${jsonRow(views)}::jsonb)`
    },
    deadViews: ({ workspaceId, agentId, runId }) =>
      call`select record_views_moved(${workspaceId}, ${agentId}, ${runId}::uuid) as r`,
    forgetViews: (limit) => call<number>`select record_views_forget(${limit}::int) as r`,
  }
}
