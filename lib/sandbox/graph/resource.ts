import type { Attendee, DateTimeTimeZone, Event, ResponseType } from "@microsoft/microsoft-graph-types"
import type { Rsvp, When } from "../../domain/event"
import { type EventRow, type Guest, sameEmail, type Target } from "../calendar/event"
import { asRow, versionRow } from "../calendar/find"
import { folderId } from "../calendar/ids"
import { keyStart, wallClock } from "../calendar/when"
import { changeKey, graphEtag } from "./etag"
import type { Preferences } from "./preferences"
import { toRecurrence } from "./recurrence"
import { windowsZone } from "./zones"

/** An event as it goes over the wire: the annotation is not part of Graph's own type. */
export type GraphEvent = Event & { "@odata.etag": string }

export interface Reader {
  /** Whose mailbox it is read from. */
  readonly email: string
  readonly prefer: Preferences
  /** The extended properties to show (`$expand`), by id. */
  readonly expanded: readonly string[]
}

const RESPONSES: Record<Rsvp, ResponseType> = {
  accepted: "accepted",
  declined: "declined",
  tentative: "tentativelyAccepted",
  needsAction: "none",
}

/** The `event` resource (learn.microsoft.com/graph/api/resources/event) as `reader` gets it. */
export function toResource(target: Target, reader: Reader): GraphEvent {
  const row = asRow("microsoft", target)
  const { content, own } = row
  const { version } = versionRow(target)
  const id = (stored: string) => (reader.prefer.immutableIds ? stored : folderId(stored))
  const organized = sameEmail(content.organizer.email, reader.email)
  const allDay = content.start.kind === "allDay"
  const cancelled = row.status === "cancelled"
  const zone = content.start.kind === "timed" ? windowsZone(content.start.timeZone) : "UTC"
  const text = content.description
  const shown = reader.expanded.flatMap((name) => {
    const value = own.privateProperties[name]
    return value === undefined ? [] : [{ id: name, value }]
  })
  return {
    "@odata.etag": graphEtag(row.calendarId, version),
    id: id(row.id),
    changeKey: changeKey(row.calendarId, version),
    createdDateTime: fraction(row.createdMicros),
    lastModifiedDateTime: fraction(row.updatedMicros),
    categories: [],
    transactionId: row.transactionId,
    originalStartTimeZone: zone,
    originalEndTimeZone: zone,
    iCalUId: row.originalStart === null ? row.uid : `${row.uid}${row.originalStart}`,
    subject: cancelled && !organized ? `Canceled: ${content.summary}` : content.summary,
    bodyPreview: text.slice(0, 255),
    body: reader.prefer.textBody
      ? { contentType: "text", content: text }
      : { contentType: "html", content: asHtml(text) },
    importance: "normal",
    sensitivity:
      own.visibility === "private" ? "private" : own.visibility === "confidential" ? "confidential" : "normal",
    isAllDay: allDay,
    isCancelled: cancelled,
    isOrganizer: organized,
    isReminderOn: own.reminderMinutes === null || own.reminderMinutes.length > 0,
    reminderMinutesBeforeStart: own.reminderMinutes?.[0] ?? 15,
    responseRequested: true,
    allowNewTimeProposals: true,
    showAs: own.showAs,
    seriesMasterId: row.masterId === null ? null : id(row.masterId),
    type: typeOf(target),
    ...(row.originalStart === null ? {} : { originalStart: originalStart(row) }),
    start: toTime(content.start, reader.prefer),
    end: toTime(content.end, reader.prefer),
    location: { displayName: content.location, locationType: "default" },
    locations: content.location === "" ? [] : [{ displayName: content.location, locationType: "default" }],
    recurrence: toRecurrence(content.recurrence, content.start),
    attendees: content.guests.map((guest) => toAttendee(guest, organized, reader)),
    organizer: {
      emailAddress: { name: content.organizer.name ?? content.organizer.email, address: content.organizer.email },
    },
    responseStatus: responseOf(row, organized, reader),
    isOnlineMeeting: content.conferenceUrl !== null,
    onlineMeetingProvider: content.conferenceUrl === null ? "unknown" : "teamsForBusiness",
    onlineMeeting: content.conferenceUrl === null ? null : { joinUrl: content.conferenceUrl },
    onlineMeetingUrl: null,
    hasAttachments: false,
    isDraft: false,
    hideAttendees: false,
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(folderId(row.id))}&exvsurl=1&path=/calendar/item`,
    ...(shown.length > 0 ? { singleValueExtendedProperties: shown } : {}),
  }
}

const typeOf = (target: Target): Event["type"] =>
  target.kind === "series" ? "seriesMaster" : target.kind === "single" ? "singleInstance" : target.kind

/** Seven digits after the point, as .NET writes them. */
const fraction = (micros: number): string =>
  `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, 20)}${String(micros % 1_000_000).padStart(6, "0")}0Z`

export const toTime = (when: When, { zone, zoneName }: Pick<Preferences, "zone" | "zoneName">): DateTimeTimeZone => ({
  dateTime: when.kind === "allDay" ? `${when.on}T00:00:00.0000000` : `${wallClock(when.at, zone)}.0000000`,
  timeZone: zoneName,
})

function originalStart(row: EventRow): string {
  const start = keyStart(row.originalStart ?? "", "UTC")
  return start.kind === "timed" ? start.at : `${start.on}T00:00:00Z`
}

/** In Outlook nobody but the organizer sees what the others answered. */
function toAttendee(guest: Guest, organized: boolean, reader: Reader): Attendee {
  const visible = organized || sameEmail(guest.email, reader.email)
  return {
    type: guest.optional ? "optional" : "required",
    status: { response: visible ? RESPONSES[guest.rsvp] : "none", time: (visible && guest.respondedAt) || NEVER },
    emailAddress: { name: guest.name ?? guest.email, address: guest.email },
    ...(visible && guest.proposed ? { proposedNewTime: utcSlot(guest.proposed) } : {}),
  }
}

const utcSlot = ({ start, end }: NonNullable<Guest["proposed"]>) => {
  const utc = { zone: "UTC", zoneName: "UTC" }
  return { start: toTime(start, utc), end: toTime(end, utc) }
}

function responseOf(row: EventRow, organized: boolean, reader: Reader): Event["responseStatus"] {
  if (organized) return { response: "organizer", time: NEVER }
  const mine = row.content.guests.find((guest) => sameEmail(guest.email, reader.email))
  const response = mine && mine.rsvp !== "needsAction" ? RESPONSES[mine.rsvp] : "notResponded"
  return { response, time: mine?.respondedAt ?? NEVER }
}

const NEVER = "0001-01-01T00:00:00Z"

/** Exchange wraps every body into a document of its own. */
const asHtml = (text: string): string =>
  `<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>\r\n<body>\r\n${escaped(text)}\r\n</body>\r\n</html>\r\n`

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", "<br>\r\n")
