import "server-only"
import type { OAuthConfig } from "next-auth/providers/oauth"
import type { IdentityClaims } from "../../ports/sign-in"

/** An OpenID provider and our registration there. */
export interface OpenIdClient {
  readonly id: "google" | "microsoft"
  readonly wellKnown: string
  readonly clientId: string
  readonly clientSecret: string
}

/** What the two providers put into an id token. */
export interface OpenIdProfile {
  readonly sub: string
  readonly name?: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly preferred_username?: string
  readonly tid?: string
  readonly xms_edov?: boolean | string | number
}

const NAMES = { google: "Google", microsoft: "Microsoft" } as const

/** A plain OpenID entry for both: next-auth's own for Microsoft fetches a photo and fails the sign-in when it cannot. */
export const openIdProvider = ({
  id,
  wellKnown,
  clientId,
  clientSecret,
}: OpenIdClient): OAuthConfig<OpenIdProfile> => ({
  id,
  name: NAMES[id],
  type: "oauth",
  idToken: true,
  checks: ["pkce", "state", "nonce"],
  authorization: { params: { scope: "openid email profile", prompt: "select_account" } },
  client: { token_endpoint_auth_method: "client_secret_post" },
  profile: (profile) => {
    const { email, name } = claimsOf(id, profile)
    return { id: profile.sub, email, name }
  },
  wellKnown,
  clientId,
  clientSecret,
})

/** The tenant of personal Microsoft accounts, whose addresses Microsoft has verified. */
const PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"

/**
 * Who a profile says it is. A work account's address at Microsoft is whatever its administrator typed, so it only counts as verified where
 * Microsoft says so (the optional claim `xms_edov`).
 */
export function claimsOf(provider: OpenIdClient["id"], profile: OpenIdProfile): IdentityClaims {
  const email = (profile.email ?? profile.preferred_username ?? "").toLowerCase()
  const vouched =
    provider === "google"
      ? profile.email_verified === true
      : profile.tid === PERSONAL_TENANT || ["true", "1"].includes(String(profile.xms_edov))
  return {
    account: { provider, providerAccountId: profile.sub },
    email,
    emailVerified: vouched && profile.email !== undefined,
    name: profile.name ?? email,
  }
}
