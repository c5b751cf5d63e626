import type { Person } from "../domain/person"
import type { SealedLogEntry } from "./audit-log"

/** The holder of a session. `person` is null for somebody who is signed in but is a member of no workspace. */
export interface SignedIn {
  /** The hash of the session's token; what is bound to the session is bound to this. */
  readonly sessionHash: string
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly person: Person | null
  /** A day or more of the session is used up: time to roll it on. */
  readonly renewalDue: boolean
}

export interface User {
  readonly id: string
  readonly name: string
  readonly email: string
}

/** One sign-in at one provider. */
export interface AccountKey {
  readonly provider: string
  readonly providerAccountId: string
}

export const SESSION_DAYS = 30

/** Users, their sign-ins and sessions. Sessions are named by `tokenHash` (lib/domain/token-hash.ts) and expire by the database's clock. */
export interface IdentityStore {
  /** The session, its user and their membership as they are now; null when it is unknown or over. */
  findSession(tokenHash: string): Promise<SignedIn | null>
  openSession(tokenHash: string, userId: string): Promise<void>
  /** A user's membership as it is now; null when they are a member of no workspace. */
  findPerson(userId: string): Promise<Person | null>
  /** Another `SESSION_DAYS` from now. */
  renewSession(tokenHash: string): Promise<void>
  /** Closing a session that is not there is no error: signing out twice is fine. */
  closeSession(tokenHash: string): Promise<void>
  /** Deletes sessions that are over. @returns how many */
  removeOverSessions(): Promise<number>

  findUser(id: string): Promise<User | null>
  findUserByEmail(email: string): Promise<User | null>
  findUserByAccount(account: AccountKey): Promise<User | null>
  createUser(user: Omit<User, "id">): Promise<User>
  linkAccount(userId: string, account: AccountKey): Promise<void>
  /** Gives the account to the user with this address, if that user has none yet. Of two accounts at once one gets it. */
  adopt(email: string, account: AccountKey): Promise<boolean>

  /** Makes the deployment's first workspace with this user as its admin; false when there is a workspace already. */
  foundWorkspace(
    workspace: { readonly id: string; readonly name: string; readonly timeZone: string },
    userId: string,
    log: readonly SealedLogEntry[],
  ): Promise<boolean>
}
