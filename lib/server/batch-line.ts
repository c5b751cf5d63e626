import "server-only"
import { z } from "zod"
import { LEAST_MINUTES, MAX_NAME_LENGTH, MAX_TITLE_LENGTH, MOST_MINUTES, MOST_PREFERENCES } from "../domain/preferences"
import { isTimeZone } from "../domain/time-zone"

const Person = z.object({ name: z.string().max(200).optional(), email: z.string().min(1).max(320) })
const Id = z.union([z.string().min(1).max(500), z.number()])
const Rsvp = z.enum(["accepted", "declined", "tentative", "needsAction"])
/** A timed moment needs its offset; a date alone is a whole day. */
const Moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()])
const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

const Weekday = z.number().int().min(1).max(7)
const DefaultMinutes = z.number().int().min(LEAST_MINUTES).max(MOST_MINUTES)
const Kept = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["not-before", "not-after"]), time: Clock, days: z.array(Weekday).max(7).default([]) }),
  z.strictObject({ kind: z.literal("day-free"), day: Weekday }),
  z.strictObject({ kind: z.literal("default-length"), minutes: DefaultMinutes }),
  z.strictObject({
    kind: z.literal("name"),
    words: z.string().min(1).max(MAX_NAME_LENGTH),
    title: z.string().min(1).max(MAX_TITLE_LENGTH),
  }),
])

const Event = z
  .object({
    id: Id,
    title: z.string().max(2_000),
    start: Moment,
    end: Moment,
    attendees: z
      .array(Person.extend({ rsvp: Rsvp.optional() }))
      .max(500)
      .default([]),
    location: z.string().max(2_000).optional(),
    description: z.string().max(100_000).optional(),
    /** Whoever may move it, an address; absent: the person. */
    organizer: z.string().optional(),
    /** Equal for instances of one series. */
    series: Id.optional(),
  })
  .refine(({ start, end }) => start.includes("T") === end.includes("T") && Date.parse(start) < Date.parse(end), {
    error: "must end after it starts, both with a time or both without",
  })

/** One line of `npm run plan -- --batch FILE`: a person's words, and the calendar they are said over. */
export const BatchLine = z.object({
  id: Id,
  words: z.string().max(100_000),
  now: z.iso.datetime({ offset: true }),
  timeZone: z.string().refine(isTimeZone, { error: "is no IANA time zone" }),
  /** The person's address. */
  me: z.string(),
  events: z.array(Event).max(10_000),
  people: z.array(Person).max(10_000).default([]),
  prefs: z
    .object({
      workingHours: z.object({ start: Clock, end: Clock, days: z.array(Weekday).optional() }),
      /** What the person wants kept in mind (`lib/domain/preferences.ts`). */
      preferences: z.array(Kept).max(MOST_PREFERENCES),
      /** What new events last where nobody says; in place of a line of `preferences` about it. */
      defaultMinutes: DefaultMinutes,
    })
    .partial()
    .optional(),
})
export type BatchLine = z.infer<typeof BatchLine>
export type BatchEvent = BatchLine["events"][number]
