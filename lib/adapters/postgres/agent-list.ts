import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { AgentList, CollisionCount, KnownAgent } from "../../ports/agent-list"
import type { AuditLog, LogEntry } from "../../ports/audit-log"
import { jsonRow } from "./json-row"

/** Over the tables of the booking engine; each write one function of the migration `agents_page`, with its log row. */
export function postgresAgentList(db: PrismaClient, audit: AuditLog): AgentList {
  const sealed = async (workspaceId: string, entry: LogEntry) => jsonRow((await audit.seal(workspaceId, [entry]))[0])

  async function answered<T>(rows: Promise<{ r: T }[]>): Promise<T> {
    const [row] = await rows
    if (!row) throw new Error("a statement about agents answered nothing")
    return row.r
  }

  return {
    now: () => answered<string>(db.$queryRaw`select booking_instant(booking_clock()) as r`),

    async agents(workspaceId) {
      const rows = await db.agent.findMany({
        where: { workspaceId, revokedAt: null, addedBy: { not: null } },
        select: { id: true, name: true, addedBy: true },
        orderBy: [{ name: "asc" }, { id: "asc" }],
      })
      return rows as KnownAgent[]
    },

    async names(workspaceId, ids) {
      const rows = await db.agent.findMany({
        where: { workspaceId, id: { in: [...ids] } },
        select: { id: true, name: true },
      })
      return new Map(rows.map(({ id, name }) => [id, name]))
    },

    async add(workspaceId, ownerId, { id, name }, most, log) {
      const row = await sealed(workspaceId, log)
      const added = await answered<boolean>(
        db.$queryRaw`select agent_add_to_list(${workspaceId}, ${ownerId}, ${id}, ${name}, ${most}::int, ${row}::jsonb) as r`,
      )
      return added ? "added" : "full"
    },

    async rank(workspaceId, ownerId, seen, agentIds, log) {
      const row = await sealed(workspaceId, log)
      return answered(
        db.$queryRaw`
          select agents_rank_seen(${workspaceId}, ${ownerId}, ${[...seen]}::text[], ${[...agentIds]}::text[], ${row}::jsonb) as r`,
      )
    },

    async revoke(workspaceId, agentId, by, log) {
      const row = await sealed(workspaceId, log)
      return answered(db.$queryRaw`select agent_revoke_own(${workspaceId}, ${agentId}, ${by}, ${row}::jsonb) as r`)
    },

    // each collision has one row with its pattern: the winner's, or the refused one's
    collisions: (workspaceId, ownerId, since, timeZone) => db.$queryRaw<CollisionCount[]>`
      select to_char(at at time zone ${timeZone}, 'YYYY-MM-DD') as on, body ->> 'pattern' as pattern, count(*)::int as count from log
      where workspace_id = ${workspaceId} and user_id = ${ownerId} and at >= ${since}::timestamptz
        and kind like any (array['hold.%', 'booking.%', 'calendar.blocked']) and body ? 'pattern'
      group by 1, 2 order by 1, 2`,
  }
}
