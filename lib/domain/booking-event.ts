import type { Booking, Slot } from "./booking"
import type { ChangeKind } from "./change"
import type { EventDraft } from "./event"
import type { OutcomeKind } from "./outcome"
import { isoInstant } from "./zoned-time"

/*
 * What a booking is to its person's calendar (decision 016): an event that is written once its bump window is over, and taken away when it ends. Each step is a proposal of its own
 * with one operation, named after the booking and the attempt, so that a step taken twice is one step.
 */

/** `stands`: in the calendar, as far as is known. `kept`: the booking has ended, and the person wanted its event. */
export type BookingEventState = "stands" | "removed" | "kept"

/** How the last attempt stands; null for one that nobody has stored yet. */
export interface BookingAttempt {
  readonly change: ChangeKind
  readonly proposal: "open" | "stale" | "applying" | "conflict" | "done" | "stopped" | "dropped"
  /** The person answered its lost race with leaving things as they are. */
  readonly kept: boolean
  readonly outcome: OutcomeKind | null
}

export interface BookingInCalendar {
  readonly booking: Booking["state"]
  readonly event: BookingEventState | null
  /** 0: nothing was begun yet. */
  readonly attempt: number
  readonly last: BookingAttempt | null
}

export type BookingStep =
  /** Nothing is to be done until something happens. */
  | { readonly kind: "rest" }
  /** Something is under way, or a person is asked. */
  | { readonly kind: "wait" }
  /** The attempt with this number, for the first time or again: what was done of it is not done twice. */
  | { readonly kind: "write" | "remove"; readonly attempt: number }
  /** Begun, approved by nobody, and no longer wanted. */
  | { readonly kind: "drop" }
  /** The event is the person's own from now on. */
  | { readonly kind: "leave" }

/** @example bookingProposalId("0b7e…", 1) is "booking.0b7e….1" */
export const bookingProposalId = (bookingId: string, attempt: number): string => `booking.${bookingId}.${attempt}`

/** Outcomes after which the same may be tried once more: it certainly or very probably did not happen. A provider's no stays a no. */
const TRY_AGAIN: readonly (OutcomeKind | null)[] = [
  null,
  "notApplied",
  "busy",
  "expired",
  "superseded",
  "throttled",
  "reconnect",
]

/** What is to be done next. Total. */
export function nextBookingStep(now: BookingInCalendar): BookingStep {
  const { event, attempt, last } = now
  const isLive = now.booking === "live"
  if (event === "removed" || event === "kept" || (isLive && event === "stands")) return { kind: "rest" }
  const wanted = isLive ? "create" : "delete"
  if (!isLive && event === null) return unwritten(last)
  const step = isLive ? "write" : "remove"
  // of an attempt that is not stored yet nobody else can be any further
  if (attempt > 0 && last === null) return { kind: step, attempt }
  if (last === null || last.change !== wanted) return { kind: step, attempt: attempt + 1 }
  switch (last.proposal) {
    case "open":
    case "stale":
      return { kind: step, attempt }
    case "applying":
    case "conflict":
      return { kind: "wait" }
    case "done":
      return { kind: "rest" }
    case "dropped":
      return { kind: step, attempt: attempt + 1 }
    case "stopped":
      if (last.kept) return { kind: "leave" }
      return TRY_AGAIN.includes(last.outcome) ? { kind: step, attempt: attempt + 1 } : { kind: "rest" }
    default:
      return last.proposal satisfies never
  }
}

/** It ended before it was written: what is under way is waited for, and taken away once it is there. */
function unwritten(last: BookingAttempt | null): BookingStep {
  if (last?.proposal === "open" || last?.proposal === "stale") return { kind: "drop" }
  return { kind: last?.proposal === "applying" ? "wait" : "rest" }
}

/** How long after an attempt the booking is looked at again; longer each time. */
export const bookingWaitMs = (attempt: number): number => Math.min(5_000 * 2 ** attempt, 10 * 60_000)

/** The event of a booking. Nobody is invited: the agent knows its guests, the calendar's owner knows nothing of them. */
export const bookingDraft = ({ title, slot }: { title: string; slot: Slot }, timeZone: string): EventDraft => ({
  summary: title,
  start: { kind: "timed", at: isoInstant(Date.parse(slot.start)), timeZone },
  end: { kind: "timed", at: isoInstant(Date.parse(slot.end)), timeZone },
})
