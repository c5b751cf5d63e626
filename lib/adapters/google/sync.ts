import "server-only"
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js"
import type { EventRef } from "../../domain/event"
import { pathId } from "../../domain/transport"
import type { CalendarSync, SyncRefusal } from "../../ports/calendar-sync"
import type { GoogleOptions } from "./adapter"
import { type Answer, asking, PAGE } from "./ask"
import { forOrder, forRead, googleClient } from "./client"
import { readRefusal } from "./errors"
import { toEvent } from "./mapping"

/** The 410s that mean "begin anew"; the third one, `deleted`, is about one event (providers.md section 1). */
const CURSOR_LOST = ["fullSyncRequired", "updatedMinTooLongAgo"]

const UNREADABLE = { kind: "unreachable", cause: "unreadable answer" } as const

/**
 * Changes of a Google calendar by sync token, instances expanded. The window is said once: the token carries it, and a request that repeats it is refused.
 * An instance that was cancelled, and an event that was deleted, come with hardly more than their ids.
 */
export function googleSync(options: GoogleOptions): CalendarSync {
  const { connectionId } = options
  const api = googleClient(options.rootUrl)
  const ask = asking(options.accessToken, options.now)
  const whole = (calendarId: string): EventRef => ({ connectionId, calendarId, eventId: "*" })

  const changes: CalendarSync["changes"] = async (calendarId, cursor, window) => {
    const begin = cursor === null ? { timeMin: window.from, timeMax: window.to } : { syncToken: cursor }
    const query = { calendarId: pathId(calendarId), singleEvents: true, maxResults: PAGE, ...begin }
    const answer = await everyPage((pageToken) =>
      ask((token) => api.events.list({ ...query, ...(pageToken && { pageToken }) }, forRead(token))),
    )
    if (answer.kind === "failed") {
      const { failure } = answer
      if (failure.kind === "answer" && failure.status === 410 && CURSOR_LOST.includes(failure.reason))
        return { kind: "cursorLost" }
      return readRefusal(failure, whole(calendarId))
    }
    const { last, items } = answer.data
    if (!last.nextSyncToken) return UNREADABLE
    const accessRole = last.accessRole ?? "none"
    const newest = new Map(items.map((event) => [event.id ?? "", event]))
    const standing = [...newest.values()].filter((event) => event.status !== "cancelled")
    try {
      return {
        kind: "changes",
        full: cursor === null,
        changed: standing.map((event) => toEvent(event, { connectionId, calendarId, accessRole })),
        removed: cursor === null ? [] : [...newest].flatMap(([id, e]) => (e.status === "cancelled" ? [id] : [])),
        cursor: last.nextSyncToken,
      }
    } catch (error) {
      if (error instanceof RangeError) return UNREADABLE
      throw error
    }
  }

  return {
    changes,
    channels: {
      async open(calendarId, { id, address, secret, ttlMs }) {
        // by the wall, not by a clock that a test has set: the provider judges it
        const expiration = String(Date.now() + ttlMs)
        const requestBody = { id, type: "web_hook", address, token: secret, expiration }
        const answer = await ask((token) =>
          api.events.watch({ calendarId: pathId(calendarId), requestBody }, forOrder(token)),
        )
        if (answer.kind === "failed") return readRefusal(answer.failure, whole(calendarId))
        const { resourceId, expiration: until } = answer.data
        if (!resourceId || !until) return UNREADABLE
        return {
          kind: "opened",
          channel: { channelId: id, resourceId, expiresAt: new Date(Number(until)).toISOString() },
        }
      },

      async close({ channelId, resourceId }) {
        const requestBody = { id: channelId, resourceId }
        const answer = await ask((token) => api.channels.stop({ requestBody }, forOrder(token)))
        if (answer.kind === "answer") return { kind: "closed" }
        const refusal: SyncRefusal = readRefusal(answer.failure, whole("*"))
        return refusal.kind === "gone" ? { kind: "closed" } : refusal
      },
    },
  }
}

type Page = calendar_v3.Schema$Events

/** All pages, and the last one: it alone carries the next sync token. */
async function everyPage(
  page: (pageToken: string | undefined) => Promise<Answer<Page>>,
): Promise<Answer<{ last: Page; items: calendar_v3.Schema$Event[] }>> {
  const items: calendar_v3.Schema$Event[] = []
  for (let next: string | undefined; ; ) {
    const answer = await page(next)
    if (answer.kind === "failed") return answer
    for (const item of answer.data.items ?? []) items.push(item)
    if (!answer.data.nextPageToken) return { kind: "answer", data: { last: answer.data, items } }
    next = answer.data.nextPageToken
  }
}
