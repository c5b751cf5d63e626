import "server-only"
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js"
import type {
  Attendee,
  Calendar,
  CalendarEvent,
  EventDraft,
  EventPatch,
  EventRef,
  Rsvp,
  When,
} from "../../domain/event"
import { epochMs } from "../../domain/plan"
import type { TailPatch } from "../../domain/split-series"
import { type Seen, version } from "../../domain/version"

type GoogleEvent = calendar_v3.Schema$Event
type GoogleWhen = calendar_v3.Schema$EventDateTime

/** The private extended property that carries an intent's id. */
export const MARKER_PROPERTY = "ifmatchIntent"

const MOVABLE_TYPES: readonly string[] = ["default", "focusTime", "outOfOffice"]
const RSVPS: readonly Rsvp[] = ["accepted", "declined", "tentative", "needsAction"]

/** Where an event was read: what its resource does not say itself. `accessRole` is the calendar's. */
export interface ReadFrom extends Omit<EventRef, "eventId"> {
  readonly accessRole: string
}

/** Of an unexpanded list by UID, what of `seriesId` was changed one by one and still takes place. @throws {RangeError} for unreadable ones */
export const exceptionsIn = (items: readonly GoogleEvent[], seriesId: string, from: ReadFrom): CalendarEvent[] =>
  items
    .filter((item) => item.recurringEventId === seriesId && item.status !== "cancelled")
    .map((item) => toEvent(item, from).value)

/**
 * A Calendar v3 event with the version it was read at (T1).
 * @throws {RangeError} when it has no id, no times or no etag: nothing may be built on such an answer.
 */
export function toEvent(event: GoogleEvent, from: ReadFrom): Seen<CalendarEvent> {
  if (!event.id) throw new RangeError("an event without an id")
  const start = toWhen(event.start)
  const originalStart = event.originalStartTime ? toWhen(event.originalStartTime) : null
  const attendees = (event.attendees ?? []).map(toAttendee)
  const unmovable = whyUnmovable(event, from.accessRole)
  const value: CalendarEvent = {
    ref: { connectionId: from.connectionId, calendarId: from.calendarId, eventId: event.id },
    shape: shapeOf(event, start, originalStart),
    seriesId: event.recurringEventId ?? (event.recurrence ? event.id : null),
    start,
    end: toWhen(event.end),
    originalStart,
    summary: event.summary ?? "",
    location: event.location ?? "",
    recurrence: event.recurrence ?? [],
    attendees,
    organizer: event.organizer?.email ? { email: event.organizer.email, self: event.organizer.self === true } : null,
    status: event.status === "tentative" || event.status === "cancelled" ? event.status : "confirmed",
    conferenceUrl: conferenceUrl(event),
    busy: event.transparency !== "transparent" && !attendees.some((a) => a.self && a.rsvp === "declined"),
    movable: unmovable === null,
    unmovable,
    ...(event.guestsCanModify && { guestsMayEdit: true }),
    marker: event.extendedProperties?.private?.[MARKER_PROPERTY] ?? null,
    webUrl: event.htmlLink ?? null,
  }
  return { value, version: version(event.etag) }
}

function toWhen(when: GoogleWhen | undefined): When {
  if (when?.date) return { kind: "allDay", on: when.date }
  if (!when?.dateTime) throw new RangeError("an event without a time")
  return { kind: "timed", at: instant(when.dateTime), timeZone: when.timeZone ?? "UTC" }
}

/** RFC 3339 with an offset; without one it would be read in this machine's zone. A third of a list's time was spent here with a calendar library. */
function instant(text: string): string {
  const ms = /(z|[+-]\d\d:\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new RangeError("not an instant")
  return new Date(ms).toISOString().replace(".000Z", "Z")
}

/** An instance whose time is not its original one has been changed by hand; a change of other fields does not show in the resource. */
function shapeOf(event: GoogleEvent, start: When, originalStart: When | null): CalendarEvent["shape"] {
  if (event.recurrence) return "series"
  if (!event.recurringEventId) return "single"
  return originalStart && !sameMoment(start, originalStart) ? "exception" : "occurrence"
}

const sameMoment = (a: When, b: When) =>
  a.kind === "timed" ? b.kind === "timed" && a.at === b.at : b.kind === "allDay" && a.on === b.on

const toAttendee = (attendee: calendar_v3.Schema$EventAttendee): Attendee => ({
  email: attendee.email ?? "",
  name: attendee.displayName ?? null,
  rsvp: RSVPS.find((rsvp) => rsvp === attendee.responseStatus) ?? "needsAction",
  self: attendee.self === true,
  organizer: attendee.organizer === true,
  optional: attendee.optional === true,
})

function whyUnmovable(event: GoogleEvent, accessRole: string): CalendarEvent["unmovable"] {
  if (accessRole !== "owner" && accessRole !== "writer") return "read-only-calendar"
  if (event.locked || !MOVABLE_TYPES.includes(event.eventType ?? "default")) return "event-type"
  return event.organizer?.self || event.guestsCanModify ? null : "not-organizer"
}

const conferenceUrl = (event: GoogleEvent): string | null =>
  event.hangoutLink ?? event.conferenceData?.entryPoints?.find((entry) => entry.entryPointType === "video")?.uri ?? null

/** `patch` merges by key, so the other form of a time is cleared explicitly: an all-day event may become a timed one and back. */
const fromWhen = (when: When): GoogleWhen =>
  when.kind === "allDay"
    ? { date: when.on, dateTime: null, timeZone: null }
    : { dateTime: when.at, timeZone: when.timeZone, date: null }

/** A new event has nothing to clear. */
const given = (when: GoogleWhen): GoogleWhen =>
  Object.fromEntries(Object.entries(when).filter(([, value]) => value !== null))

const marked = (marker: string) => ({ extendedProperties: { private: { [MARKER_PROPERTY]: marker } } })

/** The body of a patch: what is to change and the marker, nothing else. Attendees least of all: a bare entry resets its guest's RSVP. */
export const fromPatch = (patch: EventPatch, marker: string): GoogleEvent => ({
  ...(patch.start && { start: fromWhen(patch.start) }),
  ...(patch.end && { end: fromWhen(patch.end) }),
  ...(patch.summary !== undefined && { summary: patch.summary }),
  ...(patch.location !== undefined && { location: patch.location }),
  ...(patch.recurrence && { recurrence: [...patch.recurrence] }),
  ...marked(marker),
})

/**
 * The body of a guest's own answer: every entry as it is stored, because the array is replaced whole and a bare entry resets its guest's RSVP. Null when they are not among them, or the
 * list was cut short: then it cannot be given back whole.
 */
export function fromAnswer(
  stored: GoogleEvent,
  { rsvp, comment }: { readonly rsvp: string; readonly comment?: string },
  marker: string,
): GoogleEvent | null {
  const { attendees = [], attendeesOmitted } = stored
  if (attendeesOmitted || !attendees.some((entry) => entry.self)) return null
  const answered = (entry: calendar_v3.Schema$EventAttendee) =>
    entry.self ? { ...entry, responseStatus: rsvp, ...(comment !== undefined && { comment }) } : entry
  return { attendees: attendees.map(answered), ...marked(marker) }
}

/** The body of an insert. The id is chosen here, so that a second insert of one intent is a duplicate and not a second event. */
export const fromDraft = (draft: EventDraft, marker: string): GoogleEvent => ({
  id: clientId(marker),
  summary: draft.summary,
  start: given(fromWhen(draft.start)),
  end: given(fromWhen(draft.end)),
  ...(draft.location !== undefined && { location: draft.location }),
  ...(draft.attendees && { attendees: draft.attendees.map((email) => ({ email })) }),
  ...(draft.recurrence && { recurrence: [...draft.recurrence] }),
  ...marked(marker),
})

/** What is the server's own, or names this one event: it cannot be copied. All else is, also what nothing here knows of. */
const NOT_COPIED: readonly (keyof GoogleEvent)[] = [
  ...(["kind", "etag", "id", "htmlLink", "created", "updated", "creator", "organizer", "iCalUID", "sequence"] as const),
  ...(["hangoutLink", "locked", "privateCopy", "endTimeUnspecified", "recurringEventId", "originalStartTime"] as const),
]

/**
 * The body of an insert that makes a series of its own out of a stored one. The conference goes along as it is: the link stays the same (it needs `conferenceDataVersion=1`).
 * Null when the list of guests was cut short: then it cannot be copied whole.
 */
export function fromSeries(stored: GoogleEvent, patch: TailPatch, marker: string): GoogleEvent | null {
  if (stored.attendeesOmitted) return null
  const kept = Object.entries(stored).filter(([name]) => !NOT_COPIED.some((own) => own === name))
  const { extendedProperties, conferenceData, ...rest } = Object.fromEntries(kept) as GoogleEvent
  const { createRequest, ...conference } = conferenceData ?? {}
  return {
    ...rest,
    ...(conferenceData && { conferenceData: conference }),
    id: clientId(marker),
    start: given(fromWhen(patch.start)),
    end: given(fromWhen(patch.end)),
    recurrence: [...patch.recurrence],
    ...(patch.summary !== undefined && { summary: patch.summary }),
    ...(patch.location !== undefined && { location: patch.location }),
    extendedProperties: {
      ...extendedProperties,
      private: { ...extendedProperties?.private, ...marked(marker).extendedProperties.private },
    },
  }
}

/** The instances of a series from `from` on that were touched one by one, by their original start, among the entries of an unexpanded list. */
export function touchedSince(
  items: readonly GoogleEvent[],
  seriesId: string,
  from: When,
): { readonly changed: readonly When[]; readonly cancelled: readonly When[] } {
  const later = items
    .filter((item) => item.recurringEventId === seriesId)
    .map((item) => ({ at: toWhen(item.originalStartTime), gone: item.status === "cancelled" }))
    .filter(({ at }) => epochMs(at) >= epochMs(from))
  return {
    changed: later.filter(({ gone }) => !gone).map(({ at }) => at),
    cancelled: later.filter(({ gone }) => gone).map(({ at }) => at),
  }
}

/** A UUID without its dashes: Google's client ids are a-v and 0-9. */
export const clientId = (marker: string): string => marker.replaceAll("-", "")

/** @throws {RangeError} when the entry has no id. */
export function toCalendar(entry: calendar_v3.Schema$CalendarListEntry, editors: Calendar["editors"]): Calendar {
  if (!entry.id) throw new RangeError("a calendar without an id")
  return {
    id: entry.id,
    name: entry.summaryOverride ?? entry.summary ?? entry.id,
    primary: entry.primary === true,
    writable: entry.accessRole === "owner" || entry.accessRole === "writer",
    timeZone: entry.timeZone ?? "UTC",
    editors,
  }
}

/** Can anybody but `me` write there? A secondary calendar lists itself as an owner. */
export function editorsOf(
  rules: readonly calendar_v3.Schema$AclRule[],
  calendarId: string,
  me: string,
): Calendar["editors"] {
  const own = [me.toLowerCase(), calendarId.toLowerCase()]
  const writers = rules.filter((rule) => rule.role === "owner" || rule.role === "writer")
  const isOwn = (rule: calendar_v3.Schema$AclRule) =>
    rule.scope?.type === "user" && own.includes(rule.scope.value?.toLowerCase() ?? "")
  if (writers.length === 0) return "unknown"
  return writers.every(isOwn) ? "only-me" : "others"
}
