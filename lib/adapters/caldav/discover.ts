import "server-only"
import type { CaldavAccess, DiscoverCaldav, Discovery } from "../../ports/caldav-discovery"
import { checkHost } from "../outside-request"
import { type Ask, asking, sameSite } from "./ask"
import { UNREADABLE_STATUS } from "./errors"
import { hrefsIn } from "./principal"
import { hrefIn, multistatus, type Row } from "./wire"

export interface DiscoverOptions {
  readonly allowPrivateHosts: boolean
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

type Failed = Exclude<Discovery, { kind: "found" }>
type Looked = { readonly kind: "row"; readonly row: Row } | Failed

const PRINCIPAL = { "d:current-user-principal": {}, "c:calendar-home-set": {} }
const HOME = { "c:calendar-home-set": {}, "c:calendar-user-address-set": {} }

/**
 * From an address to the calendar home (RFC 6764 section 6): what was typed, then `/.well-known/caldav` of its host, each asked for the principal, and the
 * principal for its home. The password goes to the host that was named (or another of its family) and nowhere else, wherever the answers point.
 */
export const caldavDiscovery =
  ({ allowPrivateHosts, now }: DiscoverOptions): DiscoverCaldav =>
  async (access) => {
    if (!(await checkHost(access.server, allowPrivateHosts ? "private" : "public"))) return { kind: "refused-host" }
    const ask = asking({ credentials: async () => access, allowPrivateHosts, now })
    let worst: Failed = { kind: "not-caldav" }
    for (const start of startsOf(access.server)) {
      const found = await from(ask, start, access)
      if (found.kind === "found" || found.kind === "wrong-password") return found
      if (found.kind !== "not-caldav") worst = found
    }
    return worst
  }

/** A bare host is asked for its well-known place first; a path was typed because it is meant. */
function startsOf(server: string): readonly string[] {
  const typed = new URL(server).href
  const wellKnown = new URL("/.well-known/caldav", server).href
  return new URL(server).pathname === "/" ? [wellKnown, typed] : [typed, wellKnown]
}

async function from(ask: Ask, start: string, access: CaldavAccess): Promise<Discovery> {
  const first = await look(ask, start, PRINCIPAL)
  if (first.kind !== "row") return first
  if (isNobody(first.row)) return { kind: "wrong-password" }
  const principal = hrefIn(first.row.props.currentUserPrincipal, first.row.url) ?? first.row.url
  if (!sameSite(new URL(start), new URL(principal))) return { kind: "not-caldav" }
  const second = await look(ask, principal, HOME)
  if (second.kind !== "row") return second
  const home = hrefIn(second.row.props.calendarHomeSet, second.row.url)
  if (!home || !sameSite(new URL(start), new URL(home))) return { kind: "not-caldav" }
  return { kind: "found", home: home.replace(/\/*$/, "/"), email: emailOf(second.row, access) }
}

/** The server let us in without asking who we are (RFC 5397 3). */
function isNobody({ props }: Row): boolean {
  const value = props.currentUserPrincipal
  return typeof value === "object" && value !== null && "unauthenticated" in value
}

async function look(ask: Ask, url: string, props: Readonly<Record<string, unknown>>): Promise<Looked> {
  const answer = await multistatus(ask, url, "PROPFIND", "0", { "d:propfind": { "d:prop": props } })
  if (answer.kind === "failed") {
    const { failure } = answer
    if (failure.kind !== "answer") return { kind: "unreachable" }
    if (failure.status === 401) return { kind: "wrong-password" }
    const { status } = failure
    const isFault = status === 429 || (status >= 500 && status !== 501 && status !== UNREADABLE_STATUS)
    return { kind: isFault ? "unreachable" : "not-caldav" }
  }
  const [row] = answer.rows
  return row ? { kind: "row", row } : { kind: "not-caldav" }
}

/** The first address of the account that is one; else the user name, made an address with the host where it is none. */
function emailOf({ props }: Row, { server, username }: CaldavAccess): string {
  const mails = hrefsIn(props.calendarUserAddressSet).flatMap((href) => /^mailto:([^?]+@[^?]+)/i.exec(href)?.[1] ?? [])
  const isOwn = (mail: string) => mail.toLowerCase() === username.toLowerCase()
  return (
    mails.find(isOwn) ?? mails[0] ?? (username.includes("@") ? username : `${username}@${new URL(server).hostname}`)
  )
}
