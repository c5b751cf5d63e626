import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { ConnectionId } from "../../domain/event"
import type { AuditLog } from "../../ports/audit-log"
import type { CalendarChoice, CalendarChoices } from "../../ports/calendar-choices"
import { jsonRow } from "./json-row"

export const postgresCalendarChoices = (db: PrismaClient, audit: AuditLog): CalendarChoices => ({
  async list(workspaceId, userId) {
    const rows = await db.calendarChoice.findMany({ where: { workspaceId, userId } })
    return rows.map(
      ({ connectionId, calendarId, shown, hue, isDefault, shareTitles }): CalendarChoice => ({
        connectionId: connectionId as ConnectionId,
        calendarId,
        shown,
        hue,
        isDefault,
        shareTitles,
      }),
    )
  },

  async titleChoices(workspaceId) {
    const rows = await db.calendarChoice.findMany({
      where: { workspaceId, shareTitles: { not: null } },
      select: { connectionId: true, calendarId: true, shareTitles: true },
    })
    return rows.map((row) => ({ ...row, connectionId: row.connectionId as ConnectionId }))
  },

  async change(workspaceId, userId, { connectionId, calendarId }, change, log) {
    const rows = jsonRow(await audit.seal(workspaceId, log))
    return db.$transaction(async (tx) => {
      // the account's row is the lock: two changes of the default at once follow one another
      const owned = await tx.$queryRaw<unknown[]>`
        select 1 from connections where workspace_id = ${workspaceId} and user_id = ${userId} order by id for update`
      const mine = await tx.connection.count({ where: { workspaceId, userId, id: connectionId } })
      if (owned.length === 0 || mine === 0) return false
      if (change.isDefault)
        await tx.calendarChoice.updateMany({
          where: { workspaceId, userId, isDefault: true },
          data: { isDefault: false },
        })
      await tx.calendarChoice.upsert({
        where: { workspaceId_connectionId_calendarId: { workspaceId, connectionId, calendarId } },
        create: { workspaceId, userId, connectionId, calendarId, ...change },
        update: change,
      })
      await tx.$executeRaw`select log_append_all(${workspaceId}, ${rows}::jsonb)`
      return true
    })
  },
})
