/** What the grammar understood of "when", before any calendar fact is looked at. */
export interface When {
  readonly day: DayRef | null
  readonly time: TimeRef | null
  /** A part of the day beside a clock time ("at 8 in the evening") only says which half of the day is meant. */
  readonly part: DayPart | null
  /** IANA zones the time may be meant in; null: the person's own. */
  readonly zones: readonly string[] | null
  readonly lengthMs: number | null
  /** "Thursdays", "every Thursday". */
  readonly every: "plural" | "every" | null
}

export type DayPart = "morning" | "afternoon" | "evening" | "lunchtime" | "end-of-day"

export type DayRef =
  | {
      readonly kind: "weekday"
      readonly weekday: number
      readonly which: "bare" | "coming" | "this" | "next" | "next-week"
      readonly plusDays: number
    }
  /** Counted from today. */
  | { readonly kind: "from-today"; readonly days: number }
  /** Counted from the event's own day: "the following week". */
  | { readonly kind: "from-event"; readonly days: number }
  /** The event's own weekday, in next week. */
  | { readonly kind: "next-week" }
  /** Several where day and month can be read either way. A null year: the nearest that makes sense. A weekday must agree. */
  | { readonly kind: "date"; readonly readings: readonly MonthDay[]; readonly weekday: number | null }
  | { readonly kind: "day-of-month"; readonly day: number; readonly weekday: number | null }
  /** `nth` -1 is the last. A null month is this one. */
  | {
      readonly kind: "nth-weekday"
      readonly nth: number
      readonly weekday: number
      readonly month: number | "next" | null
    }

export interface MonthDay {
  readonly year: number | null
  readonly month: number
  readonly day: number
}

export type TimeRef =
  | { readonly kind: "clock"; readonly clock: Clock }
  | { readonly kind: "range"; readonly from: Clock; readonly to: Clock }
  | { readonly kind: "same" }

export interface Clock {
  readonly hour: number
  readonly minute: number
  readonly meridiem: "am" | "pm" | null
  /** Written so that it can only be the 24-hour clock: 15:30, 09:00, 0930. */
  readonly exact: boolean
}

export type Length = { readonly kind: "exact"; readonly ms: number } | { readonly kind: "days"; readonly days: number }
