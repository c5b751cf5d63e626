import type { Rsvp } from "../../domain/event"
import type { ShowAs } from "../calendar/event"
import type { Person } from "../store/people"

export type Weekday = "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU"

/** An event of the seed. Times are wall-clock in the owner's zone. */
export interface SeedEvent {
  /** Makes its id; unique in the seed. */
  readonly slug: string
  readonly owner: Person
  /** Where it is kept, if not in the owner's primary calendar. */
  readonly calendarId?: string
  readonly summary: string
  /**
   * `weekly`: a series that began eight weeks ago. `once`: on the next such day after today. All-day ones have no times.
   */
  readonly repeats: "weekly" | "once"
  readonly days: readonly [Weekday, ...Weekday[]]
  readonly at?: readonly [start: string, end: string]
  /** For `once`: this many weeks after the next such day. */
  readonly weeksLater?: number
  readonly guests?: readonly (readonly [who: Person | string, rsvp: Rsvp])[]
  readonly location?: string
  readonly description?: string
  readonly showAs?: ShowAs
  readonly conference?: boolean
}

export const WORKDAYS = ["MO", "TU", "WE", "TH", "FR"] as const

/** Guests who have no account here. */
export const KIM = "kim@partner.example"
export const SAM = "sam@partner.example"
