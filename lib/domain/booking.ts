/*
 * Glossary. Calendar: what agents book on, one person's. Slot: `[start, end)`, whole five-minute buckets. Hold: a slot kept for a moment, it runs out by itself.
 * Booking: a slot that was committed. For its bump window a strictly higher priority may evict it, then it is frozen. Priority: an agent's place in the list of the
 * calendar's owner; 1 is the highest. It is copied onto holds and bookings, so a new ranking counts for later requests only (D13).
 */

export const BUCKET_MS = 300_000
/** The longest slot: 24 hours. */
export const MAX_SLOT_MS = 24 * 3_600_000

/** D14, D15, and how many live holds an agent may have in a workspace. */
export const BOOKING_DEFAULTS: BookingTimes = { holdMs: 30_000, bumpMs: 30_000, maxHolds: 5 }

export interface BookingTimes {
  readonly holdMs: number
  readonly bumpMs: number
  readonly maxHolds: number
}

/** ISO instants in UTC, such as `2026-11-26T09:00:00.000Z`. */
export interface Slot {
  readonly start: string
  readonly end: string
}

/** `past`: the bucket it begins in is over; only the database's clock tells. */
export type SlotProblem = "unreadable" | "unaligned" | "empty" | "too-long" | "past"

/** What is wrong with a slot whatever the time is. Null: nothing. */
export function slotProblem({ start, end }: Slot): Exclude<SlotProblem, "past"> | null {
  const [from, to] = [Date.parse(start), Date.parse(end)]
  if (!Number.isFinite(from) || !Number.isFinite(to)) return "unreadable"
  if (from % BUCKET_MS !== 0 || to % BUCKET_MS !== 0) return "unaligned"
  if (to <= from) return "empty"
  return to - from > MAX_SLOT_MS ? "too-long" : null
}

export interface BookableCalendar {
  readonly workspaceId: string
  readonly ownerId: string
  readonly calendarId: string
}

/** Who took a slot from somebody, or keeps it from them. */
export interface Winner {
  readonly kind: "booking" | "hold"
  readonly id: string
  readonly agentId: string
  readonly priority: number
  readonly slot: Slot
}

/** Why a hold or a booking ended: another's request, something outside (an event, a focus block), or somebody's own wish. */
export type EndedBy =
  | Winner
  | { readonly kind: "outside"; readonly slot: Slot }
  | { readonly kind: "agent" | "person"; readonly id: string }

export interface Hold {
  readonly id: string
  readonly ownerId: string
  readonly calendarId: string
  readonly agentId: string
  readonly priority: number
  readonly slot: Slot
  readonly createdAt: string
  readonly expiresAt: string
  /** `used`: it became a booking. */
  readonly state: "live" | "used" | "released" | "expired" | "displaced"
  readonly endedAt: string | null
  readonly endedBy: EndedBy | null
}

export interface Booking {
  readonly id: string
  readonly ownerId: string
  readonly calendarId: string
  readonly agentId: string
  readonly priority: number
  readonly slot: Slot
  /** What is written into the person's calendar. Not in the log. */
  readonly title: string
  readonly committedAt: string
  /** Frozen from then on (D14). */
  readonly bumpUntil: string
  readonly state: "live" | "cancelled" | "evicted"
  readonly endedAt: string | null
  readonly endedBy: EndedBy | null
}

/** D11: which kind of collision it was, by the strongest thing that stood there. */
export type CollisionPattern =
  | "hold-vs-hold"
  | "hold-vs-commit-inside-bump"
  | "commit-vs-frozen"
  | "external-event-overlap"

/** `auditEventId`: the row of the log that says so, written in the same transaction. */
interface Recorded {
  readonly auditEventId: string
}

/** Somebody is in the way and stays (D7). Of several: the highest priority, then the earliest start. */
export interface Outranked extends Recorded {
  readonly kind: "outranked"
  readonly winner: Winner
  readonly yourPriority: number
  readonly pattern: CollisionPattern
}

/** Something outside the engine is in the way: an event, a focus block (D7). No rank helps. */
export interface Busy extends Recorded {
  readonly kind: "busy"
  readonly during: Slot
  readonly pattern: "external-event-overlap"
}

/** There is no such thing for whoever asks: unknown, somebody else's, or a calendar whose owner has not listed the agent. */
export interface NotFound {
  readonly kind: "notFound"
  readonly what: "calendar" | "hold" | "booking"
}

export interface Invalid {
  readonly kind: "invalid"
  readonly reason: SlotProblem
}

/**
 * `too-many-holds`: in the workspace; `held-before`: the agent held some of it within the time of one hold, and let it go or let it run out. Worth trying again from
 * `retryAt`. Never kept under an idempotency key.
 */
export interface Limited extends Recorded {
  readonly kind: "limited"
  readonly reason: "too-many-holds" | "held-before"
  readonly retryAt: string
}

export type HoldAnswer =
  /** `displaced`: holds of others that had to go. */
  | (Recorded & { readonly kind: "held"; readonly hold: Hold; readonly displaced: readonly string[] })
  | Outranked
  | Busy
  | Limited
  | NotFound
  | Invalid

export type CommitAnswer =
  /** `evicted`: bookings that had to go, whole; `displaced`: holds of others. */
  | (Recorded & {
      readonly kind: "committed"
      readonly booking: Booking
      readonly evicted: readonly string[]
      readonly displaced: readonly string[]
    })
  /** Also when the named hold was displaced: `winner` is what displaced it (D22). */
  | Outranked
  | Busy
  /** The named hold is over: its time ran out, or it was released or used. */
  | (Recorded & { readonly kind: "expired"; readonly how: "ttl" | "released" | "used" })
  | NotFound
  | Invalid

export type ReleaseAnswer =
  | (Recorded & { readonly kind: "released"; readonly hold: Hold })
  /** It had ended already; nothing was written. */
  | { readonly kind: "ended"; readonly hold: Hold }
  | NotFound

export type CancelAnswer =
  | (Recorded & { readonly kind: "cancelled"; readonly booking: Booking })
  /** It had ended already; nothing was written. */
  | { readonly kind: "ended"; readonly booking: Booking }
  | NotFound

/** Something outside landed on the calendar (D22). What is frozen stays and is to be asked about. `auditEventId` null: it met nothing. */
export type BlockAnswer =
  | {
      readonly kind: "blocked"
      readonly auditEventId: string | null
      readonly evicted: readonly string[]
      readonly displaced: readonly string[]
      readonly frozen: readonly string[]
    }
  | NotFound
