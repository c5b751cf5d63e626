import type { Person } from "../domain/person"
import { tokenHash } from "../domain/token-hash"
import type { SignedIn } from "../ports/identity-store"
import { readCookie } from "../server/session-cookie"
import { wired } from "../server/wiring"
import { problem } from "./problem"
import type { Who } from "./routes"

/** Whoever holds the request's session, read anew from the database: a role taken away is gone with the next request. */
export async function signedInBy(request: Request): Promise<SignedIn | null> {
  const token = readCookie(wired.origin, "session", request.headers.get("cookie"))
  return token ? wired.identities.findSession(tokenHash(token)) : null
}

/** The member behind a request; null when nobody is signed in or they are no member. */
export async function personOf(request: Request): Promise<Person | null> {
  return (await signedInBy(request))?.person ?? null
}

/** Why somebody is not let in; null when they are. */
export function refusalOf(who: Who, user: SignedIn | null): Response | null {
  if (who === "anyone" || who === "agent") return null
  if (!user) return problem("signed-out")
  if (who === "signed-in") return null
  if (!user.person) return problem("not-a-member")
  if (who === "admin" && user.person.role !== "admin") return problem("admins-only")
  return null
}
