import { z } from "zod"
import type { When } from "../../domain/event"
import { isTimeZone } from "../../domain/time-zone"
import { type Content, type EventRow, type Guest, NOTHING_OWN, type Own, type Status } from "../calendar/event"
import { isRecord, sameValue } from "../calendar/same"
import { allDay, timed } from "../calendar/when"
import { Refusal } from "../refusal"
import type { Person } from "../store/people"

const text = z.string().max(8192).nullish()
const Time = z.object({ date: text, dateTime: text, timeZone: text }).nullish()
const Properties = z.record(z.string().max(44), z.string().max(1024).nullable()).nullish()

/** What of an `Event` resource a client may write; everything else is ignored, as Google does. */
export const GoogleInput = z.object({
  id: text,
  iCalUID: text,
  summary: text,
  description: text,
  location: text,
  colorId: text,
  status: z.enum(["confirmed", "tentative", "cancelled"]).nullish(),
  start: Time,
  end: Time,
  recurrence: z.array(z.string()).nullish(),
  attendees: z
    .array(
      z.object({
        email: z.string().min(3),
        displayName: text,
        responseStatus: z.enum(["accepted", "declined", "tentative", "needsAction"]).nullish(),
        optional: z.boolean().nullish(),
        comment: text,
      }),
    )
    .nullish(),
  transparency: z.enum(["opaque", "transparent"]).nullish(),
  visibility: z.enum(["default", "public", "private", "confidential"]).nullish(),
  guestsCanModify: z.boolean().nullish(),
  eventType: text,
  reminders: z
    .object({ useDefault: z.boolean().nullish(), overrides: z.array(z.object({ minutes: z.number() })).nullish() })
    .nullish(),
  extendedProperties: z.object({ private: Properties, shared: Properties }).nullish(),
  hangoutLink: text,
  conferenceData: z
    .object({
      createRequest: z.object({ requestId: z.string() }).nullish(),
      entryPoints: z.array(z.object({ entryPointType: text, uri: text })).nullish(),
    })
    .nullish(),
})
export type GoogleInput = z.infer<typeof GoogleInput>

export interface WrittenEvent {
  readonly content: Content
  readonly own: Own
  readonly status: Status
}

/** @throws {Refusal} invalid */
export function readInput(json: unknown): GoogleInput {
  const parsed = GoogleInput.safeParse(json)
  if (!parsed.success) throw new Refusal("invalid", z.prettifyError(parsed.error))
  return parsed.data
}

/**
 * A whole resource, as it stands in an insert or update, or in a patch once merged.
 * @param calendarZone where a floating time without a zone of its own is read.
 * @throws {Refusal} required, invalid
 */
export function readEvent(
  input: GoogleInput,
  organizer: Person | Content["organizer"],
  calendarZone: string,
  conferenceUrl: string | null,
): WrittenEvent {
  const recurrence = input.recurrence ?? []
  const content: Content = {
    summary: input.summary ?? "",
    description: input.description ?? "",
    location: input.location ?? "",
    start: readTime(input.start, "start", calendarZone, recurrence.length > 0),
    end: readTime(input.end, "end", calendarZone, recurrence.length > 0),
    recurrence,
    guests: (input.attendees ?? []).map(readGuest),
    organizer: { email: organizer.email, name: organizer.name },
    conferenceUrl,
    eventType: input.eventType ?? "default",
    guestsCanModify: input.guestsCanModify ?? false,
  }
  const { reminders } = input
  const own: Own = {
    ...NOTHING_OWN,
    showAs: input.transparency === "transparent" ? "free" : "busy",
    visibility: input.visibility ?? "default",
    reminderMinutes:
      !reminders || reminders.useDefault ? null : (reminders.overrides ?? []).map(({ minutes }) => minutes),
    colorId: input.colorId ?? null,
    privateProperties: present(input.extendedProperties?.private),
    sharedProperties: present(input.extendedProperties?.shared),
  }
  return { content, own, status: input.status ?? "confirmed" }
}

function readTime(time: GoogleInput["start"], which: "start" | "end", calendarZone: string, recurring: boolean): When {
  if (!time || (!time.date && !time.dateTime)) throw new Refusal("required", `Missing ${which} time.`)
  if (time.date && time.dateTime) throw new Refusal("invalid", `${which}: both date and dateTime`)
  if (time.date) return allDay(time.date)
  if (recurring && !time.timeZone) throw new Refusal("required", `Missing time zone definition for ${which} time.`)
  const zone = time.timeZone ?? calendarZone
  if (!isTimeZone(zone)) throw new Refusal("invalid", `no such zone: ${zone}`)
  return timed(time.dateTime ?? "", zone)
}

/** A bare `{email}` says that the guest has not answered: arrays are replaced whole. */
const readGuest = (attendee: NonNullable<GoogleInput["attendees"]>[number]): Guest => ({
  email: attendee.email.toLowerCase(),
  name: attendee.displayName ?? null,
  rsvp: attendee.responseStatus ?? "needsAction",
  optional: attendee.optional ?? false,
  respondedAt: null,
  comment: attendee.comment ?? null,
})

const present = (properties: Readonly<Record<string, string | null>> | null | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(properties ?? {}).filter((entry): entry is [string, string] => entry[1] !== null))

/** JSON merge as Google patches: objects by key, null clears, arrays and values whole. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const base = isRecord(target) ? target : {}
  const changed = Object.entries(patch).map(([key, value]) => [key, mergePatch(base[key], value)])
  const merged = { ...base, ...Object.fromEntries(changed) }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
}

/** What of `after` differs from the row, as an edit. */
export function editBetween(
  row: EventRow,
  after: WrittenEvent,
): { content?: Content; own?: Partial<Own>; status?: Status } {
  const differs = (a: unknown, b: unknown) => !sameValue(a, b)
  const own = Object.entries(after.own).filter(([key, value]) => differs(value, row.own[key as keyof Own]))
  return {
    ...(differs(row.content, after.content) ? { content: after.content } : {}),
    ...(own.length > 0 ? { own: Object.fromEntries(own) } : {}),
    ...(row.status === after.status ? {} : { status: after.status }),
  }
}
