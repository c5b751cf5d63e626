import "server-only"
import type { CalendarEvent, When } from "../domain/event"
import { noLongerThere } from "../domain/no-longer-there"
import type { Seen } from "../domain/version"
import type { Window } from "../ports/calendar-provider"
import type { CalendarSync, Changes } from "../ports/calendar-sync"
import type { CalendarSyncs, Calendars } from "../ports/calendars"
import type { Recalled, RecallMemory } from "./recall-memory"

/** How much further than asked for a look reaches, so that it can be used again later. */
const SPARE_MS = 24 * 3_600_000

/**
 * Calendars that can be looked at without being told everything again: the provider is asked at every look, but only for what has changed since the last one.
 *
 * Guarantees: what it answers is what the provider says at that moment, as a list is, and every event has its version; where the provider no longer knows the cursor, the window has
 * moved on, or a series has changed, everything is read anew. It is kept in this process alone (`recall-memory.ts`, which whoever builds this owns); two looks at once each go on from a whole state, and either is one to go on from. Accounts other
 * than Google's are always listed: Graph reads one by one what has changed and leaves the marker out of what has not, and a CalDAV server tells whole resources.
 */
export function recallingCalendars(calendars: Calendars, syncs: CalendarSyncs, memory: RecallMemory): Calendars {
  return {
    ...calendars,
    async recall(workspaceId, userId, { id, provider, email }, calendar, asked) {
      const look = memory.begin({ workspaceId, userId, id }, JSON.stringify([email, calendar.id, calendar.writable]))
      const sync = provider === "google" ? await syncs.open(workspaceId, userId, id) : null
      if (!sync) return null
      const usable = look.known && covers(look.known.window, asked) ? look.known : null
      const window = usable?.window ?? wider(asked)
      const answer =
        (usable && (await since(sync, calendar.id, usable))) ?? (await sync.changes(calendar.id, null, window))
      if (answer.kind === "cursorLost") return null
      if (answer.kind !== "changes") {
        look.drop()
        return answer
      }
      const events = told(usable?.events ?? new Map(), answer)
      look.keep({ events, cursor: answer.cursor, window })
      return { kind: "events", events: [...events.values()].filter(({ value }) => meets(value, asked)) }
    },
  }
}

/** What has changed. Null: that cannot be gone on from. */
async function since(sync: CalendarSync, calendarId: string, { events, cursor, window }: Recalled) {
  const answer = await sync.changes(calendarId, cursor, window)
  if (answer.kind === "cursorLost") return null
  return answer.kind === "changes" && touchesSeries(answer, events) ? null : answer
}

/** What stands after a provider's answer. */
function told(
  before: ReadonlyMap<string, Seen<CalendarEvent>>,
  answer: Changes,
): ReadonlyMap<string, Seen<CalendarEvent>> {
  const events = new Map(before)
  const named = new Set(answer.changed.map(({ value }) => value.ref.eventId))
  const known = [...before].map(([id, { value }]) => [id, value] as const)
  for (const id of noLongerThere(known, { ...answer, named })) events.delete(id)
  for (const seen of answer.changed) events.set(seen.value.ref.eventId, seen)
  return events
}

/** Which instances of a changed series are gone is told in more ways than one: then everything is read again. */
function touchesSeries({ changed, removed }: Changes, before: ReadonlyMap<string, Seen<CalendarEvent>>): boolean {
  const gone = new Set(removed)
  const isOfSeries = ({ value: { seriesId } }: Seen<CalendarEvent>) => seriesId !== null
  return changed.some(isOfSeries) || [...before].some(([id, seen]) => gone.has(id) && isOfSeries(seen))
}

const covers = (window: Window, asked: Window): boolean => window.from <= asked.from && window.to >= asked.to

const wider = ({ from, to }: Window): Window => ({ from, to: new Date(Date.parse(to) + SPARE_MS).toISOString() })

/** As a provider's list: what overlaps. A whole day is one somewhere on earth. */
function meets({ start, end }: CalendarEvent, { from, to }: Window): boolean {
  return msOf(start, -HALF_A_DAY_MS) < Date.parse(to) && msOf(end, HALF_A_DAY_MS) > Date.parse(from)
}

const HALF_A_DAY_MS = 12 * 3_600_000

const msOf = (when: When, offMs: number): number =>
  when.kind === "timed" ? Date.parse(when.at) : Date.parse(`${when.on}T00:00:00Z`) + offMs
