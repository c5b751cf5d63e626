import "server-only"
import { setTimeout as sleep } from "node:timers/promises"
import type { PrismaClient } from "../../../generated/prisma/client"
import { Prisma } from "../../../generated/prisma/client"
import { type BlockAnswer, type Booking, type Hold, slotProblem } from "../../domain/booking"
import type {
  Answered,
  AuditEvent,
  BookingFilter,
  BookingStore,
  CommitRequest,
  Idempotency,
  Page,
  Paging,
  Standing,
} from "../../ports/booking-store"
import { type Asking, askingAlone, calling, type EngineRequest } from "./booking-ask"

/** So long a request waits for another one with its key, and so often it looks. */
const KEY_PATIENCE_MS = 1_000
const KEY_PAUSE_MS = 25

/**
 * The booking engine over PostgreSQL: each request is one call of `booking_ask` (migration `booking`), hence one round trip and one transaction.
 * @param commits how commits go there; alone, unless told otherwise
 */
export function postgresBookingStore(db: PrismaClient, commits: Asking = askingAlone(db)): BookingStore {
  const call = calling(db)
  const alone = askingAlone(db)

  async function ask<A>(
    workspaceId: string,
    request: EngineRequest,
    idempotency: Idempotency | null,
    asking = alone,
  ): Promise<Answered<A>> {
    for (const deadline = performance.now() + KEY_PATIENCE_MS; ; await sleep(KEY_PAUSE_MS)) {
      const answered = (await asking(workspaceId, { ...request, ...idempotency })) as Answered<A>
      if (answered.kind !== "stillRunning" || performance.now() > deadline) return answered
    }
  }

  return {
    async hold({ workspaceId, idempotency, agentId, slot, ...request }) {
      if (slotProblem(slot) === "unreadable") return UNREADABLE
      return ask(workspaceId, { op: "hold", by: agent(agentId), ...slot, ...request }, idempotency)
    },

    async commit({ workspaceId, idempotency, agentId, from, ...request }) {
      if ("slot" in from && slotProblem(from.slot) === "unreadable") return UNREADABLE
      return ask(workspaceId, { op: "commit", by: agent(agentId), ...asked(from), ...request }, idempotency, commits)
    },

    release: ({ workspaceId, idempotency, agentId, ...request }) =>
      ask(workspaceId, { op: "release", by: agent(agentId), ...request }, idempotency),

    cancel: ({ workspaceId, idempotency, ...request }) => ask(workspaceId, { op: "cancel", ...request }, idempotency),

    block: ({ workspaceId, ownerId, calendarId, source, id, slot }) =>
      call<BlockAnswer>`
        select booking_block(${workspaceId}, ${ownerId}, ${calendarId}, ${source}, ${id}, ${slot.start}::timestamptz, ${slot.end}::timestamptz) as r`,

    async unblock({ workspaceId, ownerId, calendarId, source, id }) {
      await db.$executeRaw`select booking_unblock(${workspaceId}, ${ownerId}, ${calendarId}, ${source}, ${id})`
    },

    async findHold(workspaceId, id) {
      const row = await db.hold.findUnique({ where: { workspaceId_id: { workspaceId, id } } })
      return row && holdOf(row)
    },

    async findBooking(workspaceId, id) {
      const row = await db.booking.findUnique({ where: { workspaceId_id: { workspaceId, id } } })
      return row && bookingOf(row)
    },

    async listBookings(filter, { before, limit }) {
      const where: Prisma.BookingWhereInput = { ...filtered(filter), ...(before && older("committedAt", before)) }
      const orderBy = [{ committedAt: "desc" }, { id: "desc" }] as const
      const rows = await db.booking.findMany({ where, orderBy: [...orderBy], take: limit + 1 })
      return page(rows, limit, bookingOf, (row) => placeOf(row.committedAt, row.id))
    },

    async listHolds(filter, { before, limit }) {
      const where: Prisma.HoldWhereInput = { ...filtered(filter), ...(before && older("createdAt", before)) }
      const orderBy = [{ createdAt: "desc" }, { id: "desc" }] as const
      const rows = await db.hold.findMany({ where, orderBy: [...orderBy], take: limit + 1 })
      return page(rows, limit, holdOf, (row) => placeOf(row.createdAt, row.id))
    },

    async audit({ workspaceId, ownerIds, resourceId, agentId }, { before, limit }: Paging) {
      const where = [
        Prisma.sql`l.workspace_id = ${workspaceId}`,
        ...(ownerIds ? [Prisma.sql`l.user_id = any (${[...ownerIds]}::text[])`] : []),
        ...(resourceId ? [Prisma.sql`l.subject_id = ${resourceId}`] : []),
        ...(agentId ? [Prisma.sql`l.actor_id = ${agentId}`] : []),
        ...(before ? [Prisma.sql`l.id < ${before}::bigint`] : []),
      ]
      const rows = await db.$queryRaw<AuditEvent[]>`
        ${AUDIT} and ${Prisma.join(where, " and ")} order by l.id desc limit ${limit + 1}`
      return page(
        rows,
        limit,
        (row) => row,
        ({ id }) => id,
      )
    },

    async findAuditEvent(workspaceId, id) {
      if (!/^\d{1,18}$/.test(id)) return null
      const [row] = await db.$queryRaw<
        AuditEvent[]
      >`${AUDIT} and l.workspace_id = ${workspaceId} and l.id = ${id}::bigint`
      return row ?? null
    },

    standing: (workspaceId, ownerIds, { start, end }) => db.$queryRaw<Standing[]>`
      select c.owner_id as "ownerId", c.id as "calendarId", s.kind, s.agent_id as "agentId", booking_slot(s.starts_at, s.ends_at) as slot
      from bookable_calendars c cross join lateral (
        select kind, agent_id, starts_at, ends_at from taken_slots t where t.workspace_id = c.workspace_id and t.calendar_no = c.no
          and t.starts_at > ${start}::timestamptz - interval '24 hours' and t.starts_at < ${end}::timestamptz and t.ends_at > ${start}::timestamptz
          and (t.kind = 'booking' or t.until > booking_clock())
        union all
        select 'outside', null, starts_at, ends_at from outside_blocks b where b.workspace_id = c.workspace_id and b.calendar_no = c.no
          and tstzrange(b.starts_at, b.ends_at) && tstzrange(${start}::timestamptz, ${end}::timestamptz)) s
      where c.workspace_id = ${workspaceId} and c.owner_id = any (${[...ownerIds]}::text[]) order by s.starts_at, c.owner_id, c.id`,

    expireHolds: (limit) => call<number>`select booking_expire_due(${limit}::int) as r`,
    forgetKeys: (limit) => call<number>`select booking_forget_keys(${limit}::int) as r`,
  }
}

/** What no date can be read from never comes to the database. */
const UNREADABLE = {
  kind: "answered",
  replayed: false,
  answer: { kind: "invalid", reason: "unreadable" },
} as const

const agent = (id: string) => ({ kind: "agent", id })
const asked = (from: CommitRequest["from"]) => ("slot" in from ? from.slot : from)

const AUDIT = Prisma.sql`
  select l.id::text as id, booking_instant(l.at) as at, l.kind, jsonb_build_object('kind', l.actor_kind, 'id', l.actor_id) as actor,
    jsonb_build_object('kind', l.subject_kind, 'id', l.subject_id) as resource, l.user_id as "ownerId", l.outcome, l.body
  from log l where l.subject_kind in ('hold', 'booking', 'calendar') and l.kind like any (array['hold.%', 'booking.%', 'calendar.blocked'])`

const filtered = ({ workspaceId, ownerId, calendarId, agentId, live, during }: BookingFilter) => ({
  workspaceId,
  ...(ownerId !== undefined && { ownerId }),
  ...(calendarId !== undefined && { calendarId }),
  ...(agentId !== undefined && { agentId }),
  ...(live !== undefined && { state: live ? "live" : { not: "live" } }),
  ...(during && { startsAt: { lt: new Date(during.end) }, endsAt: { gt: new Date(during.start) } }),
})

const placeOf = (at: Date, id: string): string => `${at.toISOString()}_${id}`

/** Rows before a place in the order of a list. */
function older<C extends "committedAt" | "createdAt">(column: C, place: string) {
  const [at = "", id = ""] = place.split("_")
  const then = new Date(at)
  return { OR: [{ [column]: { lt: then } }, { [column]: then, id: { lt: id } }] }
}

function page<R, T>(rows: readonly R[], limit: number, show: (row: R) => T, place: (row: R) => string): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(show), cursor: rows.length > limit && last ? place(last) : null }
}

type HoldRow = Prisma.HoldGetPayload<object>
type BookingRow = Prisma.BookingGetPayload<object>

const common = (row: HoldRow | BookingRow) => ({
  id: row.id,
  ownerId: row.ownerId,
  calendarId: row.calendarId,
  agentId: row.agentId,
  priority: row.priority,
  slot: { start: row.startsAt.toISOString(), end: row.endsAt.toISOString() },
  endedAt: row.endedAt?.toISOString() ?? null,
  endedBy: row.endedBy as unknown as Booking["endedBy"],
})

const holdOf = (row: HoldRow): Hold => ({
  ...common(row),
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  state: row.state as Hold["state"],
})

export const bookingOf = (row: BookingRow): Booking => ({
  ...common(row),
  title: row.title,
  committedAt: row.committedAt.toISOString(),
  bumpUntil: row.bumpUntil.toISOString(),
  state: row.state as Booking["state"],
})
