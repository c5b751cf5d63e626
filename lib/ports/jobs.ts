import type { ConnectionId } from "../domain/event"

/** One calendar of one person's account. */
export interface FollowedCalendar {
  readonly workspaceId: string
  readonly userId: string
  readonly connectionId: ConnectionId
  readonly calendarId: string
}

/** One step of a person's proposal, and the account that it is in. */
export interface StepRef {
  readonly workspaceId: string
  readonly userId: string
  readonly connectionId: ConnectionId
  readonly proposalId: string
  readonly position: number
}

/** A booking on a calendar of a person's account. */
export interface BookingRef {
  readonly workspaceId: string
  readonly userId: string
  readonly connectionId: ConnectionId
  readonly bookingId: string
}

export interface SubscriptionRef {
  readonly workspaceId: string
  readonly subscriptionId: string
}

/** What is done off everybody's way, in any process. Each may run twice: re-reads, and messages that carry their own id. */
export interface Work {
  /** Reads again what has changed in a calendar. Ten orders that wait are one. */
  readonly "sync-calendar": FollowedCalendar
  /** Which calendars an account has, each followed from then on. */
  readonly "follow-account": Omit<FollowedCalendar, "calendarId">
  /** Looks once more at the slot that a step was written into. Ordered by the statement that records the outcome (`GuardedStore.finish`). */
  readonly "check-slot": StepRef
  /** Writes a booking's event into its person's calendar, or takes it away. */
  readonly "settle-booking": BookingRef
  /** Sends what one subscription is to be told. Ordered by the statements that make it due (`WebhookStore`). */
  readonly "deliver-webhooks": SubscriptionRef
}

export interface Jobs {
  /** Orders waiting for the same thing are one; one that comes while it is being done is done after it. One account's orders are done one after the other. */
  enqueue<Name extends keyof Work>(name: Name, what: Work[Name]): Promise<void>
}
