import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import { type CalendarEvent, type ConnectionId, eventKey, type When } from "../../domain/event"
import { careDigest } from "../../domain/event-diff"
import type { OwnWrite } from "../../domain/staleness"
import { version } from "../../domain/version"
import type { AuditLog } from "../../ports/audit-log"
import type { FollowedCalendar } from "../../ports/jobs"
import type { Sighting, StoredChannel, SyncApplied, SyncStore } from "../../ports/sync-store"
import { jsonRow } from "./json-row"

/** What was seen of calendars, written by the functions of the migration `sync` only. Texts of log rows are sealed before the call. */
export function postgresSyncStore(db: PrismaClient, audit: AuditLog): SyncStore {
  const followed = (row: { workspaceId: string; userId: string; connectionId: string; calendarId: string }) => ({
    ...row,
    connectionId: row.connectionId as ConnectionId,
  })

  return {
    async follow({ workspaceId, connectionId, userId }, calendarIds) {
      await db.$executeRaw`select sync_calendars(${workspaceId}, ${connectionId}, ${userId}, ${[...calendarIds]}::text[])`
    },

    async forget(workspaceId, connectionId) {
      await db.$executeRaw`select sync_forget(${workspaceId}, ${connectionId})`
    },

    async takeDue(limit, everyMs) {
      const rows = await db.$queryRaw<FollowedCalendar[]>`
        select workspace_id as "workspaceId", user_id as "userId", connection_id as "connectionId", calendar_id as "calendarId"
        from sync_due(${limit}::int, ${everyMs}::bigint)`
      return rows.map(followed)
    },

    async unfollowed() {
      return db.$queryRaw`
        select workspace_id as "workspaceId", user_id as "userId", id as "connectionId" from connections c where status = 'live'
          and not exists (select 1 from synced_calendars s where s.workspace_id = c.workspace_id and s.connection_id = c.id)`
    },

    async begin(calendar) {
      const { workspaceId, connectionId, calendarId } = calendar
      const [row] = await db.$queryRaw<{ r: Begun | null }[]>`
        select sync_begin(${workspaceId}, ${connectionId}, ${calendarId}) as r`
      if (!row?.r || row.r.userId !== calendar.userId) return null
      const { run, startedAt, cursor, failures, windowFrom: from, windowTo: to } = row.r
      return { ...calendar, run, startedAt, cursor, failures, window: from && to ? { from, to } : null }
    },

    async fail({ workspaceId, connectionId, calendarId, run }, waitMs, cursorLost) {
      await db.$executeRaw`
        select sync_failed(${workspaceId}, ${connectionId}, ${calendarId}, ${run}::bigint, ${waitMs}::bigint, ${cursorLost})`
    },

    async apply({ workspaceId, connectionId, calendarId, run }, { changed, removed, stale, end }) {
      const logs = await audit.seal(
        workspaceId,
        stale.map((each) => each.log),
      )
      const staleRows = stale.map(({ proposalId, reason }, i) => ({ proposalId, reason, log: logs[i] }))
      const gone = removed.map((key) => ({ key, eventId: decodeURIComponent(key.split("/")[2] ?? "") }))
      const rows = jsonRow(changed.map(sightingRow))
      const [row] = await db.$queryRaw<{ r: SyncApplied }[]>`
        select sync_apply(${workspaceId}, ${connectionId}, ${calendarId}, ${run}::bigint, ${rows}::jsonb, ${jsonRow(gone)}::jsonb, ${jsonRow(staleRows)}::jsonb,
          ${end?.cursor ?? null}::text, ${end?.window.from ?? null}::timestamptz, ${end?.window.to ?? null}::timestamptz, ${end?.nextMs ?? 0}::bigint) as r`
      if (!row) throw new Error("sync_apply answered nothing")
      return row.r
    },

    async now() {
      const [row] = await db.$queryRaw<{ now: string }[]>`select to_jsonb(clock_timestamp()) #>> '{}' as now`
      if (!row) throw new Error("the database tells no time")
      return row.now
    },

    async cached({ workspaceId, connectionId, calendarId }, which) {
      const ids = which && [...which.ids]
      // all of a calendar's texts are looked into for it, so not without need
      const series = which?.series.length ? [...which.series] : null
      const rows = await db.$queryRaw<CachedRow[]>`
        select event_id as "eventId", version, event ->> 'seriesId' as "seriesId", starts_at as "startsAt", ends_at as "endsAt" from cached_events
        where workspace_id = ${workspaceId} and connection_id = ${connectionId} and calendar_id = ${calendarId}
          and (${ids}::text[] is null or event_id = any (${ids}::text[])
            or (${series}::text[] is not null and event ->> 'seriesId' = any (${series}::text[])))`
      return new Map(
        rows.map(({ eventId, startsAt, endsAt, ...row }) => [
          eventId,
          { ...row, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() },
        ]),
      )
    },

    async cachedEvents({ workspaceId, connectionId, calendarId }, ids, stretches) {
      if (ids.length + stretches.length === 0) return []
      const during = stretches.map(({ from, to }) => ({
        startsAt: { lt: new Date(to) },
        endsAt: { gt: new Date(from) },
      }))
      const rows = await db.cachedEvent.findMany({
        where: { workspaceId, connectionId, calendarId, OR: [{ eventId: { in: [...ids] } }, ...during] },
        select: { event: true, version: true },
      })
      return rows.map((row) => ({ value: row.event as unknown as CalendarEvent, version: version(row.version) }))
    },

    async ownWrites(workspaceId, keys, markers) {
      return db.$queryRaw<OwnWrite[]>`
        select id, event_key as key, outcome ->> 'kind' as outcome, change, proposal_id as "proposalId", position, outcome #>> '{event,version}' as "leftVersion" from intents
        where workspace_id = ${workspaceId} and (event_key = any (${[...keys]}::text[]) or id = any (${markers.filter(isUuid)}::uuid[]))`
    },

    channelsOf: ({ workspaceId, connectionId, calendarId }) =>
      channels({ workspaceId, connectionId, ...(calendarId !== undefined && { calendarId }) }),

    async findChannel(workspaceId, tokenHash) {
      return (await channels({ workspaceId, tokenHash }))[0] ?? null
    },

    async channelOpening({ workspaceId, connectionId, calendarId }, id, tokenHash) {
      await db.$executeRaw`select channel_opening(${workspaceId}, ${id}::uuid, ${connectionId}, ${calendarId}, ${tokenHash})`
    },

    async channelOpened(workspaceId, id, { channelId, resourceId, expiresAt }) {
      const [row] = await db.$queryRaw<{ r: boolean }[]>`
        select channel_opened(${workspaceId}, ${id}::uuid, ${channelId}, ${resourceId}, ${expiresAt}::timestamptz) as r`
      return row?.r === true
    },

    async channelClosed(workspaceId, id) {
      await db.$executeRaw`select channel_closed(${workspaceId}, ${id}::uuid)`
    },
  }

  async function channels(where: {
    workspaceId: string
    connectionId?: string
    calendarId?: string
    tokenHash?: string
  }): Promise<StoredChannel[]> {
    const rows = await db.syncChannel.findMany({ where, orderBy: { createdAt: "asc" } })
    const calendars = await db.syncedCalendar.findMany({
      where: { workspaceId: where.workspaceId, connectionId: { in: rows.map((row) => row.connectionId) } },
      select: { connectionId: true, calendarId: true, userId: true },
    })
    return rows.flatMap(({ createdAt: _, ...row }) => {
      const of = calendars.find((c) => c.connectionId === row.connectionId && c.calendarId === row.calendarId)
      return {
        ...row,
        connectionId: row.connectionId as ConnectionId,
        userId: of?.userId ?? "",
        channelId: row.channelId ?? "",
        resourceId: row.resourceId ?? "",
        expiresAt: row.expiresAt?.toISOString() ?? null,
      }
    })
  }
}

interface CachedRow {
  eventId: string
  version: string
  seriesId: string | null
  startsAt: Date
  endsAt: Date
}

interface Begun {
  run: number
  startedAt: string
  cursor: string | null
  failures: number
  userId: string
  windowFrom: string | null
  windowTo: string | null
}

const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

const sightingRow = ({ seen: { value, version }, seenFrom, confirmed }: Sighting) => ({
  key: eventKey(value.ref),
  seriesKey: value.seriesId && eventKey({ ...value.ref, eventId: value.seriesId }),
  eventId: value.ref.eventId,
  version,
  careDigest: careDigest(value),
  startsAt: instant(value.start),
  endsAt: instant(value.end),
  event: value satisfies CalendarEvent,
  seenFrom,
  confirmed,
})

/** All-day ones by their date in UTC: good enough to tell what is far outside a window. */
const instant = (when: When) => (when.kind === "timed" ? when.at : `${when.on}T00:00:00Z`)
