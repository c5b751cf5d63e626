import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { AuditLog, LogEntry } from "../../ports/audit-log"
import type { BookingSetup } from "../../ports/booking-setup"
import { jsonRow } from "./json-row"

/** Calendars, agents and their ranks; each write one function of the migration `booking`, with its log row. */
export function postgresBookingSetup(db: PrismaClient, audit: AuditLog): BookingSetup {
  const sealed = async (workspaceId: string, entry: LogEntry) => jsonRow((await audit.seal(workspaceId, [entry]))[0])

  return {
    async putCalendar({ workspaceId, ownerId, calendarId, name, times }, log) {
      await db.$executeRaw`
        select booking_put_calendar(${workspaceId}, ${ownerId}, ${calendarId}, ${name}, ${times.holdMs}::int, ${times.bumpMs}::int, ${times.maxHolds}::int,
          ${await sealed(workspaceId, log)}::jsonb)`
    },

    async closeCalendar({ workspaceId, ownerId, calendarId }, log) {
      const row = await sealed(workspaceId, log)
      const [answer] = await db.$queryRaw<{ r: boolean }[]>`
        select booking_close_calendar(${workspaceId}, ${ownerId}, ${calendarId}, ${row}::jsonb) as r`
      return answer?.r ? "closed" : "already"
    },

    async calendars(workspaceId, ownerId) {
      const rows = await db.bookableCalendar.findMany({
        where: { workspaceId, ownerId },
        orderBy: { createdAt: "asc" },
      })
      return rows.map(({ id, name, holdMs, bumpMs, maxHolds, writeAtOnce, closedAt }) => ({
        workspaceId,
        ownerId,
        calendarId: id,
        name,
        times: { holdMs, bumpMs, maxHolds },
        writeAtOnce,
        open: closedAt === null,
      }))
    },

    async setWriteAtOnce({ workspaceId, ownerId, calendarId }, writeAtOnce, log) {
      const row = await sealed(workspaceId, log)
      await db.$executeRaw`select booking_write_at_once(${workspaceId}, ${ownerId}, ${calendarId}, ${writeAtOnce}, ${row}::jsonb)`
    },

    async addAgent(workspaceId, { id, name }, log) {
      await db.$executeRaw`select agent_add(${workspaceId}, ${id}, ${name}, ${await sealed(workspaceId, log)}::jsonb)`
    },

    async revokeAgent(workspaceId, agentId, log) {
      await db.$executeRaw`select agent_revoke(${workspaceId}, ${agentId}, ${await sealed(workspaceId, log)}::jsonb)`
    },

    async rank(workspaceId, ownerId, agentIds, log) {
      const row = await sealed(workspaceId, log)
      const [answer] = await db.$queryRaw<{ r: boolean }[]>`
        select agents_rank(${workspaceId}, ${ownerId}, ${[...agentIds]}::text[], ${row}::jsonb) as r`
      return answer?.r ? "ranked" : "unknown"
    },

    agents: (workspaceId, ownerId) => db.$queryRaw`
      select r.agent_id as "agentId", a.name, r.rank as priority from agent_ranks r
      join agents a on a.workspace_id = r.workspace_id and a.id = r.agent_id and a.revoked_at is null
      where r.workspace_id = ${workspaceId} and r.owner_id = ${ownerId} order by r.rank`,
  }
}
