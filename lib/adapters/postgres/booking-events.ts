import "server-only"
import type { Prisma, PrismaClient } from "../../../generated/prisma/client"
import type { Slot } from "../../domain/booking"
import type { BookingEventState } from "../../domain/booking-event"
import type { CalendarEvent, EventKey } from "../../domain/event"
import type { ForbiddenReason } from "../../domain/outcome"
import { version } from "../../domain/version"
import type { AuditLog } from "../../ports/audit-log"
import type { BookingEvents, BookingQuestion, WrittenBooking } from "../../ports/booking-events"
import { bookingOf } from "./booking-store"
import { jsonRow } from "./json-row"

/** Over the functions of the migration `bookings_in_calendars`. */
export function postgresBookingEvents(db: PrismaClient, audit: AuditLog): BookingEvents {
  return {
    takeDue: (limit, againMs) => db.$queryRaw`
      select workspace_id as "workspaceId", owner_id as "ownerId", calendar_id as "calendarId", id as "bookingId" from booking_calendar_due(${limit}::int, ${againMs}::bigint)`,

    async find(workspaceId, bookingId) {
      const [row, events] = await db.$transaction([
        db.booking.findUnique({ where: { workspaceId_id: { workspaceId, id: bookingId } } }),
        db.bookingEvent.findMany({ where: { workspaceId, bookingId }, orderBy: { state: "desc" }, take: 1 }),
      ])
      return row && { booking: bookingOf(row), attempt: row.calendarAttempt, event: linkOf(events[0]) }
    },

    async begin(workspaceId, { booking, attempt }, againMs) {
      const [row] = await db.$queryRaw<{ r: boolean }[]>`
        select booking_calendar_begin(${workspaceId}, ${booking.id}::uuid, ${booking.state}, ${attempt}::int, ${againMs}::bigint) as r`
      return row?.r === true
    },

    async rest(workspaceId, { booking, attempt, event }, afterMs) {
      await db.$executeRaw`select booking_calendar_rest(${workspaceId}, ${booking.id}::uuid, ${booking.state}, ${attempt}::int, ${event?.state ?? null}::text, ${afterMs}::bigint)`
    },

    async leave(workspaceId, key) {
      await db.$executeRaw`select booking_event_kept(${workspaceId}, ${key})`
    },

    async frozenUnwritten(workspaceId, ownerId, { start, end }) {
      const rows = await db.$queryRaw<{ slot: Slot }[]>`
        select booking_slot(t.starts_at, t.ends_at) as slot from bookable_calendars k
        join taken_slots t on t.workspace_id = k.workspace_id and t.calendar_no = k.no and t.kind = 'booking' and t.until <= booking_clock()
          and t.starts_at > ${start}::timestamptz - interval '24 hours' and t.starts_at < ${end}::timestamptz and t.ends_at > ${start}::timestamptz
        where k.workspace_id = ${workspaceId} and k.owner_id = ${ownerId}
          and not exists (select from booking_events e where e.workspace_id = t.workspace_id and e.booking_id = t.id and e.state = 'stands')
        order by t.starts_at`
      return rows.map(({ slot }) => slot)
    },

    async refused(workspaceId, ownerId) {
      const rows = await db.$queryRaw<{ id: string; reason: ForbiddenReason }[]>`
        select b.id, o.outcome ->> 'reason' as reason from bookings b
        join proposal_operations o on o.workspace_id = b.workspace_id and o.proposal_id = 'booking.' || b.id || '.' || b.calendar_attempt
          and o.change ->> 'kind' = case b.state when 'live' then 'create' else 'delete' end and o.outcome ->> 'kind' = 'forbidden'
        where b.workspace_id = ${workspaceId} and b.owner_id = ${ownerId} and b.ends_at > booking_clock()
          and (b.state = 'live' or exists (select from booking_events e where e.workspace_id = b.workspace_id and e.booking_id = b.id and e.state = 'stands'))`
      return new Map(rows.map(({ id, reason }) => [id, reason]))
    },

    async bookedBy(workspaceId, ownerId, keys) {
      const rows = await db.$queryRaw<{ key: EventKey; name: string }[]>`
        select e.event_key as key, a.name from booking_events e
        join bookings b on b.workspace_id = e.workspace_id and b.id = e.booking_id and b.owner_id = ${ownerId} and b.state = 'live'
        join agents a on a.workspace_id = b.workspace_id and a.id = b.agent_id
        where e.workspace_id = ${workspaceId} and e.event_key = any (${[...keys]}::text[]) and e.state = 'stands'`
      return new Map(rows.map(({ key, name }) => [key, name]))
    },

    async questions(workspaceId, ownerId) {
      const asked = await db.$queryRaw<AskedRow[]>`
        select q.id, q.about, q.booking_id as "bookingId", q.starts_at as "startsAt", q.ends_at as "endsAt" from booking_questions q
        join bookings b on b.workspace_id = q.workspace_id and b.id = q.booking_id and b.state = 'live' and b.ends_at > booking_clock()
        where q.workspace_id = ${workspaceId} and q.owner_id = ${ownerId} and q.choice is null
          and (q.about = 'moved' or exists (select from outside_blocks o where o.workspace_id = q.workspace_id and o.source = 'event' and o.id = q.event_key
            and o.starts_at < b.ends_at and o.ends_at > b.starts_at))
        order by q.asked_at, q.id`
      const ids = [...new Set(asked.map(({ bookingId }) => bookingId))]
      const rows = await db.booking.findMany({ where: { workspaceId, id: { in: ids } } })
      return asked.flatMap((each): BookingQuestion[] => {
        const row = rows.find(({ id }) => id === each.bookingId)
        return row ? [questionOf(each, row)] : []
      })
    },

    async answer(workspaceId, userId, questionId, choice, log) {
      const [entry] = await audit.seal(workspaceId, [log])
      const [row] = await db.$queryRaw<{ r: "answered" | "superseded" | "notFound" }[]>`
        select booking_answer(${workspaceId}, ${questionId}::uuid, ${userId}, ${choice}, ${jsonRow(entry)}::jsonb) as r`
      if (!row) throw new Error("booking_answer answered nothing")
      return row.r
    },
  }
}

interface AskedRow {
  readonly id: string
  readonly about: string
  readonly bookingId: string
  readonly startsAt: Date | null
  readonly endsAt: Date | null
}

const questionOf = (
  { id, about, startsAt, endsAt }: AskedRow,
  row: Parameters<typeof bookingOf>[0],
): BookingQuestion => ({
  id,
  booking: bookingOf(row),
  about: about as BookingQuestion["about"],
  outside: startsAt && endsAt ? { start: startsAt.toISOString(), end: endsAt.toISOString() } : null,
})

const linkOf = (row: Prisma.BookingEventGetPayload<object> | undefined): WrittenBooking["event"] =>
  row
    ? {
        key: row.eventKey as EventKey,
        seen: { value: row.event as unknown as CalendarEvent, version: version(row.version) },
        state: row.state as BookingEventState,
      }
    : null
