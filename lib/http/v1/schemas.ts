import { z } from "@hono/zod-openapi"
import { SCOPES } from "../../domain/agent-key"
import { WEBHOOK_EVENTS } from "../../domain/webhook"

/* The public contract. Names in snake_case; instants as ISO 8601 in UTC. */

/** What a database takes as text: no NUL, no half of a surrogate pair. */
const isText = (text: string): boolean => !text.includes("\0") && Buffer.from(text, "utf8").toString("utf8") === text
export const text = (max: number) => z.string().min(1).max(max).refine(isText, "not readable text")

const name = (max = 300) => text(max)
/** A database knows no year 0, and a fifth digit of a year is written differently everywhere. */
const END_OF_TIME = Date.UTC(9999, 0)
export const Id = z.uuid().openapi({ example: "5f6f7f3c-1b0d-4f5e-9a53-0d9ff0a1c111" })
export const instant = () =>
  z.iso
    .datetime({ offset: true })
    .refine((at) => Date.parse(at) >= 0 && Date.parse(at) < END_OF_TIME, "not an instant from 1970 to 9998")
    .openapi({ example: "2026-11-26T09:00:00Z" })
const Instant = z.string().openapi({ format: "date-time", example: "2026-11-26T09:00:00.000Z" })

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.string().openapi({ description: "Stable, for programs.", example: "scope-missing" }),
  })
  .openapi("Problem", { description: "RFC 9457." })

export const Outranked = z
  .object({
    error: z.literal("outranked"),
    winning_booking_id: z.string().openapi({ description: "Of the booking that stands there, or of the hold." }),
    winning_agent_id: z.string(),
    winning_agent_priority: z.int(),
    your_priority: z.int(),
    audit_event_id: z.string(),
  })
  .openapi("Outranked", {
    description:
      "Somebody who ranks as high or higher has the slot, or it is frozen. Do not try again: the row of the audit log says why.",
  })

export const Busy = z
  .object({
    error: z.literal("busy"),
    busy_start: Instant,
    busy_end: Instant,
    audit_event_id: z.string(),
  })
  .openapi("Busy", { description: "An event or a focus block outside the engine is there. No rank helps." })

const Ended = z.record(z.string(), z.unknown()).nullable().openapi({
  description: "Why it ended: { kind: booking | hold | outside | agent | person, ... }.",
})

export const Hold = z
  .object({
    id: z.string(),
    user_id: z.string(),
    calendar_id: z.string(),
    agent_id: z.string(),
    priority: z.int(),
    start: Instant,
    end: Instant,
    created_at: Instant,
    expires_at: Instant,
    state: z.enum(["live", "used", "released", "expired", "displaced"]),
    ended_at: Instant.nullable(),
    ended_by: Ended,
    audit_event_id: z.string().optional(),
    displaced_holds: z.array(z.string()).optional(),
  })
  .openapi("Hold")

export const Booking = z
  .object({
    id: z.string(),
    user_id: z.string(),
    calendar_id: z.string(),
    agent_id: z.string(),
    priority: z.int(),
    start: Instant,
    end: Instant,
    title: z.string(),
    committed_at: Instant,
    bump_until: Instant.openapi({
      description: "Until then a strictly higher priority may evict it; afterwards it is frozen.",
    }),
    state: z.enum(["live", "cancelled", "evicted"]),
    ended_at: Instant.nullable(),
    ended_by: Ended,
    audit_event_id: z.string().optional(),
    evicted_bookings: z.array(z.string()).optional(),
    displaced_holds: z.array(z.string()).optional(),
  })
  .openapi("Booking")

const slotFields = {
  start: instant().openapi({ description: "On the five-minute grid." }),
  end: instant().openapi({ description: "At most 24 hours after the start." }),
}
const place = {
  user_id: name(),
  calendar_id: name().optional().openapi({ description: "Absent: the person's first." }),
}

export const HoldRequest = z.object({ ...place, ...slotFields }).openapi("HoldRequest")

export const BookingRequest = z
  .union([
    z.object({ ...place, ...slotFields, title: text(200) }).openapi("DirectBooking"),
    z.object({ hold_id: Id, title: text(200) }).openapi("BookingFromHold"),
  ])
  .openapi("BookingRequest")

export const Whoami = z
  .object({
    workspace_id: z.string(),
    agent: z.object({ id: z.string(), name: z.string() }),
    key: z.object({
      id: z.string(),
      prefix: z.string(),
      scopes: z.array(z.enum(SCOPES)),
      expires_at: Instant.nullable(),
    }),
    people: z.array(
      z.object({
        user_id: z.string(),
        name: z.string(),
        time_zone: z.string(),
        your_priority: z.int(),
        calendars: z.array(
          z.object({ calendar_id: z.string(), name: z.string(), hold_seconds: z.number(), bump_seconds: z.number() }),
        ),
      }),
    ),
  })
  .openapi("Whoami", { description: "Who you are, and on whose calendars you may book." })

const list = (value: unknown) => (Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : value)

export const AvailabilityQuery = z
  .object({
    user_id: z.preprocess(list, z.array(name()).min(1).max(20)).openapi({
      type: "array",
      items: { type: "string" },
      description: "One person, or several: repeated, or parted by commas.",
    }),
    range_start: instant(),
    range_end: instant(),
    duration_minutes: z.coerce.number().int().min(5).max(1440).multipleOf(5).openapi({ example: 30 }),
    step_minutes: z.coerce.number().int().min(5).max(720).multipleOf(5).default(15),
    limit: z.coerce.number().int().min(1).max(1000).default(50),
  })
  .openapi("AvailabilityQuery")

export const Availability = z
  .object({ slots: z.array(z.object({ start: Instant, end: Instant })), next_range_start: Instant.nullable() })
  .openapi("Availability", {
    description: "Slots in which everybody is free. `next_range_start`: where to ask on from; null: that was all.",
  })

export const Agent = z.object({ id: z.string(), name: z.string(), priority: z.int() }).openapi("Agent")
export const AgentsQuery = z.object({ user_id: name() })

export const AuditEvent = z
  .object({
    id: z.string(),
    at: Instant,
    kind: z.string(),
    actor: z.object({ kind: z.string(), id: z.string() }),
    resource: z.object({ kind: z.string(), id: z.string() }),
    user_id: z.string().nullable(),
    outcome: z.string().nullable(),
    body: z.record(z.string(), z.unknown()),
  })
  .openapi("AuditEvent")

const limit = z.coerce.number().int().min(1).max(200).default(50)
/** A row of the log, as its own number. */
export const RowId = z.string().regex(/^\d{1,18}$/)
const PLACE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z_[0-9a-f-]{36}$/
const placeCursor = z
  .string()
  .regex(PLACE)
  .refine((cursor) => Number.isFinite(Date.parse(cursor.slice(0, 24))) && z.uuid().safeParse(cursor.slice(25)).success)

export const AuditQuery = z.object({
  resource: name()
    .optional()
    .openapi({ description: "Id of a hold or booking; a refused request's is the one it would have had." }),
  agent_id: name().optional(),
  cursor: RowId.optional(),
  limit,
})
export const BookingsQuery = z.object({
  user_id: name().optional(),
  state: z.enum(["live", "ended"]).optional(),
  cursor: placeCursor.optional(),
  limit,
})
export const DeliveriesQuery = z.object({ cursor: RowId.optional(), limit })

export const paged = <S extends z.ZodType>(item: S, title: string) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() }).openapi(title)

const events = z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length)
const webhookUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .refine(isText, "not readable text")

export const WebhookRequest = z.object({ url: webhookUrl, events }).openapi("WebhookRequest")
export const WebhookChange = z
  .object({ url: webhookUrl.optional(), events: events.optional(), state: z.enum(["live", "off"]).optional() })
  .openapi("WebhookChange")

export const Webhook = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    state: z.enum(["live", "off", "gone"]).openapi({ description: "`gone`: the address answered 410." }),
    created_at: Instant,
    secret: z.string().optional().openapi({ description: "Shown once: when it is made." }),
  })
  .openapi("Webhook")

export const Delivery = z
  .object({
    id: z.string(),
    event: z.string(),
    audit_event_id: z.string(),
    state: z.enum(["pending", "delivered", "failed"]),
    attempts: z.int(),
    next_at: Instant.nullable(),
    last_at: Instant.nullable(),
    last_status: z.int().nullable(),
    last_error: z.string().nullable(),
  })
  .openapi("Delivery")
