export interface CaldavAccess {
  /** An absolute address: of a server, a principal or a calendar home. */
  readonly server: string
  readonly username: string
  readonly password: string
}

/**
 * What stands behind an address and a password. `refused-host`: not https, or not on the public internet, and this installation takes no such.
 * `unreachable`: nobody answered, or only with a fault of its own.
 */
export type Discovery =
  | {
      readonly kind: "found"
      /** The calendar home (RFC 4791 6.2.1); ends in a slash. */
      readonly home: string
      /** Who "self" is among organizer and attendees (RFC 6638 2.4.1). */
      readonly email: string
    }
  | { readonly kind: "wrong-password" | "not-caldav" | "refused-host" | "unreachable" }

export type DiscoverCaldav = (access: CaldavAccess) => Promise<Discovery>
