import type { WorkingHours } from "./plan"

export type Role = "admin" | "member"

/** Who is asking: a signed-in member of a workspace. Every use case takes one, and reads and writes only what is theirs. */
export interface Person {
  readonly workspaceId: string
  readonly userId: string
  readonly role: Role
  readonly name: string
  readonly email: string
  /** IANA. */
  readonly timeZone: string
  readonly workingHours: WorkingHours
  readonly shareTitles: boolean
}

export const DEFAULT_WORKING_HOURS: WorkingHours = { days: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" }
