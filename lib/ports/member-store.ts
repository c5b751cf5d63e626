import type { Role } from "../domain/person"
import type { WorkingHours } from "../domain/plan"
import type { SealedLogEntry } from "./audit-log"

export interface MemberRow {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly joinedAt: string
  /** May admins read the titles of this person's events in the log? */
  readonly shareTitles: boolean
}

export interface InvitationRow {
  readonly id: string
  readonly role: Role
  readonly expiresAt: string
}

export interface SettingsChange {
  readonly timeZone?: string | undefined
  readonly workingHours?: WorkingHours | undefined
  readonly shareTitles?: boolean | undefined
}

export type RoleChange = "changed" | "unchanged" | "last-admin" | "not-found"

export type Acceptance = "joined" | "not-found" | "used" | "expired" | "already-a-member"

/** A workspace's people. Every change and its log rows are one transaction. */
export interface MemberStore {
  workspaceName(workspaceId: string): Promise<string>
  members(workspaceId: string): Promise<readonly MemberRow[]>
  /** Those that can still be used. */
  openInvitations(workspaceId: string): Promise<readonly InvitationRow[]>
  changeSettings(
    workspaceId: string,
    userId: string,
    change: SettingsChange,
    log: readonly SealedLogEntry[],
  ): Promise<void>
  /**
   * Never leaves a workspace without an admin, however many are demoted at once: the workspace's row is locked before admins are counted.
   * `log` is written with the outcome filled in, unless there is no such member.
   */
  changeRole(workspaceId: string, userId: string, role: Role, log: SealedLogEntry): Promise<RoleChange>
  invite(
    invitation: {
      readonly workspaceId: string
      readonly id: string
      readonly tokenHash: string
      readonly role: Role
      readonly createdBy: string
    },
    ttlHours: number,
    log: readonly SealedLogEntry[],
  ): Promise<InvitationRow>
  /** Single use, by the database's clock. `log` makes the rows from what the invitation says. */
  accept(
    tokenHash: string,
    userId: string,
    defaults: { readonly timeZone: string; readonly workingHours: WorkingHours },
    log: (invitation: {
      readonly workspaceId: string
      readonly id: string
      readonly role: Role
    }) => readonly SealedLogEntry[],
  ): Promise<Acceptance>
}
