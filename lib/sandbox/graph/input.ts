import { z } from "zod"
import type { When } from "../../domain/event"
import { storedGuest } from "../calendar/as-person"
import type { Content, Guest, Own } from "../calendar/event"
import { allDay, timed } from "../calendar/when"
import { Refusal } from "../refusal"
import { toRules } from "./recurrence"
import { ianaZone } from "./zones"

const DayOfWeek = z.enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
const Time = z.object({ dateTime: z.string(), timeZone: z.string().nullish() })

/** What of an `event` a client may write; read-only and unknown properties are ignored, as Graph mostly does. */
export const GraphInput = z.object({
  subject: z.string().nullish(),
  body: z.object({ contentType: z.string().nullish(), content: z.string().nullish() }).nullish(),
  start: Time.nullish(),
  end: Time.nullish(),
  isAllDay: z.boolean().nullish(),
  location: z.object({ displayName: z.string().nullish() }).nullish(),
  attendees: z
    .array(
      z.object({
        type: z.enum(["required", "optional", "resource"]).nullish(),
        emailAddress: z.object({ address: z.string().min(3), name: z.string().nullish() }),
      }),
    )
    .nullish(),
  recurrence: z
    .object({
      pattern: z.object({
        type: z.enum(["daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"]),
        interval: z.number().int().min(1).optional(),
        daysOfWeek: z.array(DayOfWeek).optional(),
        dayOfMonth: z.number().int().optional(),
        month: z.number().int().optional(),
        index: z.enum(["first", "second", "third", "fourth", "last"]).optional(),
      }),
      range: z.object({
        type: z.enum(["endDate", "noEnd", "numbered"]),
        endDate: z.iso.date().nullish(),
        numberOfOccurrences: z.number().int().optional(),
        recurrenceTimeZone: z.string().nullish(),
      }),
    })
    .nullish(),
  showAs: z.enum(["busy", "free", "tentative", "oof", "workingElsewhere"]).nullish(),
  sensitivity: z.enum(["normal", "personal", "private", "confidential"]).nullish(),
  isReminderOn: z.boolean().nullish(),
  reminderMinutesBeforeStart: z.number().int().nullish(),
  isOnlineMeeting: z.boolean().nullish(),
  transactionId: z.string().nullish(),
  singleValueExtendedProperties: z.array(z.object({ id: z.string(), value: z.string().nullish() })).nullish(),
})
export type GraphInput = z.infer<typeof GraphInput>

/** @throws {Refusal} invalid */
export function readInput(json: unknown): GraphInput {
  const parsed = GraphInput.safeParse(json)
  if (!parsed.success) throw new Refusal("invalid", z.prettifyError(parsed.error))
  return parsed.data
}

/** The shared fields that `input` sets: whole properties, as Graph replaces them. */
export function contentIn(input: GraphInput, before: Content): Partial<Content> {
  const isAllDay = input.isAllDay ?? before.start.kind === "allDay"
  const start = input.start ? readTime(input.start, isAllDay) : before.start
  return {
    ...(input.subject === undefined ? {} : { summary: input.subject ?? "" }),
    ...(input.body === undefined ? {} : { description: plainText(input.body) }),
    ...(input.location === undefined ? {} : { location: input.location?.displayName ?? "" }),
    ...(input.start ? { start } : {}),
    ...(input.end ? { end: readTime(input.end, isAllDay) } : {}),
    ...(input.attendees === undefined
      ? {}
      : { guests: (input.attendees ?? []).map((guest) => readGuest(guest, before)) }),
    ...(input.recurrence === undefined ? {} : { recurrence: input.recurrence ? toRules(input.recurrence, start) : [] }),
  }
}

const AnswerInput = z.object({
  comment: z.string().nullish(),
  sendResponse: z.boolean().default(true),
  proposedNewTime: z.object({ start: Time, end: Time }).nullish(),
})

export interface Answered {
  readonly comment: string | null
  readonly proposed: { readonly start: When; readonly end: When } | null
}

/** The body of `accept`, `decline` and `tentativelyAccept`; another time can only be asked for with a response, and not while accepting. @throws {Refusal} invalid */
export function readAnswer(json: unknown, rsvp: string): Answered {
  const parsed = AnswerInput.safeParse(json)
  if (!parsed.success) throw new Refusal("invalid", z.prettifyError(parsed.error))
  const { comment = null, proposedNewTime, sendResponse } = parsed.data
  if (proposedNewTime && (!sendResponse || rsvp === "accepted")) throw new Refusal("invalid", "proposedNewTime")
  const when = (time: z.infer<typeof Time>) => readTime(time, false)
  const proposed = proposedNewTime ? { start: when(proposedNewTime.start), end: when(proposedNewTime.end) } : null
  return { comment, proposed }
}

/** What of `input` belongs to this mailbox's copy alone. */
export function ownIn(input: GraphInput, before: Own): Partial<Own> {
  const properties = (input.singleValueExtendedProperties ?? []).map(({ id, value }) => [id, value ?? ""])
  return {
    ...(input.showAs ? { showAs: input.showAs } : {}),
    ...(input.sensitivity ? { visibility: visibilityOf(input.sensitivity) } : {}),
    ...(input.reminderMinutesBeforeStart == null ? {} : { reminderMinutes: [input.reminderMinutesBeforeStart] }),
    ...(input.isReminderOn === false ? { reminderMinutes: [] } : {}),
    ...(properties.length > 0
      ? { privateProperties: { ...before.privateProperties, ...Object.fromEntries(properties) } }
      : {}),
  }
}

const visibilityOf = (sensitivity: NonNullable<GraphInput["sensitivity"]>): Own["visibility"] =>
  sensitivity === "private" || sensitivity === "confidential" ? sensitivity : "default"

function readTime({ dateTime, timeZone }: z.infer<typeof Time>, isAllDay: boolean): When {
  if (!isAllDay) return timed(dateTime, ianaZone(timeZone ?? "UTC"))
  if (!/T00:00(:00(\.0+)?)?Z?$/.test(dateTime))
    throw new Refusal(
      "invalid",
      "The Event.Start and Event.End properties of an all-day event must be set to midnight.",
    )
  return allDay(dateTime.slice(0, 10))
}

/** Who is already invited keeps their answer: `status` is the server's. */
const readGuest = ({ emailAddress, type }: NonNullable<GraphInput["attendees"]>[number], before: Content): Guest => {
  const stored = storedGuest(before, emailAddress.address)
  return { ...stored, name: emailAddress.name ?? stored.name, optional: type === "optional" }
}

function plainText(body: GraphInput["body"]): string {
  const content = body?.content ?? ""
  if (body?.contentType?.toLowerCase() !== "html") return content
  const inner = /<body[^>]*>([\s\S]*?)<\/body>/i.exec(content)?.[1] ?? content
  return inner
    .replace(/<br\s*\/?>\r?\n?|<\/p>/gi, "\n")
    .replace(/<[^>]+>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .trim()
}
