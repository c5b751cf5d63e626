import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { Replacements } from "../../ports/assistant-store"
import type { AuditLog } from "../../ports/audit-log"
import { jsonRow } from "./json-row"
import { insertProposal } from "./proposal-insert"

/** A proposal in the place of another: one goes and the other comes in one transaction, under the head of the one that goes. */
export function postgresReplacements(db: PrismaClient, audit: AuditLog): Replacements {
  return {
    async createInPlaceOf(before, p, ttlMs, log) {
      const { workspaceId, userId } = p
      const rows = jsonRow(await audit.seal(workspaceId, log))
      return db.$transaction(async (tx) => {
        // an approval locks this head too: a yes to the one before is given before, or not at all
        await tx.$executeRaw`select lock_head(${workspaceId}, 'proposal', ${before.id})`
        const dropped = await tx.$executeRaw`
          update proposals set state = 'dropped' where workspace_id = ${workspaceId} and user_id = ${userId} and id = ${before.id}
            and plan_hash = ${before.planHash} and state = 'open' and expires_at > clock_timestamp()`
        if (dropped === 0) return null
        const made = await insertProposal(tx, p, ttlMs)
        await tx.$executeRaw`select log_append_all(${workspaceId}, ${rows}::jsonb)`
        return made
      })
    },
  }
}
