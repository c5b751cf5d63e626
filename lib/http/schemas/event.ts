import { z } from "zod"
import type { Calendar, CalendarEvent, ConnectionId, EventKey, Provider } from "../../domain/event"
import type { WorkingHours } from "../../domain/plan"
import type { ProposalView } from "./proposal"

const Timed = z.object({
  kind: z.literal("timed"),
  at: z.iso.datetime({ offset: true }),
  timeZone: z.string().min(1).max(64),
})
const AllDay = z.object({ kind: z.literal("allDay"), on: z.iso.date() })
export const WhenSchema = z.discriminatedUnion("kind", [Timed, AllDay])

const AttendeeSchema = z.object({
  email: z.string().max(320),
  name: z.string().max(1000).nullable(),
  rsvp: z.enum(["accepted", "declined", "tentative", "needsAction"]),
  self: z.boolean(),
  organizer: z.boolean(),
  optional: z.boolean(),
})

/** An event as it was on the person's screen. Only ever compared with a fresh read, never written back. */
export const CalendarEventSchema = z.object({
  ref: z.object({
    connectionId: z
      .string()
      .min(1)
      .transform((id) => id as ConnectionId),
    calendarId: z.string().min(1).max(1024),
    eventId: z.string().min(1).max(1024),
  }),
  shape: z.enum(["single", "series", "occurrence", "exception"]),
  seriesId: z.string().nullable(),
  originalStart: WhenSchema.nullable(),
  start: WhenSchema,
  end: WhenSchema,
  summary: z.string().max(4096),
  location: z.string().max(4096),
  recurrence: z.array(z.string().max(2048)).max(50),
  attendees: z.array(AttendeeSchema).max(1000),
  organizer: z.object({ email: z.string(), self: z.boolean() }).nullable(),
  status: z.enum(["confirmed", "tentative", "cancelled"]),
  conferenceUrl: z.string().max(4096).nullable(),
  busy: z.boolean(),
  movable: z.boolean(),
  unmovable: z.enum(["not-organizer", "read-only-calendar", "event-type"]).nullable(),
  guestsMayEdit: z.boolean().optional(),
  marker: z.string().nullable(),
  webUrl: z.string().max(4096).nullable(),
}) satisfies z.ZodType<CalendarEvent, unknown>

/** As Google's own page has it: they are told unless the person says no. */
const tellGuests = z.boolean().default(true)

/**
 * PATCH /api/events: a drag, a resize or an edit on the grid. `If-Match` carries the version on screen; without it 428, with a stale one the same dialog
 * as for the assistant's writes.
 */
export const EditEventRequest = z.object({
  seen: CalendarEventSchema,
  patch: z
    .object({
      start: WhenSchema.optional(),
      end: WhenSchema.optional(),
      summary: z.string().min(1).max(1024).optional(),
      location: z.string().max(1024).optional(),
    })
    .refine((patch) => Object.keys(patch).length > 0, "nothing to change"),
  /** Of an instance of a series: it alone, it and all later ones, or all of them. */
  scope: z.enum(["this", "following", "series"]).default("this"),
  tellGuests,
})

const SpanSchema = z
  .object({ start: WhenSchema, end: WhenSchema })
  .refine(({ start, end }) => start.kind === end.kind, "both timed or both all-day")

/** POST /api/events/act: what a person does to an opened event. `If-Match` as for an edit. */
export const ActOnEventRequest = z.object({
  seen: CalendarEventSchema,
  change: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("delete") }),
    z.strictObject({ kind: z.literal("move"), toCalendarId: z.string().min(1).max(1024) }),
    z.strictObject({
      kind: z.literal("respond"),
      rsvp: z.enum(["accepted", "tentative", "declined"]),
      comment: z.string().max(1024).optional(),
      proposed: SpanSchema.optional(),
    }),
  ]),
  tellGuests,
})

/** POST /api/events: a new event on one of the person's own calendars. There is no version yet: `id` names the wish, so that it cannot be made twice. */
export const CreateEventRequest = z.object({
  id: z.uuid(),
  connectionId: z
    .string()
    .min(1)
    .transform((id) => id as ConnectionId),
  calendarId: z.string().min(1).max(1024),
  draft: z
    .object({
      summary: z.string().min(1).max(1024),
      location: z.string().max(1024).optional(),
      attendees: z.array(z.email().max(320)).max(200).optional(),
      start: WhenSchema,
      end: WhenSchema,
    })
    .refine(
      ({ start, end }) =>
        start.kind === end.kind &&
        (start.kind === "timed" && end.kind === "timed"
          ? Date.parse(start.at) < Date.parse(end.at)
          : start.kind === "allDay" && end.kind === "allDay" && start.on < end.on),
      "it ends before it starts",
    ),
})

/** GET /api/week?from=2026-11-23&days=7: from that day on, in the person's zone; default: from this week's Monday. */
export const WeekRequest = z.object({
  from: z.iso.date().optional(),
  days: z.coerce.number().int().min(1).max(42).default(7),
})

export interface ShownEvent {
  readonly key: EventKey
  readonly version: string
  readonly event: CalendarEvent
  /** Name of the agent whose booking it is. Absent: nobody's. */
  readonly bookedBy?: string
}

export interface ShownCalendar extends Calendar {
  readonly connectionId: string
  readonly provider: Provider
  readonly account: string
  /** Chosen by the person; null: by its place. */
  readonly hue: number | null
  readonly isDefault: boolean
}

export interface WeekView {
  /** The server's now (ISO): the browser's own clock is not trusted with dates. */
  readonly now: string
  readonly timeZone: string
  readonly workingHours: WorkingHours
  /** `[from, to)`, ISO instants. */
  readonly from: string
  readonly to: string
  readonly calendars: readonly ShownCalendar[]
  readonly events: readonly ShownEvent[]
  readonly problems: readonly {
    readonly kind: "reconnect" | "unreachable" | "throttled" | "forbidden"
    readonly connectionId: string
    readonly account: string
  }[]
  /** Open and stale proposals, and those with a question waiting. */
  readonly proposals: readonly ProposalView[]
}
