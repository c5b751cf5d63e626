import "server-only"
import { headers } from "next/headers"
import { notFound, redirect } from "next/navigation"
import { cache } from "react"
import type { Person, Role } from "../domain/person"
import { tokenHash } from "../domain/token-hash"
import type { SignedIn } from "../ports/identity-store"
import { readCookie } from "./session-cookie"
import { wired } from "./wiring"

/** The session behind the page being rendered, if any. Layout and page of one request share one look. */
export const signedIn = cache(async (): Promise<SignedIn | null> => {
  const token = readCookie(wired.origin, "session", (await headers()).get("cookie"))
  return token ? wired.identities.findSession(tokenHash(token)) : null
})

/**
 * The lock of a page: its first line. Does not return for others: those who are signed out go to the sign-in page, those who are no member to
 * the invitation page; a member on an admin's page finds nothing there.
 */
export async function requirePerson(role: Role = "member"): Promise<Person> {
  const user = await signedIn()
  if (!user) redirect(`/sign-in?next=${encodeURIComponent((await headers()).get("x-path") ?? "/")}`)
  if (!user.person) redirect("/invitation")
  if (role === "admin" && user.person.role !== "admin") notFound()
  return user.person
}
