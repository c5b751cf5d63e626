import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { Stretch } from "../../domain/busy"
import type { AuditLog } from "../../ports/audit-log"
import type { AvailabilityRules, AvailabilityStore, BookablePerson, Colleague } from "../../ports/availability-rules"
import { jsonRow } from "./json-row"

export const postgresAvailabilityStore = (db: PrismaClient, audit: AuditLog): AvailabilityStore => ({
  async rules(workspaceId, userId) {
    const row = await db.availabilityRules.findUnique({ where: { workspaceId_userId: { workspaceId, userId } } })
    return {
      bufferMinutes: row?.bufferMinutes ?? 0,
      focusBlocks: (row?.focusBlocks ?? []) as unknown as AvailabilityRules["focusBlocks"],
    }
  },

  async putRules(workspaceId, userId, { bufferMinutes, focusBlocks }, log) {
    const [entry] = await audit.seal(workspaceId, [log])
    await db.$executeRaw`
      select availability_rules_put(${workspaceId}, ${userId}, ${bufferMinutes}::int, ${jsonRow(focusBlocks)}::jsonb, ${jsonRow(entry)}::jsonb)`
  },

  people: (workspaceId, agentId, userIds) => db.$queryRaw<BookablePerson[]>`
    select m.user_id as "userId", coalesce(u.name, u.email, m.user_id) as name, m.time_zone as "timeZone", m.working_hours as "workingHours",
      coalesce(r.buffer_minutes, 0) as "bufferMinutes", coalesce(r.focus_blocks, '[]') as "focusBlocks"
    from members m join users u on u.id = m.user_id
      join agent_ranks k on k.workspace_id = m.workspace_id and k.owner_id = m.user_id and k.agent_id = ${agentId}
      left join availability_rules r on r.workspace_id = m.workspace_id and r.user_id = m.user_id
    where m.workspace_id = ${workspaceId} and (cardinality(${[...userIds]}::text[]) = 0 or m.user_id = any (${[...userIds]}::text[])) order by m.user_id`,

  // a CalDAV account's address is only what somebody typed
  colleagues: (workspaceId, emails) => db.$queryRaw<Colleague[]>`
    select distinct on (a.email) a.email, m.user_id as "userId", m.time_zone as "timeZone", m.working_hours as "workingHours",
      coalesce(r.buffer_minutes, 0) as "bufferMinutes", coalesce(r.focus_blocks, '[]') as "focusBlocks"
    from unnest(${[...emails]}::text[]) as a (email)
      join members m on m.workspace_id = ${workspaceId} join users u on u.id = m.user_id
      left join availability_rules r on r.workspace_id = m.workspace_id and r.user_id = m.user_id
    where lower(u.email) = lower(a.email) or exists (
      select from connections c where c.workspace_id = m.workspace_id and c.user_id = m.user_id and c.provider in ('google', 'microsoft')
        and lower(c.email) = lower(a.email))
    order by a.email, lower(u.email) = lower(a.email) desc, m.user_id`,

  // merged where it lies and sent as one text a person: a quarter of ten people's year is some thousand events, and making dates of them took most of the time
  async taken(workspaceId, userIds, { start, end }) {
    const rows = await db.$queryRaw<{ userId: string; edges: string }[]>`
      with busy as (
        select s.user_id, range_agg(tstzrange(e.starts_at, greatest(e.starts_at, e.ends_at))) as taken
        from synced_calendars s join cached_events e on e.workspace_id = s.workspace_id and e.connection_id = s.connection_id and e.calendar_id = s.calendar_id
        where s.workspace_id = ${workspaceId} and s.user_id = any (${[...userIds]}::text[]) and e.starts_at < ${end}::timestamptz and e.ends_at > ${start}::timestamptz
          and (e.event -> 'busy')::boolean and e.event ->> 'status' <> 'cancelled'
        group by s.user_id)
      select b.user_id as "userId", string_agg((date_part('epoch', lower(r)) * 1000)::bigint || ' ' || (date_part('epoch', upper(r)) * 1000)::bigint, ' ' order by r) as edges
      from busy b cross join lateral unnest(b.taken) r group by b.user_id`
    return rows.map(({ userId, edges }) => ({ userId, stretches: stretchesOf(edges) }))
  },
})

/** @param edges milliseconds since the epoch, beginnings and ends in turn, with blanks between */
function stretchesOf(edges: string): Stretch[] {
  const numbers = edges.split(" ").map(Number)
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({
    from: numbers[2 * i] ?? 0,
    to: numbers[2 * i + 1] ?? 0,
  }))
}
