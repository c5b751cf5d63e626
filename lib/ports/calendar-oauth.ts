/** An access to one account's calendars, as the provider's token endpoint gave it. */
export interface Grant {
  readonly accessToken: string
  /** Null when the provider gave none: a refresh at Google keeps the old one. */
  readonly refreshToken: string | null
  readonly expiresInSeconds: number
  readonly scopes: readonly string[]
}

/** Whose account it is, from the id token. */
export interface ProviderAccount {
  readonly providerAccountId: string
  readonly email: string
}

export interface AuthorizationRequest {
  readonly state: string
  readonly nonce: string
  /** PKCE, S256 (RFC 7636). */
  readonly challenge: string
  readonly redirectUri: string
  readonly loginHint: string
}

/** The OAuth 2 side of one calendar provider: RFC 6749, with OpenID Connect to learn whose account it is. */
export interface CalendarOAuth {
  /** Without these the calendars cannot be used: consent may be given in part. */
  lacks(grant: Grant): readonly string[]
  authorizeUrl(request: AuthorizationRequest): string
  /** @throws for an answer that is not the provider's or not for this request; nothing is to be kept then. */
  exchange(code: {
    readonly code: string
    readonly verifier: string
    readonly redirectUri: string
    readonly nonce: string
  }): Promise<
    | { readonly kind: "granted"; readonly grant: Grant; readonly account: ProviderAccount }
    | { readonly kind: "refused" }
  >
  /** `dead`: the grant was revoked or ran out, only the person can renew it. `unavailable`: the provider could not be asked just now. */
  refresh(
    refreshToken: string,
  ): Promise<
    { readonly kind: "refreshed"; readonly grant: Grant } | { readonly kind: "dead" } | { readonly kind: "unavailable" }
  >
  /** Ends the grant at the provider. False when that did not work or the provider has no such thing. */
  revoke(token: string): Promise<boolean>
}
