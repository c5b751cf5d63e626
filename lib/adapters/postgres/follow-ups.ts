import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { FollowUps } from "../../ports/assistant-store"
import type { AuditLog } from "../../ports/audit-log"
import { jsonRow } from "./json-row"
import { insertProposal } from "./proposal-insert"
import { turnRow } from "./proposal-rows"

/** What follows on a proposal: made under the head of the one it follows on, so that two at once see each other. */
export function postgresFollowUps(db: PrismaClient, audit: AuditLog): FollowUps {
  return {
    async createFollowUp(p, ttlMs, log, turn) {
      const rows = jsonRow(await audit.seal(p.workspaceId, log))
      const { workspaceId, userId, id, undoOf, continues } = p
      const source = continues ?? undoOf
      if (source === null) throw new Error(`proposal ${id} follows on none`)
      return db.$transaction(async (tx) => {
        await tx.$executeRaw`select lock_head(${workspaceId}, 'proposal', ${source})`
        const [before] = await tx.$queryRaw<{ id: string; expired: boolean }[]>`
          select id, state in ('open', 'stale') and expires_at <= clock_timestamp() as expired from proposals
          where workspace_id = ${workspaceId} and user_id = ${userId} and state <> 'dropped'
            and (continues = ${continues} or (undo_of = ${undoOf} and state <> 'stopped'))
          order by created_at desc limit 1`
        if (before && !before.expired) return { id: before.id, isNew: false }
        if (before)
          await tx.$executeRaw`
            with ended as (update proposals set state = 'dropped' where workspace_id = ${workspaceId} and id = ${before.id} returning id, user_id)
            select log_append(${workspaceId}, jsonb_build_object('actor', jsonb_build_object('kind', 'system', 'id', 'proposals'), 'kind', 'dropped',
              'subject', jsonb_build_object('kind', 'proposal', 'id', e.id), 'userId', e.user_id, 'proposalId', e.id,
              'body', jsonb_build_object('why', 'expired')))::text from ended e`
        if (continues !== null) {
          const [open] = await tx.$queryRaw<{ id: string }[]>`
            select id from proposals p where p.workspace_id = ${workspaceId} and p.id = ${continues} and p.state = 'stopped' and not p.rest_left
              and not exists (select from proposals u where u.workspace_id = p.workspace_id and u.undo_of = p.id and u.state in ('applying', 'conflict', 'done'))`
          if (!open) return null
        }
        await insertProposal(tx, p, ttlMs)
        if (turn) await tx.chatTurn.create({ data: turnRow(workspaceId, userId, turn) })
        await tx.$executeRaw`select log_append_all(${workspaceId}, ${rows}::jsonb)`
        return { id, isNew: true }
      })
    },

    async followUps(workspaceId, id) {
      const [found] = await db.$queryRaw<{ undone: boolean; continuedBy: string | null }[]>`
        select exists (select from proposals u where u.workspace_id = ${workspaceId} and u.undo_of = ${id} and u.state = 'done') as undone,
          (select c.id from proposals c where c.workspace_id = ${workspaceId} and c.continues = ${id} and c.state <> 'dropped'
            and not (c.state in ('open', 'stale') and c.expires_at <= clock_timestamp())) as "continuedBy"`
      return found ?? { undone: false, continuedBy: null }
    },

    async leaveRest(workspaceId, id, log) {
      const rows = jsonRow(await audit.seal(workspaceId, log))
      return db.$transaction(async (tx) => {
        await tx.$executeRaw`select lock_head(${workspaceId}, 'proposal', ${id})`
        const left = await tx.$executeRaw`
          update proposals p set rest_left = true where p.workspace_id = ${workspaceId} and p.id = ${id} and p.state = 'stopped' and not p.rest_left
            and not exists (select from proposals c where c.workspace_id = p.workspace_id and c.continues = p.id and c.state <> 'dropped'
              and not (c.state in ('open', 'stale') and c.expires_at <= clock_timestamp()))`
        if (left === 0) return false
        await tx.$executeRaw`select log_append_all(${workspaceId}, ${rows}::jsonb)`
        return true
      })
    },
  }
}
