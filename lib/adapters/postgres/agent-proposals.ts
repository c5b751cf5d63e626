import "server-only"
import type { Prisma, PrismaClient } from "../../../generated/prisma/client"
import type { AgentProposals, StoredProposal } from "../../ports/assistant-store"
import type { AuditLog } from "../../ports/audit-log"
import { jsonRow } from "./json-row"
import { insertProposal } from "./proposal-insert"
import { storedProposal, WITH_OPERATIONS } from "./proposal-rows"

/** What agents outside have proposed: the same rows as all proposals, found by their agent, and counted. */
export function postgresAgentProposals(db: PrismaClient, audit: AuditLog): AgentProposals {
  const byIds = async (workspaceId: string, ids: readonly string[]): Promise<readonly StoredProposal[]> => {
    const rows = await db.proposal.findMany({
      where: { workspaceId, id: { in: [...ids] } },
      include: WITH_OPERATIONS,
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    })
    return rows.map(storedProposal)
  }

  return {
    async createAgentProposal(p, ttlMs, most, log) {
      const rows = jsonRow(await audit.seal(p.workspaceId, log))
      return db.$transaction(async (tx) => {
        await tx.$executeRaw`select lock_head(${p.workspaceId}, 'agent-proposals', ${`${p.userId}/${p.agent.id}`})`
        const keys = p.operations.map(({ key }) => key)
        const [open] = await tx.$queryRaw<{ n: number }[]>`
          select count(*)::int as n from proposals p where p.workspace_id = ${p.workspaceId} and p.user_id = ${p.userId} and p.agent_id = ${p.agent.id}
            and p.state in ('open', 'stale') and p.expires_at > clock_timestamp()
            and not exists (select from proposal_operations o where o.workspace_id = p.workspace_id and o.proposal_id = p.id and o.event_key = any (${keys}::text[]))`
        if ((open?.n ?? 0) >= most) return null
        const made = await insertProposal(tx, p, ttlMs)
        await tx.$executeRaw`select log_append_all(${p.workspaceId}, ${rows}::jsonb)`
        return made
      })
    },

    async findAgentProposal(workspaceId, userId, agentId, id) {
      const [found] = await db.$queryRaw<{ id: string; expired: boolean }[]>`
        select id, expires_at <= clock_timestamp() as expired from proposals
        where workspace_id = ${workspaceId} and user_id = ${userId} and agent_id = ${agentId} and id = ${id}`
      const [proposal] = found ? await byIds(workspaceId, [found.id]) : []
      return found && proposal ? { proposal, expired: found.expired } : null
    },

    async agentProposals(workspaceId, userId, { sinceMs, limit }) {
      const found = await db.$queryRaw<{ id: string }[]>`
        select id from proposals where workspace_id = ${workspaceId} and user_id = ${userId} and agent_id is not null
          and (state in ('applying', 'conflict') or (state in ('open', 'stale') and expires_at > clock_timestamp())
            or (state in ('done', 'stopped') and created_at > clock_timestamp() - ${sinceMs} * interval '1 ms'))
        order by created_at desc, id desc limit ${limit}`
      return byIds(
        workspaceId,
        found.map(({ id }) => id),
      )
    },
  }
}

/** An outside agent's proposal that can be applied no more is nobody's to decide. */
export const stillTheirs = (now: Date): Prisma.ProposalWhereInput => ({
  OR: [{ agentId: null }, { state: { notIn: ["open", "stale"] } }, { expiresAt: { gt: now } }],
})
