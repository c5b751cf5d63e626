import type { calendar_v3 } from "googleapis"
import type { When } from "../../domain/event"
import { type EventRow, type Guest, sameEmail, type Target } from "../calendar/event"
import { asRow, versionRow } from "../calendar/find"
import { keyStart, withOffset } from "../calendar/when"
import { googleEtag } from "./etag"

type GoogleEvent = calendar_v3.Schema$Event
type GoogleTime = calendar_v3.Schema$EventDateTime

/** Whose calendar the event is read from: `self` marks this person's entries. */
export interface Reader {
  readonly email: string
  /** IANA; what times are written in. */
  readonly timeZone: string
}

/** The `Event` resource (developers.google.com/workspace/calendar/api/v3/reference/events) as `reader` gets it. */
export function toResource(target: Target, reader: Reader): GoogleEvent {
  const row = asRow("google", target)
  const etag = googleEtag(versionRow(target).version)
  const instance = row.masterId === null ? {} : instanceOf(row, reader)
  const base = { kind: "calendar#event", etag, id: row.id, status: row.status, ...instance }
  const organized = sameEmail(row.content.organizer.email, reader.email)
  // All that a cancelled event is sure to say; its organizer still reads the rest, so that it can be brought back.
  if (row.status === "cancelled" && (row.masterId !== null || !organized)) return base
  return { ...base, ...details(row, reader, organized) }
}

/** The resource with every field, whatever its status: what a patch is merged into. */
export const fullResource = (row: EventRow, reader: Reader): GoogleEvent => ({
  id: row.id,
  status: row.status,
  ...details(row, reader, sameEmail(row.content.organizer.email, reader.email)),
})

function instanceOf(row: EventRow, reader: Reader): GoogleEvent {
  const { start } = row.content
  const original = keyStart(row.originalStart ?? "", start.kind === "timed" ? start.timeZone : reader.timeZone)
  return { recurringEventId: row.masterId, originalStartTime: toTime(original, reader.timeZone) }
}

function details({ content, own, ...row }: EventRow, reader: Reader, organized: boolean): GoogleEvent {
  const self = organized ? { self: true } : {}
  const party = { email: content.organizer.email, ...optional("displayName", content.organizer.name), ...self }
  const properties = {
    ...(Object.keys(own.privateProperties).length > 0 ? { private: { ...own.privateProperties } } : {}),
    ...(Object.keys(own.sharedProperties).length > 0 ? { shared: { ...own.sharedProperties } } : {}),
  }
  return {
    htmlLink: `https://www.google.com/calendar/event?eid=${Buffer.from(`${row.id} ${reader.email}`).toString("base64url")}`,
    created: fromMicros(row.createdMicros),
    updated: fromMicros(row.updatedMicros),
    ...optional("summary", content.summary),
    ...optional("description", content.description),
    ...optional("location", content.location),
    ...optional("colorId", own.colorId),
    creator: party,
    organizer: party,
    start: toTime(content.start, reader.timeZone),
    end: toTime(content.end, reader.timeZone),
    ...(content.recurrence.length > 0 ? { recurrence: [...content.recurrence] } : {}),
    ...(own.showAs === "free" ? { transparency: "transparent" } : {}),
    ...(own.visibility === "default" ? {} : { visibility: own.visibility }),
    iCalUID: row.uid,
    sequence: row.sequence,
    ...(content.guests.length > 0
      ? { attendees: content.guests.map((guest) => toAttendee(guest, content.organizer.email, reader)) }
      : {}),
    ...(Object.keys(properties).length > 0 ? { extendedProperties: properties } : {}),
    ...(content.guestsCanModify ? { guestsCanModify: true } : {}),
    ...(content.conferenceUrl === null ? {} : conference(content.conferenceUrl)),
    reminders: toReminders(own.reminderMinutes),
    eventType: content.eventType,
  }
}

/** `updated` has milliseconds. */
const fromMicros = (micros: number): string => new Date(Math.floor(micros / 1000)).toISOString()

const optional = <Key extends string>(key: Key, value: string | null): Partial<Record<Key, string>> =>
  value === null || value === "" ? {} : ({ [key]: value } as Partial<Record<Key, string>>)

export const toTime = (when: When, zone: string): GoogleTime =>
  when.kind === "allDay" ? { date: when.on } : { dateTime: withOffset(when.at, zone), timeZone: when.timeZone }

function toAttendee(guest: Guest, organizerEmail: string, reader: Reader): calendar_v3.Schema$EventAttendee {
  return {
    email: guest.email,
    ...optional("displayName", guest.name),
    ...(sameEmail(guest.email, organizerEmail) ? { organizer: true } : {}),
    ...(sameEmail(guest.email, reader.email) ? { self: true } : {}),
    ...(guest.optional ? { optional: true } : {}),
    responseStatus: guest.rsvp,
    ...optional("comment", guest.comment),
  }
}

const toReminders = (minutes: readonly number[] | null): GoogleEvent["reminders"] =>
  minutes === null
    ? { useDefault: true }
    : { useDefault: false, overrides: minutes.map((m) => ({ method: "popup", minutes: m })) }

const conference = (uri: string): GoogleEvent => ({
  hangoutLink: uri,
  conferenceData: {
    conferenceId: uri.split("/").at(-1) ?? "",
    conferenceSolution: { key: { type: "hangoutsMeet" }, name: "Google Meet" },
    entryPoints: [{ entryPointType: "video", uri, label: uri.replace("https://", "") }],
  },
})
