import { z } from "zod"
import { SCOPES, type Scope } from "../../domain/agent-key"
import type { BookingTimes, CollisionPattern, Slot } from "../../domain/booking"
import type { ForbiddenReason } from "../../domain/outcome"
import type { WorkingHours } from "../../domain/plan"

/** POST /api/agents */
export const AddAgentRequest = z.object({
  name: z
    .string()
    .trim()
    .min(1, "is needed")
    .max(80)
    .regex(/^\P{Cc}+$/u, "must be one line"),
})

const AgentIds = z.array(z.string().min(1).max(64)).max(50)

/** POST /api/agents/rank: the whole list as it was on screen, and as it is to be. */
export const RankAgentsRequest = z.object({ seen: AgentIds, agentIds: AgentIds })

/** Bounds of what a person may set for a calendar (D14, D15), in milliseconds and pieces. */
export const TIME_BOUNDS = {
  holdMs: { min: 5_000, max: 600_000 },
  bumpMs: { min: 0, max: 3_600_000 },
  maxHolds: { min: 1, max: 50 },
} as const

const bounded = ({ min, max }: { readonly min: number; readonly max: number }) => z.number().int().min(min).max(max)

/** POST /api/agents/calendars: agents may book there from now on, or its times change. */
export const OpenCalendarRequest = z.object({
  connectionId: z.string().min(1).max(64),
  calendarId: z.string().min(1).max(1024),
  times: z.object({
    holdMs: bounded(TIME_BOUNDS.holdMs),
    bumpMs: bounded(TIME_BOUNDS.bumpMs),
    maxHolds: bounded(TIME_BOUNDS.maxHolds),
  }),
  /** Bookings are written into the calendar as they are committed, not when they are frozen. */
  writeAtOnce: z.boolean().default(false),
})

/** POST /api/agents/calendars/close: nothing new is booked there. */
export const CloseCalendarRequest = OpenCalendarRequest.pick({ connectionId: true, calendarId: true })

/** POST /api/booking-questions/:id. `keep` leaves both as they stand. */
export const AnswerBookingRequest = z.object({ choice: z.enum(["keep", "cancel"]) })

/** POST /api/agents/:id/keys. `days`: how long it is good for; null: until it is revoked. */
export const IssueKeyRequest = z.object({
  scopes: z.array(z.enum(SCOPES)).min(1, "choose one at least").max(SCOPES.length),
  days: z.number().int().min(1).max(3_650).nullable(),
})

/** POST /api/agents/:id/keys/revoke */
export const RevokeKeyRequest = z.object({ keyId: z.string().min(1).max(64) })

const WallClock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "write it as HH:MM")

/** PATCH /api/agents/rules: what is kept free besides events (D17). */
export const RulesRequest = z.object({
  bufferMinutes: z.number().int().min(0).max(240),
  focusBlocks: z
    .array(
      z
        .object({
          days: z.array(z.number().int().min(1).max(7)).min(1, "choose a day").max(7),
          start: WallClock,
          end: WallClock,
        })
        .refine(({ start, end }) => start < end, "the end must be after the start"),
    )
    .max(10),
})

/** GET /api/agents/:id/keys: those in use. `prefix`: how the key begins; the rest is kept nowhere. */
export interface AgentKeysView {
  readonly keys: readonly {
    readonly id: string
    readonly prefix: string
    readonly scopes: readonly Scope[]
    readonly createdAt: string
    readonly expiresAt: string | null
    readonly lastUsedAt: string | null
  }[]
}

/** The whole key, shown this once. */
export interface IssuedKeyView {
  readonly id: string
  readonly key: string
}

/** Something an agent has on one of the person's calendars. `priority`: the agent's place when it took it. */
interface StandingView {
  readonly id: string
  readonly agent: string
  readonly calendar: string
  readonly priority: number
  readonly slot: Slot
}

export interface BookingRowView extends StandingView {
  readonly title: string
  /** Frozen from then on. */
  readonly bumpUntil: string
  /** Why its calendar does not let its event be written; null: nothing is known of that. */
  readonly refused: ForbiddenReason | null
}

/** What a person is asked of a booking (lib/ports/booking-events.ts). */
export interface BookingQuestionView extends StandingView {
  readonly title: string
  readonly about: "overlap" | "moved"
  /** Where the event stands; null: it lasts whole days. */
  readonly outside: Slot | null
}

export interface EndedBookingView extends StandingView {
  readonly title: string
  readonly state: string
  readonly by: { readonly kind: "itself" | "agent" | "person" | "outside"; readonly name: string | null }
  /** Why its calendar does not let its event be taken away; null: nothing is known of that. */
  readonly refused: ForbiddenReason | null
}

/** GET /api/agents: everything of the person's own. */
export interface AgentsView {
  /** The database's clock, which holds and bump windows run by. */
  readonly now: string
  readonly calendars: readonly {
    readonly id: string
    readonly name: string
    readonly times: BookingTimes
    readonly writeAtOnce: boolean
  }[]
  /** The highest first. */
  readonly agents: readonly RankedAgentView[]
  /** Agents of the workspace that are not on the list. */
  readonly others: readonly { readonly id: string; readonly name: string }[]
  readonly holds: readonly (StandingView & { readonly expiresAt: string })[]
  /** Those that are not over, by start. */
  readonly bookings: readonly BookingRowView[]
  readonly ended: readonly EndedBookingView[]
  /** The oldest first. */
  readonly questions: readonly BookingQuestionView[]
  readonly rules: { readonly bufferMinutes: number; readonly focusBlocks: readonly WorkingHours[] }
  readonly collisions: {
    /** ISO dates in the person's zone, the last one today. */
    readonly days: readonly string[]
    readonly counts: readonly { readonly pattern: CollisionPattern; readonly counts: readonly number[] }[]
  }
}

export interface RankedAgentView {
  readonly id: string
  readonly name: string
  readonly priority: number
  readonly revocable: boolean
  /** Added by this person: keys are theirs to give. */
  readonly own: boolean
}

/** POST /api/agents/rank. `stale` (409): the list was changed elsewhere; nothing was written. */
export type RankAnswer = { readonly kind: "ranked" } | { readonly kind: "stale" }
