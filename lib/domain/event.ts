import type { Brand } from "./brand"

export type Provider = "google" | "microsoft" | "caldav"
export type ConnectionId = Brand<string, "ConnectionId">

/**
 * Names one event (a single one, a series, or one instance of a series) as its provider does.
 * `eventId` is the provider's own id, unescaped.
 */
export interface EventRef {
  readonly connectionId: ConnectionId
  readonly calendarId: string
  readonly eventId: string
}

/** One string for an `EventRef`; the id of its head, and what a browser may hold. Reversible with `parseEventKey`. */
export type EventKey = Brand<string, "EventKey">

export const eventKey = (ref: EventRef): EventKey =>
  [ref.connectionId, ref.calendarId, ref.eventId].map(encodeURIComponent).join("/") as EventKey

/** @throws {RangeError} when the key is not what `eventKey` writes: another spelling would be another lock on the same event. */
export function parseEventKey(key: string): EventRef {
  const [connectionId, calendarId, eventId, ...rest] = key.split("/").map(unescapePart)
  if (connectionId && calendarId && eventId && rest.length === 0) {
    const ref = { connectionId: connectionId as ConnectionId, calendarId, eventId }
    if (eventKey(ref) === key) return ref
  }
  throw new RangeError(`not an event key: ${key.slice(0, 80)}`)
}

function unescapePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ""
  }
}

/**
 * When something starts or ends. A timed moment keeps the zone it was written in beside the instant, because a series is
 * anchored to its zone's wall clock; an all-day one is a date without a zone, `end` exclusive (RFC 5545 3.6.1).
 *
 * @example { kind: "timed", at: "2026-11-26T14:00:00Z", timeZone: "Europe/Berlin" }
 * @example { kind: "allDay", on: "2026-11-26" }
 */
export type When =
  | { readonly kind: "timed"; readonly at: string; readonly timeZone: string }
  | { readonly kind: "allDay"; readonly on: string }

/** `[start, end)`. Both of one kind. */
export interface Span {
  readonly start: When
  readonly end: When
}

export type Rsvp = "accepted" | "declined" | "tentative" | "needsAction"

export interface Attendee {
  readonly email: string
  readonly name: string | null
  readonly rsvp: Rsvp
  readonly self: boolean
  readonly organizer: boolean
  readonly optional: boolean
}

/** What one of the three providers knows of an event, in one form. Times are normalised by the adapter, texts are as stored. */
export interface CalendarEvent extends Span {
  readonly ref: EventRef
  /** `occurrence` is untouched by hand, `exception` is an instance that differs from its series. */
  readonly shape: "single" | "series" | "occurrence" | "exception"
  /** The series this instance belongs to; the event's own id for a series; null for a single one. */
  readonly seriesId: string | null
  /** Which instance of the series this is, whatever its time is now. */
  readonly originalStart: When | null
  readonly summary: string
  readonly location: string
  readonly recurrence: readonly string[]
  /** Of a whole series that was read by its own name: a digest of its instances that were changed one by one, since what is done to it is done to them. Absent: there are none. */
  readonly exceptions?: string
  readonly attendees: readonly Attendee[]
  readonly organizer: { readonly email: string; readonly self: boolean } | null
  readonly status: "confirmed" | "tentative" | "cancelled"
  readonly conferenceUrl: string | null
  /** Does it block time? */
  readonly busy: boolean
  /** May this person move it? False for a guest, for locked events and for types that cannot move; `unmovable` says why. */
  readonly movable: boolean
  readonly unmovable: "not-organizer" | "read-only-calendar" | "event-type" | null
  /** May guests change it too? Then nobody can say that a change was this person's. Absent: no. */
  readonly guestsMayEdit?: boolean
  /** The intent whose write left its mark on this event, if any (reliability-security.md section 1). */
  readonly marker: string | null
  readonly webUrl: string | null
}

export interface Calendar {
  readonly id: string
  readonly name: string
  readonly primary: boolean
  readonly writable: boolean
  readonly timeZone: string
  /** Who but this person could have changed an event here? Decides between "You just changed this" and "This was just changed". */
  readonly editors: "only-me" | "others" | "unknown"
}

/** Fields that a write may set. Absent means untouched; there is no way to say "everything". */
export interface EventPatch {
  readonly start?: When
  readonly end?: When
  readonly summary?: string
  readonly location?: string
  /** Series only: all of its rules (RFC 5545 3.8.5), never a part of them. Goes with `start`, which it is counted from. */
  readonly recurrence?: readonly string[]
}

export interface EventDraft extends Span {
  readonly summary: string
  readonly location?: string
  readonly attendees?: readonly string[]
  readonly recurrence?: readonly string[]
}
