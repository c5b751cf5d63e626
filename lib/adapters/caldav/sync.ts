import "server-only"
import type { EventRef } from "../../domain/event"
import type { CalendarSync } from "../../ports/calendar-sync"
import { type CaldavOptions, caldavCalendars } from "./adapter"
import { asking } from "./ask"
import { calendarUrl } from "./collections"
import { readRefusal } from "./errors"
import { multistatus, textOf } from "./wire"

/** A calendar that gives neither a sync token nor a ctag is read each time. */
const NEVER_SAME = "none"

const STATE = { "d:sync-token": {}, "cs:getctag": {} }

/**
 * Changes of a CalDAV calendar. The cursor is the calendar's state (DAV:sync-token, RFC 6578 section 4, else CalendarServer's ctag): while it is the same
 * nothing has changed, and when it is another the window is read whole. A sync-collection report would name resources only; which instances of a series
 * are gone from a window no server says. So a cursor is only compared, never handed in, and cannot be lost.
 */
export function caldavSync(options: CaldavOptions): CalendarSync {
  const home = options.serverUrl.replace(/\/*$/, "/")
  const ask = asking(options)
  const account = caldavCalendars(options)

  return {
    async changes(calendarId, cursor, window) {
      const ref: EventRef = { connectionId: options.connectionId, calendarId, eventId: "*" }
      const body = { "d:propfind": { "d:prop": STATE } }
      const answer = await multistatus(ask, calendarUrl(home, calendarId), "PROPFIND", "0", body)
      if (answer.kind === "failed") return readRefusal(answer.failure, ref)
      const [row] = answer.rows
      if (!row) return { kind: "unreachable", cause: "unreadable answer" }
      // before the window is read: what changes in between is seen twice, not never
      const [token, ctag] = [textOf(row.props.syncToken), textOf(row.props.getctag)]
      const state = token ? `token ${token}` : ctag ? `ctag ${ctag}` : NEVER_SAME
      if (state === cursor && state !== NEVER_SAME)
        return { kind: "changes", full: false, changed: [], removed: [], cursor: state }
      const listed = await account.list(calendarId, window)
      if (listed.kind !== "events") return listed
      return { kind: "changes", full: true, changed: listed.events, removed: [], cursor: state }
    },
    channels: null,
  }
}
