import { z } from "zod"
import type { Role } from "../../domain/person"
import type { WorkingHours } from "../../domain/plan"

export const WallClock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "write it as HH:MM")

/** GET /api/stream: `since`, the length of the log before the page was read. */
export const StreamRequest = z.object({ since: z.coerce.number().int().min(0).optional() })

/** PATCH /api/settings */
export const SettingsRequest = z.object({
  timeZone: z.string().min(1).max(64).optional(),
  workingHours: z
    .object({ days: z.array(z.number().int().min(1).max(7)).max(7), start: WallClock, end: WallClock })
    .refine((hours) => hours.start < hours.end, "the end must be after the start")
    .optional(),
  shareTitles: z.boolean().optional(),
})

/** POST /api/invitations (admin) */
export const InviteRequest = z.object({ role: z.enum(["admin", "member"]) })
/** POST /api/invitations/accept (signed in, not yet a member) */
export const AcceptInvitationRequest = z.object({ token: z.string().min(20).max(200) })
/** PATCH /api/members/:id (admin) */
export const ChangeRoleRequest = z.object({ role: z.enum(["admin", "member"]) })

export interface SettingsView {
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly workspace: string
  readonly timeZone: string
  readonly workingHours: WorkingHours
  readonly shareTitles: boolean
  readonly connections: readonly {
    readonly id: string
    readonly provider: string
    readonly email: string
    readonly status: "live" | "paused"
  }[]
  /** How many questions about agents' bookings wait for this person. */
  readonly bookingQuestions: number
}

export interface MembersView {
  readonly members: readonly {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly role: Role
    readonly joinedAt: string
    readonly self: boolean
  }[]
  readonly invitations: readonly { readonly id: string; readonly role: Role; readonly expiresAt: string }[]
}

/** POST /api/invitations: the link is shown once; only its hash is kept. */
export interface InvitationView {
  readonly id: string
  readonly url: string
  readonly role: Role
  readonly expiresAt: string
}

/** Every refusal of the API that is not an outcome: RFC 9457. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly code: string
}
