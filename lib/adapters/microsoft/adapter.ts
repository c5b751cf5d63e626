import "server-only"
import type {
  CalendarPermission,
  Calendar as GraphCalendar,
  ScheduleInformation,
} from "@microsoft/microsoft-graph-types"
import { mergeBusy } from "../../domain/busy"
import {
  type Calendar,
  type CalendarEvent,
  type ConnectionId,
  type EventRef,
  eventKey,
  type When,
} from "../../domain/event"
import { exceptionsOf } from "../../domain/event-diff"
import { epochMs } from "../../domain/plan"
import { countFrom } from "../../domain/split-series"
import { pathId, restOf } from "../../domain/transport"
import { type Seen, version } from "../../domain/version"
import type {
  CalendarProvider,
  PersonsBusy,
  ReadOutcome,
  Window,
  WriteOptions,
  WriteOutcome,
} from "../../ports/calendar-provider"
import { type Answer, asking } from "./ask"
import { forWrite } from "./client"
import { readRefusal, writeRefusal } from "./errors"
import {
  blocks,
  byMarker,
  EXCEPTIONS,
  EXPAND_MARKER,
  editorsOf,
  exceptionsIn,
  fromAnswer,
  fromDraft,
  fromPatch,
  fromSeries,
  type ReadFrom,
  splitLosses,
  stretchOf,
  taken,
  toCalendar,
  toEvent,
  type WireEvent,
} from "./mapping"
import { toOriginalStart } from "./times"
import { hoursOf } from "./working-hours"

export interface MicrosoftOptions {
  readonly connectionId: ConnectionId
  /** The address the person signs in with; tells their own entry among the guests. */
  readonly accountEmail: string
  /** The person's zone (IANA): a Graph calendar has none of its own. */
  readonly timeZone: string
  /** What stands in for https://graph.microsoft.com (the sandbox); a path is kept. */
  readonly baseUrl?: string
  /** A live token. May throw `ReconnectNeeded` or `TokenUnavailable`. */
  readonly accessToken: () => Promise<string>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Graph tells of no more people in one getSchedule. */
const SCHEDULES_AT_ONCE = 20
const UNREADABLE = { kind: "unreachable", cause: "unreadable answer" } as const
/** How far ahead instances that were changed one by one are looked for: two years. */
const LOOK_AHEAD_MS = 731 * 86_400_000
const NOT_SENT = { kind: "notApplied", reason: "given-up" } as const
const TOO_LATE = { kind: "notApplied", reason: "too-late-to-send" } as const

/** Ids hold `/`, `+` and `=`; the SDK escapes nothing. @throws {RangeError} for ids that name nothing. */
const eventPath = ({ eventId }: EventRef) => `/me/events/${encodeURIComponent(pathId(eventId))}`
const calendarPath = (calendarId: string) => `/me/calendars/${encodeURIComponent(pathId(calendarId))}`

/**
 * A person's Microsoft account (Graph v1.0). Every write is one request under If-Match (T2, T4); every event read carries its etag (T1).
 * Graph tells guests of what they can see by itself: `notify` has no effect.
 */
export function microsoftCalendars(options: MicrosoftOptions): CalendarProvider {
  const { connectionId, accountEmail } = options
  const ask = asking(options)
  const wholeCalendar = (calendarId: string): EventRef => ({ connectionId, calendarId, eventId: "*" })

  /** Whether a calendar can be written, as seen so far: an event does not say it. Only successes are kept. */
  const editable = new Map<string, boolean>()

  async function canEdit(calendarId: string): Promise<Answer<boolean>> {
    const known = editable.get(calendarId)
    if (known !== undefined) return { kind: "answer", data: known }
    const answer = await ask.read<GraphCalendar>({ path: calendarPath(calendarId), query: { $select: "canEdit" } })
    if (answer.kind === "failed") return answer
    const may = answer.data.canEdit === true
    editable.set(calendarId, may)
    return { kind: "answer", data: may }
  }

  const readFrom = (calendarId: string, may: boolean): ReadFrom => ({
    connectionId,
    calendarId,
    accountEmail,
    canEdit: may,
  })

  /** One event as Graph has it and as it is read here. */
  async function stored(ref: EventRef) {
    const path = eventPath(ref)
    const [answer, may] = await Promise.all([
      ask.read<WireEvent>({ path, query: { $expand: EXPAND_MARKER } }),
      canEdit(ref.calendarId),
    ])
    if (answer.kind === "failed") return readRefusal(answer.failure, ref)
    if (may.kind === "failed") return readRefusal(may.failure, ref)
    if (answer.data.isCancelled) return { kind: "gone", key: eventKey(ref), how: "deleted" } as const
    const event = readable(() => toEvent(answer.data, readFrom(ref.calendarId, may.data)))
    return event ? { kind: "stored" as const, event, wire: answer.data } : UNREADABLE
  }

  async function get(ref: EventRef): Promise<ReadOutcome> {
    const read = await stored(ref)
    return read.kind === "stored" ? withExceptions(read.event) : read
  }

  /** Instances that were changed one by one have versions of their own, and what is done to their series is done to them. */
  async function withExceptions(event: Seen<CalendarEvent>): Promise<ReadOutcome> {
    const { ref, shape } = event.value
    if (shape !== "series") return { kind: "found", event }
    const answer = await ask.read<WireEvent>({ path: eventPath(ref), query: EXCEPTIONS })
    if (answer.kind === "failed") return readRefusal(answer.failure, ref)
    const own = readable(() => exceptionsIn(answer.data, readFrom(ref.calendarId, true)))
    return own
      ? { kind: "found", event: { ...event, value: { ...event.value, ...exceptionsOf(own, event.value) } } }
      : UNREADABLE
  }

  async function list(calendarId: string, window: Window): ReturnType<CalendarProvider["list"]> {
    const ref = wholeCalendar(calendarId)
    const query = { startDateTime: window.from, endDateTime: window.to, $top: "250", $expand: EXPAND_MARKER }
    const [answer, may] = await Promise.all([
      ask.pages<WireEvent>(`${calendarPath(calendarId)}/calendarView`, query),
      canEdit(calendarId),
    ])
    if (answer.kind === "failed") return readRefusal(answer.failure, ref)
    if (may.kind === "failed") return readRefusal(may.failure, ref)
    const standing = answer.data.filter((event) => !event.isCancelled)
    const events = readable(() => standing.map((event) => toEvent(event, readFrom(calendarId, may.data))))
    return events ? { kind: "events", events: events.sort(byStart) } : UNREADABLE
  }

  async function calendars(): ReturnType<CalendarProvider["calendars"]> {
    const answer = await ask.pages<GraphCalendar>("/me/calendars", { $top: "100" })
    if (answer.kind === "failed") return readRefusal(answer.failure, wholeCalendar("*"))
    const editors = await Promise.all(answer.data.map(editorsFor))
    const all = readable(() =>
      answer.data.map((each, i) => toCalendar(each, editors[i] ?? "unknown", options.timeZone)),
    )
    return all ? { kind: "calendars", calendars: all } : UNREADABLE
  }

  async function editorsFor(calendar: GraphCalendar): Promise<Calendar["editors"]> {
    if (calendar.owner?.address?.toLowerCase() !== accountEmail.toLowerCase()) return "others"
    const path = `${calendarPath(calendar.id ?? "")}/calendarPermissions`
    const answer = await ask.pages<CalendarPermission>(path, {})
    return answer.kind === "failed" ? "unknown" : editorsOf(answer.data)
  }

  /** From the events themselves: getSchedule is for work accounts only. */
  async function busy(calendarId: string, window: Window): ReturnType<CalendarProvider["busy"]> {
    const answer = await list(calendarId, window)
    if (answer.kind !== "events") return answer
    const blocking = answer.events.map((seen) => seen.value).filter((event) => event.busy)
    const between = { from: Date.parse(window.from), to: Date.parse(window.to) }
    return {
      kind: "busy",
      busy: mergeBusy(
        blocking.map((event) => taken(event, options.timeZone)),
        between,
      ),
    }
  }

  /** `getSchedule` is for work accounts only; elsewhere it is refused, and nobody's time is known. */
  const busyOf: CalendarProvider["busyOf"] = async (people, window) => {
    const told: PersonsBusy[] = []
    for (let at = 0; at < people.length; at += SCHEDULES_AT_ONCE) {
      const schedules = people.slice(at, at + SCHEDULES_AT_ONCE)
      const body = { schedules, startTime: utc(window.from), endTime: utc(window.to), availabilityViewInterval: 30 }
      const answer = await ask.read<{ value?: ScheduleInformation[] }>({ path: "/me/calendar/getSchedule", body })
      if (answer.kind === "failed") return readRefusal(answer.failure, wholeCalendar("*"))
      const all = answer.data.value ?? []
      told.push(...schedules.map((email) => busyIn(email, all.find(isOf(email)), window)))
    }
    return { kind: "people", people: told }
  }

  /**
   * A write that was carried out proves that the calendar can be written. Its answer does not bring the marker back, which went out in the
   * very request that this answers.
   */
  function applied(event: WireEvent, { calendarId }: EventRef, marker: string): WriteOutcome {
    const seen = readable(() => toEvent(event, readFrom(calendarId, true)))
    if (!seen) return { kind: "unknown", cause: "unreadable answer" }
    return { kind: "applied", event: { version: seen.version, value: { ...seen.value, marker } } }
  }

  const update: CalendarProvider["update"] = async (ref, patch, seen, write) => {
    const ifMatch = version(seen)
    if (write.signal?.aborted) return NOT_SENT
    const body = fromPatch(patch, write.marker)
    const answer = await ask.once(
      (client): Promise<WireEvent> => forWrite(client, eventPath(ref), write, ifMatch).patch(body),
    )
    if (answer.kind === "failed") return writeRefusal(answer.failure, ref)
    const outcome = applied(answer.data, ref, write.marker)
    if (outcome.kind !== "applied") return outcome
    // the write is done: that what became of a series' changed instances cannot be read changes nothing about it
    const whole = await withExceptions(outcome.event)
    return whole.kind === "found" ? { kind: "applied", event: whole.event } : outcome
  }

  const remove: CalendarProvider["delete"] = async (ref, seen, write) => {
    const ifMatch = version(seen)
    if (write.signal?.aborted) return NOT_SENT
    const answer = await ask.once((client) => forWrite(client, eventPath(ref), write, ifMatch).delete())
    return answer.kind === "failed" ? writeRefusal(answer.failure, ref) : { kind: "deleted" }
  }

  const create: CalendarProvider["create"] = async (calendarId, draft, write: WriteOptions) => {
    if (write.signal?.aborted) return NOT_SENT
    const body = readable(() => fromDraft(draft, write.marker))
    if (!body) return { kind: "forbidden", reason: "provider-refused" }
    const ref = wholeCalendar(calendarId)
    const path = `${calendarPath(calendarId)}/events`
    const answer = await ask.once((client): Promise<WireEvent> => forWrite(client, path, write).post(body))
    return answer.kind === "failed" ? writeRefusal(answer.failure, ref) : applied(answer.data, ref, write.marker)
  }

  /**
   * By our property; where a server dropped it, by the transaction among what stands at the draft's time. Graph tells nobody of an event that was deleted since: that reads like one that
   * never was.
   */
  const findCreated: CalendarProvider["findCreated"] = async (calendarId, draft, marker) => {
    const ref = wholeCalendar(calendarId)
    const marked = await ask.pages<WireEvent>(`${calendarPath(calendarId)}/events`, {
      $filter: byMarker(marker),
      $expand: EXPAND_MARKER,
    })
    if (marked.kind === "failed") return readRefusal(marked.failure, ref)
    const [found] = marked.data
    if (found) return foundAs(found, ref, marker)
    const between = {
      startDateTime: new Date(epochMs(draft.start)).toISOString(),
      endDateTime: new Date(epochMs(draft.end)).toISOString(),
    }
    const there = await ask.pages<WireEvent>(`${calendarPath(calendarId)}/calendarView`, { ...between, $top: "250" })
    if (there.kind === "failed") return readRefusal(there.failure, ref)
    const same = there.data.find((event) => event.transactionId === marker)
    return same ? foundAs(same, ref, marker) : { kind: "gone", key: eventKey(ref), how: "not-found" }
  }

  function foundAs(event: WireEvent, { calendarId }: EventRef, marker: string): ReadOutcome {
    const seen = readable(() => toEvent(event, readFrom(calendarId, true)))
    return seen ? { kind: "found", event: { ...seen, value: { ...seen.value, marker } } } : UNREADABLE
  }

  /** Graph v1.0 moves messages between folders, not events between calendars. A copy would have other ids and ask every guest anew. */
  const move: CalendarProvider["move"] = async (_ref, _toCalendarId, seen) => {
    version(seen)
    return { kind: "forbidden", reason: "not-supported" }
  }

  /** `accept`, `decline` and `tentativelyAccept` take no If-Match: the version is compared directly before. */
  const respond: CalendarProvider["respond"] = async (ref, response, seen, write) => {
    const ifMatch = version(seen)
    if (write.signal?.aborted) return NOT_SENT
    const since = performance.now()
    const read = await get(ref)
    if (read.kind === "unreachable") return { kind: "notApplied", reason: "provider-unreachable" }
    if (read.kind !== "found") return read
    if (read.event.version !== ifMatch) return { kind: "conflict" }
    if (read.event.value.organizer?.self) return { kind: "forbidden", reason: "not-invited" }
    if (response.proposed && response.rsvp === "accepted") return { kind: "forbidden", reason: "not-supported" }
    const { action, body } = fromAnswer(response)
    const rest = restOf(write, performance.now() - since)
    if (!rest) return TOO_LATE
    const answer = await ask.once((client) => forWrite(client, `${eventPath(ref)}/${action}`, rest).post(body))
    return answer.kind === "failed" ? writeRefusal(answer.failure, ref) : { kind: "done" }
  }

  /** The series as Graph keeps it, as it is read here, and how many later instances were touched one by one; or why it cannot be told. */
  async function whole(ref: EventRef, from: When) {
    const read = await stored(ref)
    if (read.kind !== "stored") return read
    const { wire, event } = read
    if (!wire.isOrganizer) return { kind: "forbidden", reason: "not-organizer" } as const
    const until = new Date(epochMs(from) + LOOK_AHEAD_MS).toISOString()
    const window = { startDateTime: new Date(epochMs(from)).toISOString(), endDateTime: until }
    const query = { ...window, $top: "250", $select: "type,originalStart,originalStartTimeZone,isAllDay,isCancelled" }
    const instances = await ask.pages<WireEvent>(`${eventPath(ref)}/instances`, query)
    if (instances.kind === "failed") return readRefusal(instances.failure, ref)
    const unkept = readable(() => touched(instances.data, event.value, from, Date.parse(until)))
    return unkept === null ? UNREADABLE : { kind: "whole" as const, wire, series: event, unkept }
  }

  const tail: CalendarProvider["tail"] = async (ref, from) => {
    const read = await whole(ref, from)
    if (read.kind !== "whole") return read
    const series = await withExceptions(read.series)
    if (series.kind !== "found") return series
    return { kind: "tail", series: series.event, unkept: read.unkept, loses: splitLosses(read.wire) }
  }

  const split: CalendarProvider["split"] = async (ref, from, patch, seen, write) => {
    const copied = version(seen)
    if (write.signal?.aborted) return NOT_SENT
    const since = performance.now()
    const read = await whole(ref, from)
    if (read.kind === "unreachable") return { kind: "notApplied", reason: "provider-unreachable" }
    if (read.kind !== "whole") return read
    if (read.series.version !== copied) return { kind: "conflict" }
    if (read.unkept > 0) return { kind: "forbidden", reason: "series-exceptions" }
    const body = readable(() => fromSeries(read.wire, patch, write.marker))
    if (!body) return { kind: "forbidden", reason: "provider-refused" }
    const rest = restOf(write, performance.now() - since)
    if (!rest) return TOO_LATE
    const path = `${calendarPath(ref.calendarId)}/events`
    const answer = await ask.once((client): Promise<WireEvent> => forWrite(client, path, rest).post(body))
    const made = wholeCalendar(ref.calendarId)
    return answer.kind === "failed" ? writeRefusal(answer.failure, made) : applied(answer.data, made, write.marker)
  }

  return { calendars, list, get, update, delete: remove, create, findCreated, move, respond, tail, split, busy, busyOf }
}

/**
 * Instances that were changed by hand, and those that the rule yields and that are not there any more: Graph has no way to say either of a new series.
 * @param instances of the series between `from` and `toMs`
 */
function touched(instances: readonly WireEvent[], series: CalendarEvent, from: When, toMs: number): number {
  const standing = instances.filter((each) => {
    const original = toOriginalStart(each)
    return !each.isCancelled && original !== null && epochMs(original) >= epochMs(from) && epochMs(original) < toMs
  })
  const changed = instances.filter((each) => each.type === "exception").length
  const expected = countFrom(series, from, toMs) ?? standing.length
  return Math.max(changed, expected - standing.length)
}

const utc = (at: string) => ({ dateTime: new Date(at).toISOString().slice(0, -1), timeZone: "UTC" })

const isOf =
  (email: string) =>
  ({ scheduleId }: ScheduleInformation) =>
    scheduleId?.toLowerCase() === email.toLowerCase()

function busyIn(email: string, schedule: ScheduleInformation | undefined, { from, to }: Window): PersonsBusy {
  const items = schedule?.error ? null : schedule?.scheduleItems
  const busy = items && readable(() => items.filter(blocks).map(stretchOf))
  if (!busy) return { email, kind: "unknown" }
  const hours = hoursOf(schedule?.workingHours)
  return {
    email,
    kind: "busy",
    busy: mergeBusy(busy, { from: Date.parse(from), to: Date.parse(to) }),
    ...(hours && { hours }),
  }
}

const byStart = (a: Seen<CalendarEvent>, b: Seen<CalendarEvent>) => epochMs(a.value.start) - epochMs(b.value.start)

/** Null for what lacks a thing that every event has, or has one that cannot be said: the mapping refuses it with a RangeError. */
function readable<T>(map: () => T): T | null {
  try {
    return map()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
