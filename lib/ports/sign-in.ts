import type { AccountKey } from "./identity-store"

/** Who a provider says has signed in. */
export interface IdentityClaims {
  readonly account: AccountKey
  /** Lower case; empty when the provider gave none. */
  readonly email: string
  /** Does the provider vouch that the address is theirs? */
  readonly emailVerified: boolean
  readonly name: string
}

/** The rules of signing in, called by whatever speaks the protocol. */
export interface SignInRules {
  /** Before a user is looked up or made. */
  arriving(claims: IdentityClaims): Promise<void>
  /** After the session was opened. */
  arrived(userId: string, provider: string): Promise<void>
}
