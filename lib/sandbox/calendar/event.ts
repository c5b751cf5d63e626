import type { Rsvp, When } from "../../domain/event"

/** A guest's entry as the calendar keeps it. Google lists the organizer among them, Graph does not. */
export interface Guest {
  readonly email: string
  readonly name: string | null
  readonly rsvp: Rsvp
  readonly optional: boolean
  readonly respondedAt: string | null
  readonly comment: string | null
  /** Graph: another time that they asked for; the organizer's copy shows it. */
  readonly proposed?: { readonly start: When; readonly end: When } | null
}

export interface Party {
  readonly email: string
  readonly name: string | null
}

export type ShowAs = "busy" | "free" | "tentative" | "oof" | "workingElsewhere"

/** What all copies of an event have in common. */
export interface Content {
  readonly summary: string
  readonly description: string
  readonly location: string
  readonly start: When
  readonly end: When
  /** RRULE, RDATE and EXDATE lines (RFC 5545), without DTSTART. Empty for single events and instances. */
  readonly recurrence: readonly string[]
  readonly guests: readonly Guest[]
  readonly organizer: Party
  readonly conferenceUrl: string | null
  readonly eventType: string
  readonly guestsCanModify: boolean
}

/** What belongs to one person's copy alone. */
export interface Own {
  readonly showAs: ShowAs
  readonly visibility: "default" | "private" | "public" | "confidential"
  /** Minutes before the start; null means the calendar's default. */
  readonly reminderMinutes: readonly number[] | null
  readonly colorId: string | null
  readonly privateProperties: Readonly<Record<string, string>>
  readonly sharedProperties: Readonly<Record<string, string>>
}

export type Status = "confirmed" | "tentative" | "cancelled"

export interface EventRow {
  readonly calendarId: string
  readonly id: string
  /** The iCalendar UID: the same in every copy and for every instance. */
  readonly uid: string
  readonly masterId: string | null
  /** Which instance of the series: `20261124T090000Z`, or `20261124` when it lasts all day. */
  readonly originalStart: string | null
  readonly status: Status
  readonly deleted: boolean
  readonly version: number
  readonly updatedMicros: number
  readonly createdMicros: number
  readonly sequence: number
  readonly transactionId: string | null
  readonly content: Content
  readonly own: Own
}

/** One instance that the rule of a series yields. */
export interface Occurrence {
  readonly originalStart: string
  readonly start: When
  readonly end: When
}

/** What an id names: a row, or an instance of a series that nobody has touched yet. */
export type Target =
  | { readonly kind: "single" | "series" | "exception"; readonly row: EventRow }
  | { readonly kind: "occurrence"; readonly master: EventRow; readonly occurrence: Occurrence }

export const NOTHING_OWN: Own = {
  showAs: "busy",
  visibility: "default",
  reminderMinutes: null,
  colorId: null,
  privateProperties: {},
  sharedProperties: {},
}

export const sameEmail = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
