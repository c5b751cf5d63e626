import "server-only"
import { randomUUID } from "node:crypto"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { AuditLog } from "../../ports/audit-log"
import type { RaceTrack } from "../../ports/race-track"
import { jsonRow } from "./json-row"

/** `careless_bookings` is written as much software writes bookings: a query, and later an insert. */
export function postgresRaceTrack(db: PrismaClient, audit: AuditLog): RaceTrack {
  return {
    async open({ workspaceId, ownerId }, racers, { holdMs, bumpMs }, log) {
      const [row] = await audit.seal(workspaceId, [log])
      const [ids, names] = [racers.map(({ id }) => id), racers.map(({ name }) => name)]
      await db.$executeRaw`
        select race_open(${workspaceId}, ${ownerId}, ${ids}::text[], ${names}::text[], ${holdMs}::int, ${bumpMs}::int, ${jsonRow(row)}::jsonb)`
    },

    async close({ workspaceId, ownerId }, raceId) {
      await db.carelessBooking.deleteMany({ where: { workspaceId, raceId } })
      await db.$executeRaw`select race_close(${workspaceId}, ${ownerId})`
    },

    async isFree(workspaceId, raceId, { start, end }) {
      const overlapping = { startsAt: { lt: new Date(end) }, endsAt: { gt: new Date(start) } }
      return (await db.carelessBooking.count({ where: { workspaceId, raceId, ...overlapping } })) === 0
    },

    async write(workspaceId, raceId, { start, end }, racer) {
      const slot = { startsAt: new Date(start), endsAt: new Date(end) }
      await db.carelessBooking.create({ data: { workspaceId, raceId, id: randomUUID(), racer, ...slot } })
    },

    async written(workspaceId, raceId) {
      const rows = await db.carelessBooking.findMany({ where: { workspaceId, raceId }, select: { racer: true } })
      return rows.map(({ racer }) => racer)
    },
  }
}
