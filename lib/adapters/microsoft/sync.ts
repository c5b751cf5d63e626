import "server-only"
import type { Calendar as GraphCalendar, Subscription } from "@microsoft/microsoft-graph-types"
import type { CalendarEvent, EventRef } from "../../domain/event"
import { pathId } from "../../domain/transport"
import type { Seen } from "../../domain/version"
import type { CalendarSync, SyncRefusal } from "../../ports/calendar-sync"
import { type MicrosoftOptions, microsoftCalendars } from "./adapter"
import { type Answer, asking } from "./ask"
import { forOrder } from "./client"
import { readRefusal } from "./errors"
import { toEvent, type WireEvent } from "./mapping"

type Item = WireEvent & { readonly "@removed"?: unknown }

interface Page {
  readonly value?: Item[]
  readonly "@odata.nextLink"?: string
  readonly "@odata.deltaLink"?: string
}

const CURSOR_LOST = ["syncstatenotfound", "resyncrequired", "syncstateinvalid"]
const UNREADABLE = { kind: "unreachable", cause: "unreadable answer" } as const
const PAGE_SIZE = ", odata.maxpagesize=500"
/** Read again together, in a batch for each of the mailbox's turns; not more, because a person may want one of them. */
const AT_ONCE = 12

/**
 * Changes of a Graph calendar by delta link. Delta takes no $expand, so it never brings a marker, and of an occurrence it may bring no more than the
 * times: what has changed since a cursor is read again one by one, with everything. A first reading is taken as it comes, but for what lacks its title.
 */
export function microsoftSync(options: MicrosoftOptions): CalendarSync {
  const { connectionId, accountEmail } = options
  const ask = asking(options)
  const account = microsoftCalendars(options)
  const whole = (calendarId: string): EventRef => ({ connectionId, calendarId, eventId: "*" })
  const calendarPath = (calendarId: string) => `/me/calendars/${encodeURIComponent(pathId(calendarId))}`

  const changes: CalendarSync["changes"] = async (calendarId, cursor, window) => {
    const query = { startDateTime: window.from, endDateTime: window.to }
    const first = cursor ?? `${calendarPath(calendarId)}/calendarView/delta`
    const answer = await everyPage(first, cursor === null ? query : null)
    if (answer.kind === "failed") {
      const { failure } = answer
      const lost = failure.kind === "answer" && (failure.status === 410 || failure.status === 404)
      if (lost && CURSOR_LOST.includes(failure.reason.toLowerCase())) return { kind: "cursorLost" }
      return readRefusal(failure, whole(calendarId))
    }
    const { items, deltaLink } = answer.data
    const newest = new Map(items.map((item) => [item.id ?? "", item]))
    const removed = [...newest].flatMap(([id, item]) => (item["@removed"] || item.isCancelled ? [id] : []))
    const standing = [...newest.values()].filter((item) => !item["@removed"] && !item.isCancelled)
    const read = await readable(calendarId, standing, cursor === null)
    if (read.kind !== "read") return read
    return {
      kind: "changes",
      full: cursor === null,
      changed: read.events,
      removed: cursor === null ? [] : [...removed, ...read.gone],
      cursor: deltaLink,
    }
  }

  async function everyPage(
    first: string,
    query: Readonly<Record<string, string>> | null,
  ): Promise<Answer<{ items: Item[]; deltaLink: string }>> {
    const items: Item[] = []
    for (let link = first; ; ) {
      const asked = query && link === first ? { path: link, query } : { path: link }
      const answer = await ask.read<Page>({ ...asked, alsoPrefer: PAGE_SIZE })
      if (answer.kind === "failed") return answer
      for (const item of answer.data.value ?? []) items.push(item)
      const { "@odata.nextLink": next, "@odata.deltaLink": deltaLink } = answer.data
      if (deltaLink) return { kind: "answer", data: { items, deltaLink } }
      // neither link: nothing to go on from, so nothing may be concluded
      if (!next) return { kind: "failed", failure: { kind: "transport", transport: "lost" } }
      link = next
    }
  }

  type Read =
    | { readonly kind: "read"; readonly events: readonly Seen<CalendarEvent>[]; readonly gone: readonly string[] }
    | SyncRefusal

  async function readable(calendarId: string, items: readonly Item[], asTheyCome: boolean): Promise<Read> {
    const may = await ask.read<GraphCalendar>({ path: calendarPath(calendarId), query: { $select: "canEdit" } })
    if (may.kind === "failed") return readRefusal(may.failure, whole(calendarId))
    const from = { connectionId, calendarId, accountEmail, canEdit: may.data.canEdit === true }
    const events: Seen<CalendarEvent>[] = []
    const again: string[] = []
    for (const item of items) {
      const seen = asTheyCome && item.subject !== undefined ? orNull(() => toEvent(item, from)) : null
      if (seen) events.push(seen)
      else again.push(item.id ?? "")
    }
    const gone: string[] = []
    for (let at = 0; at < again.length; at += AT_ONCE) {
      const ids = again.slice(at, at + AT_ONCE)
      const reads = await Promise.all(ids.map((eventId) => account.get({ connectionId, calendarId, eventId })))
      for (const [i, read] of reads.entries()) {
        if (read.kind === "found") events.push(read.event)
        else if (read.kind === "gone") gone.push(ids[i] ?? "")
        else return read
      }
    }
    return { kind: "read", events, gone }
  }

  return {
    changes,
    channels: {
      async open(calendarId, { address, secret, ttlMs }) {
        const body: Subscription = {
          changeType: "created,updated,deleted",
          notificationUrl: address,
          lifecycleNotificationUrl: address,
          resource: `${calendarPath(calendarId)}/events`,
          // by the wall, not by a clock that a test has set: the provider judges it
          expirationDateTime: new Date(Date.now() + ttlMs).toISOString(),
          clientState: secret,
        }
        const answer = await ask.once((client): Promise<Subscription> => forOrder(client, "/subscriptions").post(body))
        if (answer.kind === "failed") return readRefusal(answer.failure, whole(calendarId))
        const { id, expirationDateTime } = answer.data
        if (!id || !expirationDateTime) return UNREADABLE
        const expiresAt = new Date(expirationDateTime).toISOString()
        return { kind: "opened", channel: { channelId: id, resourceId: "", expiresAt } }
      },

      async close({ channelId }) {
        const path = `/subscriptions/${encodeURIComponent(pathId(channelId))}`
        const answer = await ask.once((client) => forOrder(client, path).delete())
        if (answer.kind === "answer") return { kind: "closed" }
        const refusal = readRefusal(answer.failure, whole("*"))
        return refusal.kind === "gone" ? { kind: "closed" } : refusal
      },
    },
  }
}

function orNull<T>(map: () => T): T | null {
  try {
    return map()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
