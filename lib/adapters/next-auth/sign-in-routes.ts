import "server-only"
import { randomBytes } from "node:crypto"
import type { NextApiRequest, NextApiResponse } from "next"
import NextAuth, { type AuthOptions, type CookieOption } from "next-auth"
import { type IdentityStore, SESSION_DAYS } from "../../ports/identity-store"
import type { Log } from "../../ports/log"
import type { SignInRules } from "../../ports/sign-in"
import { nextAuthAdapter } from "./adapter"
import { claimsOf, type OpenIdClient, type OpenIdProfile, openIdProvider } from "./providers"
import { Reply, requestFields } from "./reply"

export interface SignInSetup {
  readonly clients: readonly OpenIdClient[]
  readonly secret: string
  readonly identities: IdentityStore
  readonly rules: SignInRules
  readonly log: Log
  /** Our name for a cookie on this origin. */
  readonly cookieName: (name: string) => string
  readonly secureCookies: boolean
}

/** What is served under /api/auth. `session` and `_log` are not: our own guard reads sessions, and nobody may write into our log. */
const ACTIONS = new Set(["signin", "callback", "csrf", "providers", "signout", "error"])

/**
 * next-auth behind `Request` and `Response`. Its own route handler reads cookies through Next's request scope; the older entry that is
 * used here takes them as arguments, so that sign-in runs, and is tested, as a function.
 *
 * @returns null for a path that is none of its own
 */
export function signInRoutes(setup: SignInSetup): (request: Request) => Promise<Response | null> {
  return async (request) => {
    const fields = await requestFields(request)
    if (!ACTIONS.has(fields.query.nextauth[0] ?? "")) return null
    const reply = new Reply()
    const replaces = fields.cookies[setup.cookieName("session")] ?? null
    // it uses these fields and methods of the two and no others
    await NextAuth(fields as unknown as NextApiRequest, reply as unknown as NextApiResponse, options(setup, replaces))
    return reply.response()
  }
}

const options = (
  { clients, secret, identities, rules, log, ...cookies }: SignInSetup,
  replaces: string | null,
): AuthOptions => ({
  secret,
  providers: clients.map(openIdProvider),
  adapter: nextAuthAdapter(identities, replaces),
  session: {
    strategy: "database",
    maxAge: SESSION_DAYS * 24 * 60 * 60,
    generateSessionToken: () => randomBytes(32).toString("base64url"),
  },
  pages: { signIn: "/sign-in", error: "/sign-in" },
  cookies: {
    sessionToken: cookie(cookies, "session"),
    callbackUrl: cookie(cookies, "callback-url"),
    csrfToken: cookie(cookies, "csrf"),
    pkceCodeVerifier: cookie(cookies, "pkce", 900),
    state: cookie(cookies, "state", 900),
    nonce: cookie(cookies, "nonce", 900),
  },
  callbacks: {
    async signIn({ account, profile }) {
      const client = clients.find(({ id }) => id === account?.provider)
      // this very shape came out of `profile` of the provider's entry
      const claims = client && profile && claimsOf(client.id, profile as unknown as OpenIdProfile)
      if (!claims?.email) return false
      await rules.arriving(claims)
      return true
    },
  },
  events: {
    signIn: ({ user, account }) => rules.arrived(user.id, account?.provider ?? ""),
  },
  logger: {
    error: (code, fields) => log.warn({ reason: code, err: fields }, "sign-in failed"),
    warn: (code) => log.warn({ reason: code }, "sign-in warning"),
    debug: () => {},
  },
})

function cookie(
  { cookieName, secureCookies }: Pick<SignInSetup, "cookieName" | "secureCookies">,
  name: string,
  maxAge?: number,
): CookieOption {
  return {
    name: cookieName(name),
    options: {
      httpOnly: true,
      sameSite: "lax",
      path: "/",
      secure: secureCookies,
      ...(maxAge === undefined ? {} : { maxAge }),
    },
  }
}
