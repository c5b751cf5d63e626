import type { Booking, Slot } from "../domain/booking"
import type { BookingEventState } from "../domain/booking-event"
import type { CalendarEvent, EventKey } from "../domain/event"
import type { ForbiddenReason } from "../domain/outcome"
import type { Seen } from "../domain/version"
import type { LogEntry } from "./audit-log"

/** A booking, and what has become of it in its person's calendar. */
export interface WrittenBooking {
  readonly booking: Booking
  /** The last step's number (lib/domain/booking-event.ts); 0: none was begun. */
  readonly attempt: number
  /** `seen`: as it was written, at the times it has now, under the version last known. */
  readonly event: {
    readonly key: EventKey
    readonly seen: Seen<CalendarEvent>
    readonly state: BookingEventState
  } | null
}

/** What a person is asked of a booking. */
export interface BookingQuestion {
  readonly id: string
  readonly booking: Booking
  /** `overlap`: an event landed on it when it was frozen. `moved`: its event was put where it cannot follow. */
  readonly about: "overlap" | "moved"
  /** Where that event stands; null: it has no times of day. */
  readonly outside: Slot | null
}

export type BookingChoice = "keep" | "cancel"

/**
 * Bookings in calendars: which are due, and how far each is. The link between a booking and its event is written by the statement that records the outcome of the write, and what a
 * person does to the event by the one that stores what sync saw (migration `bookings_in_calendars`); here it is only read.
 */
export interface BookingEvents {
  /** Those whose turn it is; of several pollers one gets each. Each comes again after `againMs`. */
  takeDue(
    limit: number,
    againMs: number,
  ): Promise<readonly { workspaceId: string; ownerId: string; calendarId: string; bookingId: string }[]>
  find(workspaceId: string, bookingId: string): Promise<WrittenBooking | null>
  /** Begins the next attempt. False: the booking is another than `seen` by now, or somebody else has begun it. */
  begin(workspaceId: string, seen: WrittenBooking, againMs: number): Promise<boolean>
  /** When it is to be looked at again; null: when something happens. Of no effect when something has since `seen`. */
  rest(workspaceId: string, seen: WrittenBooking, afterMs: number | null): Promise<void>
  /** The event is the person's own from now on, and takes their time. */
  leave(workspaceId: string, key: EventKey): Promise<void>
  /** What frozen bookings take of a person's time that no event stands for yet: no read of a calendar can tell of it. */
  frozenUnwritten(workspaceId: string, ownerId: string, during: Slot): Promise<readonly Slot[]>
  /**
   * Bookings whose time is not over and whose calendar has said no to their event, with its reason: live ones to its being written, ended ones, whose event still stands, to its being taken away.
   * Nothing more is tried for those.
   */
  refused(workspaceId: string, ownerId: string): Promise<ReadonlyMap<string, ForbiddenReason>>
  /** Agents' names by the events of live bookings among these. */
  bookedBy(workspaceId: string, ownerId: string, keys: readonly EventKey[]): Promise<ReadonlyMap<EventKey, string>>
  /** Open ones, the oldest first. A question whose cause is gone is none. */
  questions(workspaceId: string, ownerId: string): Promise<readonly BookingQuestion[]>
  /** Once. `notFound`: there is no such question of this person's. */
  answer(
    workspaceId: string,
    userId: string,
    questionId: string,
    choice: BookingChoice,
    log: LogEntry,
  ): Promise<"answered" | "superseded" | "notFound">
}
