import "server-only"
import type { EventDraft } from "../../domain/event"
import { type Component, escapeText, type Line, makeLine, writeCalendar } from "./content-lines"
import { ruleLine, type Stamp, withZones } from "./edit"
import { MARKER } from "./mapping"
import { timeLine, utcLine, zonesIn } from "./times"

const PRODUCT = "-//Ifmatch//Ifmatch//EN"

/** A new resource. Its UID is the marker: made twice, it is the same. @throws {RangeError} */
export function newResource(draft: EventDraft, stamp: Stamp, personsZone: string, organizer: string): string {
  const zones = zonesIn({ kind: "component", name: "VCALENDAR", children: [] }, personsZone)
  if (draft.start.kind !== draft.end.kind) throw new RangeError("from a day to an hour")
  const guests = (draft.attendees ?? []).filter((guest) => guest.toLowerCase() !== organizer.toLowerCase())
  const event: Component = {
    kind: "component",
    name: "VEVENT",
    children: [
      makeLine("UID", stamp.marker),
      utcLine("DTSTAMP", stamp.nowMs),
      utcLine("CREATED", stamp.nowMs),
      utcLine("LAST-MODIFIED", stamp.nowMs),
      makeLine("SEQUENCE", "0"),
      timeLine("DTSTART", draft.start, null, zones),
      timeLine("DTEND", draft.end, null, zones),
      makeLine("SUMMARY", escapeText(draft.summary)),
      ...(draft.location === undefined ? [] : [makeLine("LOCATION", escapeText(draft.location))]),
      ...(draft.recurrence ?? []).map(ruleLine),
      ...(guests.length === 0 ? [] : invitation(organizer, guests)),
      makeLine(MARKER, stamp.marker),
    ],
  }
  const calendar: Component = {
    kind: "component",
    name: "VCALENDAR",
    children: [makeLine("VERSION", "2.0"), makeLine("PRODID", PRODUCT), event],
  }
  return writeCalendar(withZones(calendar, [draft.start, draft.end]))
}

/** RFC 6638 3.2.1: the organizer is the account's own address. */
const invitation = (organizer: string, guests: readonly string[]): Line[] => [
  makeLine("ORGANIZER", `mailto:${address(organizer)}`),
  makeLine("ATTENDEE", `mailto:${address(organizer)}`, { PARTSTAT: "ACCEPTED" }),
  ...guests.map((guest) =>
    makeLine("ATTENDEE", `mailto:${address(guest)}`, { PARTSTAT: "NEEDS-ACTION", RSVP: "TRUE" }),
  ),
]

/** @throws {RangeError} for what would end the line */
function address(email: string): string {
  if (/[\p{Cc}\s]/u.test(email)) throw new RangeError("not an address")
  return email
}
