import type {
  BlockAnswer,
  BookableCalendar,
  Booking,
  CancelAnswer,
  CommitAnswer,
  Hold,
  HoldAnswer,
  ReleaseAnswer,
  Slot,
} from "../domain/booking"

/*
 * The conflict engine (D1-D5): the commit is the check. Each write is one transaction: lock the calendar, read the database's clock, expire what is due, apply the rule
 * (lib/domain/protocol/booking.ts), write the effect, its log rows and the reply kept under the idempotency key. Callers hold nothing. A loss is an answer and is
 * not to be tried again (D8); an exception is a fault and nothing was written.
 *
 * The priority of a request is the agent's place in the owner's list, read in the same transaction: no caller can claim one.
 */

/** D20. Keys belong to whoever asks and live for 24 hours. */
export interface Idempotency {
  readonly key: string
  /** SHA-256 (hex) of all that makes the request what it is: method, path, body. */
  readonly digest: string
}

/** What every write carries. */
export interface BookingRequest extends BookableCalendar {
  readonly agentId: string
  /** Null for callers within the product, which have their own way of not asking twice. */
  readonly idempotency: Idempotency | null
}

export interface HoldRequest extends BookingRequest {
  /** Lower-case UUID of the hold to be made. */
  readonly id: string
  readonly slot: Slot
}

export interface CommitRequest extends BookingRequest {
  /** Lower-case UUID of the booking to be made. */
  readonly id: string
  /** Directly, or from a hold of the agent's own on this calendar. */
  readonly from: { readonly slot: Slot } | { readonly holdId: string }
  readonly title: string
}

export interface ReleaseRequest extends BookingRequest {
  readonly holdId: string
}

/** An agent cancels its own bookings, a person (`person`: their id) any on a calendar of theirs. */
export interface CancelRequest extends BookableCalendar {
  readonly by: { readonly kind: "agent" | "person"; readonly id: string }
  readonly bookingId: string
  readonly idempotency: Idempotency | null
}

/** An event or focus block as it stands outside: any instants, not the grid. The same `source` and `id` again: it moved. */
export interface OutsideBlock extends BookableCalendar {
  readonly source: string
  readonly id: string
  readonly slot: Slot
}

export type Answered<A> =
  /** `replayed`: the reply to an earlier request with the same key and digest; nothing was done now. */
  | { readonly kind: "answered"; readonly answer: A; readonly replayed: boolean }
  /** The key was used for another request (422). Nothing was done. */
  | { readonly kind: "keyReused" }
  /** Another request with this key was still running after a second (409). Nothing was done. */
  | { readonly kind: "stillRunning" }

/** Newest first. `before`: the `cursor` of the page before; null: from the newest. */
export interface Paging {
  readonly before: string | null
  readonly limit: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Null: that was all. */
  readonly cursor: string | null
}

export interface BookingFilter {
  readonly workspaceId: string
  readonly ownerId?: string
  readonly calendarId?: string
  readonly agentId?: string
  readonly live?: boolean
  /** Only what overlaps it. */
  readonly during?: Slot
}

/** A row of the log about holds and bookings. */
export interface AuditEvent {
  readonly id: string
  /** ISO instant. */
  readonly at: string
  readonly kind: string
  readonly actor: { readonly kind: string; readonly id: string }
  readonly resource: { readonly kind: string; readonly id: string }
  readonly ownerId: string | null
  readonly outcome: string | null
  readonly body: Readonly<Record<string, unknown>>
}

export interface AuditFilter {
  readonly workspaceId: string
  /** Whose calendars; absent: everybody's. */
  readonly ownerIds?: readonly string[]
  /** Id of a hold or booking. A refused request's is the id it would have had. */
  readonly resourceId?: string
  readonly agentId?: string
}

/** What stands on a calendar. An agent's own hold is not in its own way. */
export interface Standing {
  readonly ownerId: string
  readonly calendarId: string
  readonly kind: "hold" | "booking" | "outside"
  readonly agentId: string | null
  readonly slot: Slot
}

export interface BookingStore {
  hold(request: HoldRequest): Promise<Answered<HoldAnswer>>
  commit(request: CommitRequest): Promise<Answered<CommitAnswer>>
  release(request: ReleaseRequest): Promise<Answered<ReleaseAnswer>>
  cancel(request: CancelRequest): Promise<Answered<CancelAnswer>>

  /** Something outside stands there from now on: it evicts what can be evicted, and displaces holds. */
  block(block: OutsideBlock): Promise<BlockAnswer>
  /** It is no longer there. */
  unblock(block: Omit<OutsideBlock, "slot">): Promise<void>

  findHold(workspaceId: string, id: string): Promise<Hold | null>
  findBooking(workspaceId: string, id: string): Promise<Booking | null>
  /** By the time they were committed. */
  listBookings(filter: BookingFilter, paging: Paging): Promise<Page<Booking>>
  listHolds(filter: BookingFilter, paging: Paging): Promise<Page<Hold>>
  audit(filter: AuditFilter, paging: Paging): Promise<Page<AuditEvent>>
  findAuditEvent(workspaceId: string, id: string): Promise<AuditEvent | null>

  /** Availability's input: everything live that overlaps the window, on all of these people's calendars, by start. */
  standing(workspaceId: string, ownerIds: readonly string[], window: Slot): Promise<readonly Standing[]>

  /** Holds whose time ran out on calendars that nobody touched since; each ends with its log row. Answers how many. */
  expireHolds(limit: number): Promise<number>
  /** Idempotency keys older than 24 hours. Answers how many. */
  forgetKeys(limit: number): Promise<number>
}
