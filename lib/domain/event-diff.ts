import { canonicalHash, canonicalJson } from "./canonical"
import type { Attendee, CalendarEvent, EventPatch, When } from "./event"
import { isTimeZone } from "./time-zone"
import { wallOf } from "./zoned-time"

/**
 * The fields people care about. A version that moved without moving one of these (an RSVP, a reminder, the provider's own
 * rewrite) is not a lost edit (providers.md section 5; capabilities B3, T4).
 */
export const CARE_FIELDS = [
  "summary",
  "start",
  "end",
  "recurrence",
  "location",
  "attendees",
  "status",
  "conference",
] as const
export type CareField = (typeof CARE_FIELDS)[number]

type CareValues = Record<CareField, unknown>

/** Comparable forms: two events that a person would call the same have equal values, whatever their provider's spelling. */
export function careValues(event: CalendarEvent): CareValues {
  return {
    summary: event.summary.normalize("NFC").trim(),
    start: comparableWhen(event.start),
    end: comparableWhen(event.end),
    recurrence: comparableRules(event),
    location: event.location.normalize("NFC").trim(),
    attendees: attendeeSet(event.attendees),
    status: event.status,
    conference: event.conferenceUrl ?? "",
  }
}

/** The instant decides, not the zone it is written in: a provider may rewrite the zone's name. Whole seconds. */
function comparableWhen(when: When): string {
  return when.kind === "allDay" ? when.on : new Date(Math.floor(Date.parse(when.at) / 1000) * 1000).toISOString()
}

/**
 * A series' rules and the clock they are read by: with the same first instant, another zone moves every instance beyond the next change of clocks.
 * The zone's name does not count, and neither does the order of a rule's parts (RFC 5545 3.3.10). Instances that were changed one by one count where they are part of the series: whoever deletes it deletes them.
 */
function comparableRules({ recurrence, start, exceptions }: CalendarEvent): string[] {
  if (recurrence.length === 0) return []
  const rules = recurrence.map((rule) => rule.trim().split(/[:;]/).sort().join(";")).sort()
  if (start.kind === "timed") rules.push(clockOf(start.at, start.timeZone))
  return exceptions === undefined ? rules : [...rules, exceptions]
}

/** What tells one zone from another: its clock at the turn of the year and in its middle. */
function clockOf(at: string, timeZone: string): string {
  if (!isTimeZone(timeZone)) return timeZone
  const year = new Date(at).getUTCFullYear()
  const walls = ["01", "07"].map((month) => wallOf(`${year}-${month}-01T00:00:00Z`, timeZone))
  return walls.map(({ date, minutes }) => `${date} ${minutes}`).join(" ")
}

const attendeeSet = (attendees: readonly Attendee[]): string[] =>
  [...new Set(attendees.filter((a) => !a.organizer).map((a) => a.email.toLowerCase()))].sort()

/** SHA-256 over the care values (hex). Equal digests: nothing a person cares about differs. */
export const careDigest = (event: CalendarEvent): string => canonicalHash(careValues(event))

/**
 * What people care about in the instances of a series that were changed one by one, by their ids; nothing where there are none. Answers of guests are none of it.
 * @param series where the provider hands its changes on to them: what they have as it has it does not count
 */
export function exceptionsOf(
  instances: readonly CalendarEvent[],
  series?: CalendarEvent,
): Pick<CalendarEvent, "exceptions"> {
  if (instances.length === 0) return {}
  const digests = instances.map((instance) => {
    const own = series ? careDiff(instance, series) : CARE_FIELDS
    const values = careValues(instance)
    return [instance.ref.eventId, canonicalHash(own.map((field) => [field, values[field]]))]
  })
  return { exceptions: canonicalHash(digests.sort()) }
}

/** The care fields in which two reads of one event differ, in a fixed order. */
export function careDiff(a: CalendarEvent, b: CalendarEvent): CareField[] {
  const left = careValues(a)
  const right = careValues(b)
  return CARE_FIELDS.filter((field) => canonicalJson(left[field]) !== canonicalJson(right[field]))
}

/** The event as it would be after `patch`. */
export const patched = (event: CalendarEvent, patch: EventPatch): CalendarEvent => ({ ...event, ...patch })

/** Do the fields that were to be set stand as they were to be set? */
export const standsAsIntended = (event: CalendarEvent, patch: EventPatch): boolean =>
  careDiff(event, patched(event, patch)).length === 0

/** Did only replies of guests move between two reads? Told apart in the reply and the log (B3). */
export function whatMovedUnseen(a: CalendarEvent, b: CalendarEvent): "rsvp" | "other" {
  const replies = (e: CalendarEvent) => canonicalJson(e.attendees.map((x) => [x.email.toLowerCase(), x.rsvp]).sort())
  return replies(a) === replies(b) ? "other" : "rsvp"
}
