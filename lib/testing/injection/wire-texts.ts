import { escapeText } from "../../adapters/caldav/content-lines"
import { toWhole } from "../../adapters/caldav/mapping"
import { readResource } from "../../adapters/caldav/resource"
import type { ReadFrom as GoogleFrom } from "../../adapters/google/mapping"
import { toEvent as fromGoogle } from "../../adapters/google/mapping"
import type { WireEvent as GraphEvent, ReadFrom as GraphFrom } from "../../adapters/microsoft/mapping"
import { toEvent as fromGraph } from "../../adapters/microsoft/mapping"
import type { CalendarEvent, ConnectionId } from "../../domain/event"

/*
 * What providers send of an event and we never read: descriptions, the words that came with an answer, names of attachments. Each is put where the provider puts it, and goes through the same mapping as everything
 * that a person's calendars are read with.
 */

const CONNECTION = "c1" as ConnectionId
const ADA = "ada@example.test"
const BEN = "ben@example.test"

type Google = Parameters<typeof fromGoogle>[0]

const GOOGLE_FROM: GoogleFrom = { connectionId: CONNECTION, calendarId: "cal", accessRole: "owner" }
const google = (over: Google): CalendarEvent =>
  fromGoogle(
    {
      id: "e1",
      etag: '"1"',
      status: "confirmed",
      summary: "Weekly sync",
      organizer: { email: ADA, self: true },
      attendees: [
        { email: ADA, self: true, organizer: true, responseStatus: "accepted" },
        { email: BEN, responseStatus: "declined" },
      ],
      start: { dateTime: "2026-11-26T10:00:00+01:00", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-11-26T10:30:00+01:00", timeZone: "Europe/Berlin" },
      ...over,
    },
    GOOGLE_FROM,
  ).value

const GRAPH_FROM: GraphFrom = { connectionId: CONNECTION, calendarId: "cal", accountEmail: ADA, canEdit: true }
const graph = (over: GraphEvent): CalendarEvent =>
  fromGraph(
    {
      id: "e1",
      "@odata.etag": 'W/"1"',
      type: "singleInstance",
      subject: "Weekly sync",
      isOrganizer: true,
      organizer: { emailAddress: { address: ADA } },
      attendees: [{ emailAddress: { address: BEN }, status: { response: "declined" }, type: "required" }],
      start: { dateTime: "2026-11-26T09:00:00.0000000", timeZone: "UTC" },
      end: { dateTime: "2026-11-26T09:30:00.0000000", timeZone: "UTC" },
      originalStartTimeZone: "W. Europe Standard Time",
      originalEndTimeZone: "W. Europe Standard Time",
      showAs: "busy",
      ...over,
    },
    GRAPH_FROM,
  ).value

/** @param lines of the event, more than it has */
function caldav(lines: readonly string[], answered = ""): CalendarEvent {
  const text = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Somebody//EN",
    "BEGIN:VEVENT",
    "UID:e1",
    "DTSTAMP:20261101T000000Z",
    "DTSTART;TZID=Europe/Berlin:20261126T100000",
    "DTEND;TZID=Europe/Berlin:20261126T103000",
    "SUMMARY:Weekly sync",
    `ORGANIZER:mailto:${ADA}`,
    `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${ADA}`,
    `ATTENDEE;PARTSTAT=DECLINED${answered}:mailto:${BEN}`,
    ...lines,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n")
  const from = { connectionId: CONNECTION, calendarId: "cal", resource: "e1.ics", addresses: [ADA], writable: true }
  const event = toWhole(readResource(text, "Europe/Berlin"), from)
  if (!event) throw new Error("the resource holds no event")
  return event
}

/** As a parameter: no quotes and no control characters can stand there (RFC 5545, 3.1). */
const quoted = (text: string): string => `"${text.replaceAll(/["\p{Cc}]/gu, " ")}"`
/** As a server that lets nothing through that ends a line. */
const asText = (text: string): string => escapeText(text.replaceAll(/\r\n?/g, "\n"))

export const WIRE_TEXTS: Readonly<Record<string, (text: string) => CalendarEvent>> = {
  "Google: description": (text) => google({ description: text }),
  "Google: comment of an answer": (text) =>
    google({
      attendees: [
        { email: ADA, self: true, organizer: true, responseStatus: "accepted" },
        { email: BEN, responseStatus: "declined", comment: text },
      ],
    }),
  "Google: an organizer's and a maker's name": (text) =>
    google({ organizer: { email: ADA, self: true, displayName: text }, creator: { displayName: text } }),
  "Google: an attachment's title": (text) => google({ attachments: [{ title: text, fileUrl: text }] }),
  "Google: another program's property": (text) => google({ extendedProperties: { shared: { note: text } } }),
  "Graph: body": (text) => graph({ body: { contentType: "html", content: text }, bodyPreview: text }),
  "Graph: categories": (text) => graph({ categories: [text] }),
  "Graph: an organizer's name": (text) => graph({ organizer: { emailAddress: { address: ADA, name: text } } }),
  "CalDAV: description": (text) => caldav([`DESCRIPTION:${asText(text)}`]),
  "CalDAV: comment": (text) => caldav([`COMMENT:${asText(text)}`, `CONTACT:${asText(text)}`]),
  "CalDAV: comment of an answer": (text) => caldav([], `;X-RESPONSE-COMMENT=${quoted(text)}`),
}
