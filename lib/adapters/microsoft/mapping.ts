import "server-only"
import type {
  CalendarPermission,
  DateTimeTimeZone,
  Attendee as GraphAttendee,
  Calendar as GraphCalendar,
  Event as GraphEvent,
  ScheduleItem,
  SingleValueLegacyExtendedProperty,
} from "@microsoft/microsoft-graph-types"
import { Temporal } from "temporal-polyfill"
import type { Stretch } from "../../domain/busy"
import type {
  Attendee,
  Calendar,
  CalendarEvent,
  ConnectionId,
  EventDraft,
  EventPatch,
  Rsvp,
  When,
} from "../../domain/event"
import { epochMs, type SplitLoss } from "../../domain/plan"
import type { TailPatch } from "../../domain/split-series"
import { type Seen, version } from "../../domain/version"
import type { Response } from "../../ports/calendar-provider"
import { fromRules, toRules } from "./recurrence"
import { fromWhen, toOriginalStart, toWhen } from "./times"

/** The annotation is no property: it may not be selected, and the published types leave it out. */
export type WireEvent = GraphEvent & { readonly "@odata.etag"?: string }

/** The named property that carries an intent's id, in a property set of our own (lower case: Graph answers it so and compares it so). */
export const MARKER_ID = "String {5b0c6f1e-4d53-4c1c-9a0b-8f2f3f0f6d1a} Name ifmatchIntent"

/** Without it a read does not bring the marker back. */
export const EXPAND_MARKER = `singleValueExtendedProperties($filter=id eq '${MARKER_ID}')`

/** Where an event was read: what its resource does not say itself. */
export interface ReadFrom {
  readonly connectionId: ConnectionId
  readonly calendarId: string
  /** The account's address: Graph does not flag a guest as oneself. */
  readonly accountEmail: string
  readonly canEdit: boolean
}

/**
 * A Graph event with the version it was read at (T1). HTML bodies, categories and the like are nobody's business here.
 * @throws {RangeError} when it has no id, no times or no etag: nothing may be built on such an answer.
 */
export function toEvent(event: WireEvent, from: ReadFrom): Seen<CalendarEvent> {
  if (!event.id) throw new RangeError("an event without an id")
  const start = toWhen(event.start, event, event.originalStartTimeZone)
  const unmovable = whyUnmovable(event, from.canEdit)
  const value: CalendarEvent = {
    ref: { connectionId: from.connectionId, calendarId: from.calendarId, eventId: event.id },
    shape: SHAPES[event.type ?? "singleInstance"],
    seriesId: event.type === "seriesMaster" ? event.id : (event.seriesMasterId ?? null),
    start,
    end: toWhen(event.end, event, event.originalEndTimeZone),
    originalStart: toOriginalStart(event),
    summary: event.subject ?? "",
    location: event.location?.displayName ?? "",
    recurrence: toRules(event.recurrence, start),
    attendees: (event.attendees ?? []).map((attendee) => toAttendee(attendee, event, from.accountEmail)),
    organizer: event.organizer?.emailAddress?.address
      ? { email: event.organizer.emailAddress.address, self: event.isOrganizer === true }
      : null,
    status: event.isCancelled ? "cancelled" : "confirmed",
    conferenceUrl: event.onlineMeeting?.joinUrl ?? event.onlineMeetingUrl ?? null,
    busy: isBusy(event),
    movable: unmovable === null,
    unmovable,
    marker: event.singleValueExtendedProperties?.find(isMarker)?.value ?? null,
    webUrl: event.webLink ?? null,
  }
  return { value, version: version(event["@odata.etag"]) }
}

/** What asks for a series' changed instances; Graph tells of them only where both name them, and never of cancelled ones. */
export const EXCEPTIONS = { $select: "id,exceptionOccurrences", $expand: "exceptionOccurrences" } as const

/** @throws {RangeError} for unreadable ones. */
export const exceptionsIn = ({ exceptionOccurrences }: WireEvent, from: ReadFrom): CalendarEvent[] =>
  (exceptionOccurrences ?? []).map((event) => toEvent(event as WireEvent, from).value)

const SHAPES = {
  singleInstance: "single",
  occurrence: "occurrence",
  exception: "exception",
  seriesMaster: "series",
} as const

function whyUnmovable(event: GraphEvent, canEdit: boolean): CalendarEvent["unmovable"] {
  if (!canEdit) return "read-only-calendar"
  return event.isOrganizer ? null : "not-organizer"
}

const RSVPS: Readonly<Record<string, Rsvp>> = {
  accepted: "accepted",
  organizer: "accepted",
  declined: "declined",
  tentativelyAccepted: "tentative",
}

function toAttendee(attendee: GraphAttendee, event: GraphEvent, accountEmail: string): Attendee {
  const email = attendee.emailAddress?.address ?? ""
  return {
    email,
    name: attendee.emailAddress?.name ?? null,
    rsvp: RSVPS[attendee.status?.response ?? ""] ?? "needsAction",
    self: sameAddress(email, accountEmail),
    organizer: sameAddress(email, event.organizer?.emailAddress?.address ?? ""),
    optional: attendee.type === "optional",
  }
}

const sameAddress = (a: string, b: string) => a !== "" && a.toLowerCase() === b.toLowerCase()

const isMarker = (property: SingleValueLegacyExtendedProperty) => property.id?.toLowerCase() === MARKER_ID.toLowerCase()

/** Working elsewhere is a place, not an appointment. */
const isBusy = (event: GraphEvent) =>
  event.showAs !== "free" && event.showAs !== "workingElsewhere" && event.responseStatus?.response !== "declined"

const marked = (marker: string) => ({ singleValueExtendedProperties: [{ id: MARKER_ID, value: marker }] })

/** All day or not is a field of its own; it goes with every time, so that either kind can become the other. */
const times = (start: When | undefined, end: When | undefined): GraphEvent => ({
  ...(start && { start: fromWhen(start) }),
  ...(end && { end: fromWhen(end) }),
  ...((start ?? end) && { isAllDay: (start ?? end)?.kind === "allDay" }),
})

/** The body of a patch: what is to change and the marker, nothing else. Attendees least of all: the collection is replaced whole. */
export const fromPatch = (patch: EventPatch, marker: string): GraphEvent => ({
  ...times(patch.start, patch.end),
  ...(patch.summary !== undefined && { subject: patch.summary }),
  ...(patch.location !== undefined && { location: { displayName: patch.location } }),
  ...(patch.recurrence && patch.start && { recurrence: fromRules(patch.recurrence, patch.start) }),
  ...marked(marker),
})

/** A create's filter: `value` in our property. */
export const byMarker = (marker: string): string =>
  `singleValueExtendedProperties/Any(ep: ep/id eq '${MARKER_ID}' and ep/value eq '${marker}')`

/** The path below the event and the body of a guest's answer. Sent to the organizer always: an answer that nobody gets is none. */
export const fromAnswer = ({ rsvp, comment, proposed }: Response) => ({
  action: ACTIONS[rsvp],
  body: {
    sendResponse: true,
    ...(comment !== undefined && { comment }),
    ...(proposed && { proposedNewTime: { start: fromWhen(proposed.start), end: fromWhen(proposed.end) } }),
  },
})

const ACTIONS = { accepted: "accept", declined: "decline", tentative: "tentativelyAccept" } as const

/**
 * The body of a create. A second one with the same `transactionId` is answered with the first one's event.
 * @throws {RangeError} for a recurrence that Graph cannot say.
 */
export const fromDraft = (draft: EventDraft, marker: string): GraphEvent => ({
  transactionId: marker,
  subject: draft.summary,
  ...times(draft.start, draft.end),
  ...(draft.location !== undefined && { location: { displayName: draft.location } }),
  ...(draft.attendees && {
    attendees: draft.attendees.map((address) => ({ emailAddress: { address }, type: "required" as const })),
  }),
  ...(draft.recurrence && { recurrence: fromRules(draft.recurrence, draft.start) }),
  ...marked(marker),
})

/** What of a stored series a client may write into a new one. The server's own fields, answers, attachments and the meeting link are not among them. */
const COPIED = [
  ...([
    "subject",
    "body",
    "importance",
    "sensitivity",
    "showAs",
    "isReminderOn",
    "reminderMinutesBeforeStart",
  ] as const),
  ...(["categories", "responseRequested", "allowNewTimeProposals", "hideAttendees"] as const),
] as const satisfies readonly (keyof GraphEvent)[]

/**
 * The body of a create that makes a series of its own out of a stored one.
 * @throws {RangeError} for a recurrence that Graph cannot say.
 */
export function fromSeries(stored: GraphEvent, patch: TailPatch, marker: string): GraphEvent {
  const kept = Object.fromEntries(COPIED.flatMap((name) => (stored[name] == null ? [] : [[name, stored[name]]])))
  const { location, locations, attendees, isOnlineMeeting, onlineMeetingProvider } = stored
  return {
    ...kept,
    transactionId: marker,
    ...times(patch.start, patch.end),
    recurrence: fromRules(patch.recurrence, patch.start),
    ...(patch.summary !== undefined && { subject: patch.summary }),
    ...(patch.location !== undefined
      ? { location: { displayName: patch.location } }
      : { ...(location && { location }), ...(locations?.length && { locations }) }),
    ...(attendees?.length && {
      attendees: attendees.map(({ type, emailAddress }) => ({ ...(type && { type }), emailAddress })),
    }),
    ...(isOnlineMeeting && { isOnlineMeeting, ...(onlineMeetingProvider && { onlineMeetingProvider }) }),
    ...marked(marker),
  }
}

/** What a series made by `fromSeries` has not: to be said before it is made. */
export const splitLosses = ({ isOnlineMeeting, attendees, hasAttachments }: GraphEvent): readonly SplitLoss[] => [
  ...(isOnlineMeeting ? (["new-meeting-link"] as const) : []),
  ...(attendees?.some(({ status }) => ANSWERED.includes(status?.response ?? "none"))
    ? (["replies-lost"] as const)
    : []),
  ...(hasAttachments ? (["attachments-left"] as const) : []),
]

const ANSWERED: readonly string[] = ["accepted", "declined", "tentativelyAccepted"]

/** `timeZone` is the person's: Graph's calendars have none. @throws {RangeError} when the calendar has no id. */
export function toCalendar(calendar: GraphCalendar, editors: Calendar["editors"], timeZone: string): Calendar {
  if (!calendar.id) throw new RangeError("a calendar without an id")
  return {
    id: calendar.id,
    name: calendar.name ?? calendar.id,
    primary: calendar.isDefaultCalendar === true,
    writable: calendar.canEdit === true,
    timeZone,
    editors,
  }
}

const READS_ONLY: readonly string[] = ["none", "freeBusyRead", "limitedRead", "read"]

/** The owner is not in the list of permissions; a role that is not known to be harmless may write. */
export const editorsOf = (permissions: readonly CalendarPermission[]): Calendar["editors"] =>
  permissions.every((permission) => READS_ONLY.includes(permission.role ?? "custom")) ? "only-me" : "others"

/** When an event blocks time. An all-day one begins and ends at midnight in `timeZone`. */
export const taken = (event: CalendarEvent, timeZone: string): Stretch => ({
  from: instantMs(event.start, timeZone),
  to: instantMs(event.end, timeZone),
})

const instantMs = (when: When, timeZone: string): number =>
  when.kind === "timed"
    ? Date.parse(when.at)
    : Temporal.PlainDate.from(when.on).toZonedDateTime(timeZone).epochMilliseconds

/** Does a stretch of somebody's schedule block their time? As with events (`isBusy`). */
export const blocks = ({ status }: ScheduleItem): boolean => status !== "free" && status !== "workingElsewhere"

/** @throws {RangeError} when it lacks its times, or tells them in another zone than was asked for */
export const stretchOf = ({ start, end }: ScheduleItem): Stretch => ({ from: utcMs(start), to: utcMs(end) })

function utcMs(time: DateTimeTimeZone | null | undefined): number {
  if (time?.timeZone !== "UTC") throw new RangeError("a time in another zone")
  return epochMs(toWhen(time, {}))
}
