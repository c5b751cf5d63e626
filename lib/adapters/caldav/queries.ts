import "server-only"
import type { Window } from "../../ports/calendar-provider"

/** Servers judge days and floating times by zones of their own: ask for more and look ourselves. */
export const SLACK_MS = 86_400_000

const VERSIONED = { "d:getetag": {} }
const WHOLE = { ...VERSIONED, "c:calendar-data": {} }

const inEvents = (filter: Record<string, unknown>) => ({
  "c:comp-filter": {
    _attributes: { name: "VCALENDAR" },
    "c:comp-filter": { _attributes: { name: "VEVENT" }, ...filter },
  },
})

/** What takes place in a window, with its text (RFC 4791 7.8). */
export function eventQuery({ from, to }: Window): Record<string, unknown> {
  const [start, end] = [Date.parse(from) - SLACK_MS, Date.parse(to) + SLACK_MS].map((ms) =>
    new Date(ms).toISOString().replace(/\.\d+/, "").replace(/[-:]/g, ""),
  )
  const filter = inEvents({ "c:time-range": { _attributes: { start, end } } })
  return { "c:calendar-query": { "d:prop": WHOLE, "c:filter": filter } }
}

/** All that has a rule, whenever it takes place: names and versions only (RFC 4791 9.7.2). */
export const EVERY_SERIES: Record<string, unknown> = {
  "c:calendar-query": {
    "d:prop": VERSIONED,
    "c:filter": inEvents({ "c:prop-filter": { _attributes: { name: "RRULE" } } }),
  },
}

/** RFC 4791 7.9. */
export const multiget = (hrefs: readonly string[]): Record<string, unknown> => ({
  "c:calendar-multiget": { "d:prop": WHOLE, "d:href": [...hrefs] },
})
