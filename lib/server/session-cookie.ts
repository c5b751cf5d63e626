import "server-only"
import { SESSION_DAYS } from "../ports/identity-store"

/** `__Host-` binds a cookie to this very host over https; browsers refuse it on plain http, which only loopback uses. */
export const cookieName = (origin: string, name: string): string =>
  isSecure(origin) ? `__Host-ifmatch.${name}` : `ifmatch.${name}`

export const isSecure = (origin: string): boolean => origin.startsWith("https://")

/** A `Set-Cookie` value. `maxAgeSeconds` 0 takes the cookie away. */
export function setCookie(origin: string, name: string, value: string, maxAgeSeconds: number): string {
  const secure = isSecure(origin) ? "; Secure" : ""
  return `${cookieName(origin, name)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`
}

export const SESSION_SECONDS = SESSION_DAYS * 24 * 60 * 60

/** The value of one of our cookies in a `Cookie` header; null when it is not there. */
export function readCookie(origin: string, name: string, header: string | null): string | null {
  const wanted = `${cookieName(origin, name)}=`
  const found = header?.split("; ").find((part) => part.startsWith(wanted))
  return found ? found.slice(wanted.length) : null
}
