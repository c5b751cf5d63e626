import "server-only"
import type { EventRef } from "../../domain/event"
import type { ProviderFailure } from "../../domain/transport"
import type { Window } from "../../ports/calendar-provider"
import type { CalendarSync, Changes, SyncRefusal } from "../../ports/calendar-sync"
import { type CaldavOptions, caldavAccount } from "./account"
import { calendarUrl, nameBelow } from "./collections"
import { readRefusal } from "./errors"
import { eventId } from "./ids"
import { multistatus, textOf } from "./wire"

/** A calendar that gives neither a sync token nor a ctag is read each time. */
const NEVER_SAME = "none"
const TOKEN = "token "

const STATE = { "d:sync-token": {}, "cs:getctag": {} }
/** So many reports of one reading; a server that has still more to tell is told anew. */
const MAX_REPORTS = 100

type Answer = Awaited<ReturnType<CalendarSync["changes"]>>

/**
 * Changes of a CalDAV calendar. Where the server has sync-collection (RFC 6578) the cursor is its token, and only the resources that have changed are read; of each of them all instances in the
 * window are told. Elsewhere it is CalendarServer's ctag: while that is the same nothing has changed, and when it is another the window is read whole.
 */
export function caldavSync(options: CaldavOptions): CalendarSync {
  const account = caldavAccount(options)
  const { ask, home } = account
  const whole = (calendarId: string): EventRef => ({ connectionId: options.connectionId, calendarId, eventId: "*" })

  async function changes(calendarId: string, cursor: string | null, window: Window): Promise<Answer> {
    if (cursor?.startsWith(TOKEN)) return sinceToken(calendarId, cursor.slice(TOKEN.length), window)
    const body = { "d:propfind": { "d:prop": STATE } }
    const answer = await multistatus(ask, calendarUrl(home, calendarId), "PROPFIND", "0", body)
    if (answer.kind === "failed") return readRefusal(answer.failure, whole(calendarId))
    const [row] = answer.rows
    if (!row) return { kind: "unreachable", cause: "unreadable answer" }
    // before the window is read: what changes in between is seen twice, not never
    const [token, ctag] = [textOf(row.props.syncToken), textOf(row.props.getctag)]
    const state = token ? `${TOKEN}${token}` : ctag ? `ctag ${ctag}` : NEVER_SAME
    if (state === cursor && state !== NEVER_SAME) return nothing(state)
    const listed = await account.list(calendarId, window)
    if (listed.kind !== "events") return listed
    return { kind: "changes", full: true, changed: listed.events, removed: [], cursor: state }
  }

  async function sinceToken(calendarId: string, since: string, window: Window): Promise<Answer> {
    const reported = await reports(calendarId, since)
    if (reported.kind !== "reported") return reported
    const { standing, removed, token } = reported
    const read = await account.within(calendarId, standing, window)
    if (read.kind !== "read") return read
    const ids = (names: readonly string[]) => names.map((resource) => eventId({ resource, instance: null }))
    const gone = ids([...removed, ...read.gone])
    return {
      kind: "changes",
      full: false,
      changed: read.events,
      removed: gone,
      redrawn: [...ids(standing), ...gone],
      cursor: `${TOKEN}${token}`,
    }
  }

  type Reported = {
    readonly kind: "reported"
    readonly standing: readonly string[]
    readonly removed: readonly string[]
    readonly token: string
  }

  /** What has another text, and what is gone, by name; a report that was cut short goes on from its own token (RFC 6578 3.6). */
  async function reports(
    calendarId: string,
    since: string,
  ): Promise<Reported | SyncRefusal | { readonly kind: "cursorLost" }> {
    const url = calendarUrl(home, calendarId)
    const names = new Map<string, boolean>()
    let token = since
    for (let n = 0; n < MAX_REPORTS; n++) {
      const answer = await multistatus(ask, url, "REPORT", "0", collectionReport(token))
      if (answer.kind === "failed")
        return isOfNoUse(answer.failure) ? { kind: "cursorLost" } : readRefusal(answer.failure, whole(calendarId))
      if (answer.token === null) return { kind: "cursorLost" }
      token = answer.token
      for (const row of answer.rows) {
        const name = nameBelow(url, row.url)
        if (name !== null) names.set(name, row.status !== 404)
      }
      if (answer.rows.some((row) => row.status === 507)) continue
      const of = (isThere: boolean) => [...names].flatMap(([name, there]) => (there === isThere ? [name] : []))
      return { kind: "reported", standing: of(true), removed: of(false), token }
    }
    return { kind: "cursorLost" }
  }

  return { changes, channels: null }
}

const nothing = (cursor: string): Changes => ({ kind: "changes", full: false, changed: [], removed: [], cursor })

const collectionReport = (token: string) => ({
  "d:sync-collection": { "d:sync-token": token, "d:sync-level": "1", "d:prop": { "d:getetag": {} } },
})

/** A token that is not known any more is refused in more than one way (403, 409, and Xandikos says 500): a new start finds out. */
const isOfNoUse = (failure: ProviderFailure): boolean =>
  failure.kind === "answer" && failure.retryAfterMs === null && ![401, 408, 429].includes(failure.status)
