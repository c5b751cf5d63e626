import "server-only"
import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js"
import { Temporal } from "temporal-polyfill"
import { mergeBusy, type Stretch } from "../../domain/busy"
import {
  type Calendar,
  type CalendarEvent,
  type ConnectionId,
  type EventDraft,
  type EventRef,
  eventKey,
} from "../../domain/event"
import { exceptionsOf } from "../../domain/event-diff"
import { withoutInstances } from "../../domain/split-series"
import { pathId, restOf } from "../../domain/transport"
import { type Seen, type Version, version } from "../../domain/version"
import type {
  CalendarProvider,
  PersonsBusy,
  ReadOutcome,
  Window,
  WriteOptions,
  WriteOutcome,
} from "../../ports/calendar-provider"
import { allPages, asking, PAGE } from "./ask"
import { forRead, forWrite, googleClient } from "./client"
import { readRefusal, writeRefusal } from "./errors"
import {
  clientId,
  editorsOf,
  exceptionsIn,
  fromAnswer,
  fromDraft,
  fromPatch,
  fromSeries,
  type ReadFrom,
  toCalendar,
  toEvent,
  touchedSince,
} from "./mapping"

export interface GoogleOptions {
  readonly connectionId: ConnectionId
  /** The origin of another server that speaks Calendar v3 (the sandbox); Google's own when absent. */
  readonly rootUrl?: string
  /** A live token. May throw `ReconnectNeeded` or `TokenUnavailable`. */
  readonly accessToken: () => Promise<string>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** calendarExpansionMax */
const FREE_BUSY_AT_ONCE = 50
const UNREADABLE = { kind: "unreachable", cause: "unreadable answer" } as const
/** Without these Google leaves the meeting link and the attachments of a body aside. */
const WHOLE = { conferenceDataVersion: 1, supportsAttachments: true }
const NOT_SENT = { kind: "notApplied", reason: "given-up" } as const
const TOO_LATE = { kind: "notApplied", reason: "too-late-to-send" } as const

/**
 * A person's Google account (Calendar v3). Every write is one request under If-Match (T2, T4); every event read carries its etag (T1).
 */
export function googleCalendars(options: GoogleOptions): CalendarProvider {
  const { connectionId } = options
  const api = googleClient(options.rootUrl)
  const ask = asking(options.accessToken, options.now)
  const wholeCalendar = (calendarId: string): EventRef => ({ connectionId, calendarId, eventId: "*" })

  /** Roles seen so far: an event's resource does not say whether its calendar can be written. Only successes are kept. */
  const roles = new Map<string, string>()

  async function accessRole(calendarId: string) {
    const known = roles.get(calendarId)
    if (known) return { kind: "answer", data: known } as const
    const answer = await ask((token) =>
      api.events.list({ calendarId, maxResults: 1, fields: "accessRole" }, forRead(token)),
    )
    if (answer.kind === "failed") return answer
    const role = answer.data.accessRole ?? "none"
    roles.set(calendarId, role)
    return { kind: "answer", data: role } as const
  }

  /** One event as Google has it and as it is read here. */
  async function stored(ref: EventRef) {
    const params = eventParams(ref)
    const [answer, role] = await Promise.all([
      ask((token) => api.events.get(params, forRead(token))),
      accessRole(ref.calendarId),
    ])
    if (answer.kind === "failed") return readRefusal(answer.failure, ref)
    if (role.kind === "failed") return readRefusal(role.failure, ref)
    if (answer.data.status === "cancelled") return { kind: "gone", key: eventKey(ref), how: "deleted" } as const
    const event = readable(() => toEvent(answer.data, { ...ref, accessRole: role.data }))
    return event ? { kind: "stored" as const, event, wire: answer.data } : UNREADABLE
  }

  async function get(ref: EventRef): Promise<ReadOutcome> {
    const read = await stored(ref)
    return read.kind === "stored" ? withExceptions(read.event, read.wire.iCalUID) : read
  }

  /** Instances that were changed one by one have versions of their own, and what is done to their series is done to them. */
  async function withExceptions(event: Seen<CalendarEvent>, iCalUID: string | null | undefined): Promise<ReadOutcome> {
    if (event.value.shape !== "series") return { kind: "found", event }
    const family = await familyOf(event.value.ref, iCalUID ?? "")
    return family.kind === "failed"
      ? readRefusal(family.failure, event.value.ref)
      : withFamily(event, family.data.items)
  }

  function withFamily(event: Seen<CalendarEvent>, family: readonly calendar_v3.Schema$Event[]): ReadOutcome {
    const { ref } = event.value
    const from = { ...ref, accessRole: roles.get(ref.calendarId) ?? "none" }
    const own = readable(() => exceptionsOf(exceptionsIn(family, ref.eventId, from), event.value))
    return own ? { kind: "found", event: { ...event, value: { ...event.value, ...own } } } : UNREADABLE
  }

  /** A series with those of its instances that were touched one by one: an unexpanded list has them beside it, cancelled ones too. */
  const familyOf = ({ calendarId }: EventRef, iCalUID: string) =>
    allPages<calendar_v3.Schema$Event, calendar_v3.Schema$Events>((pageToken) =>
      ask((token) =>
        api.events.list({ calendarId: pathId(calendarId), iCalUID, maxResults: PAGE, pageToken }, forRead(token)),
      ),
    )

  async function list(calendarId: string, window: Window): ReturnType<CalendarProvider["list"]> {
    const range = { calendarId: pathId(calendarId), timeMin: window.from, timeMax: window.to, maxResults: PAGE }
    const answer = await allPages<calendar_v3.Schema$Event, calendar_v3.Schema$Events>((pageToken) =>
      ask((token) =>
        api.events.list({ ...range, singleEvents: true, orderBy: "startTime", pageToken }, forRead(token)),
      ),
    )
    if (answer.kind === "failed") return readRefusal(answer.failure, wholeCalendar(calendarId))
    const from: ReadFrom = { connectionId, calendarId, accessRole: answer.data.first.accessRole ?? "none" }
    roles.set(calendarId, from.accessRole)
    const standing = answer.data.items.filter((event) => event.status !== "cancelled")
    const events = readable(() => standing.map((event) => toEvent(event, from)))
    return events ? { kind: "events", events } : UNREADABLE
  }

  async function calendars(): ReturnType<CalendarProvider["calendars"]> {
    const answer = await allPages<calendar_v3.Schema$CalendarListEntry, calendar_v3.Schema$CalendarList>((pageToken) =>
      ask((token) => api.calendarList.list({ pageToken }, forRead(token))),
    )
    if (answer.kind === "failed") return readRefusal(answer.failure, wholeCalendar("*"))
    const entries = answer.data.items
    const me = entries.find((entry) => entry.primary)?.id ?? ""
    const editors = await Promise.all(entries.map((entry) => editorsFor(entry, me)))
    const all = readable(() => entries.map((entry, i) => toCalendar(entry, editors[i] ?? "unknown")))
    return all ? { kind: "calendars", calendars: all } : UNREADABLE
  }

  /** Only an owner may read the access list; whoever else sees the calendar shares it with its owner. */
  async function editorsFor(entry: calendar_v3.Schema$CalendarListEntry, me: string): Promise<Calendar["editors"]> {
    const calendarId = entry.id ?? ""
    if (entry.accessRole !== "owner") return "others"
    const rules = await allPages<calendar_v3.Schema$AclRule, calendar_v3.Schema$Acl>((pageToken) =>
      ask((token) => api.acl.list({ calendarId, pageToken }, forRead(token))),
    )
    return rules.kind === "failed" ? "unknown" : editorsOf(rules.data.items, calendarId, me)
  }

  async function busy(calendarId: string, window: Window): ReturnType<CalendarProvider["busy"]> {
    const ref = wholeCalendar(calendarId)
    const answer = await freeBusy([calendarId], window)
    if (answer.kind === "failed") return readRefusal(answer.failure, ref)
    const reason = answer.data[calendarId]?.errors?.[0]?.reason
    if (reason === "notFound") return { kind: "gone", key: eventKey(ref), how: "not-found" }
    const taken = busyIn(answer.data[calendarId], window)
    // An error inside the 200 must not read as "nothing is busy".
    return taken ? { kind: "busy", busy: taken } : { kind: "unreachable", cause: `free/busy: ${reason ?? "no answer"}` }
  }

  const busyOf: CalendarProvider["busyOf"] = async (people, window) => {
    const told: PersonsBusy[] = []
    for (let at = 0; at < people.length; at += FREE_BUSY_AT_ONCE) {
      const asked = people.slice(at, at + FREE_BUSY_AT_ONCE)
      const answer = await freeBusy(asked, window)
      if (answer.kind === "failed") return readRefusal(answer.failure, wholeCalendar("*"))
      for (const email of asked) {
        const taken = busyIn(answer.data[email], window)
        told.push(taken ? { email, kind: "busy", busy: taken } : { email, kind: "unknown" })
      }
    }
    return { kind: "people", people: told }
  }

  async function freeBusy(ids: readonly string[], { from, to }: Window) {
    const requestBody = { timeMin: from, timeMax: to, items: ids.map((id) => ({ id })) }
    const answer = await ask((token) => api.freebusy.query({ requestBody }, forRead(token)))
    return answer.kind === "failed" ? answer : { ...answer, data: answer.data.calendars ?? {} }
  }

  /** A write that was carried out proves that the calendar can be written. */
  const applied = (event: calendar_v3.Schema$Event, { calendarId }: EventRef): WriteOutcome => {
    const seen = readable(() => toEvent(event, { connectionId, calendarId, accessRole: "writer" }))
    return seen ? { kind: "applied", event: seen } : { kind: "unknown", cause: "unreadable answer" }
  }

  /** With what became of a series' changed instances, as the next read will tell it. The write is done: that this cannot be read changes nothing about it. */
  async function appliedWhole(event: calendar_v3.Schema$Event, ref: EventRef): Promise<WriteOutcome> {
    const outcome = applied(event, ref)
    if (outcome.kind !== "applied") return outcome
    const whole = await withExceptions(outcome.event, event.iCalUID)
    return whole.kind === "found" ? { kind: "applied", event: whole.event } : outcome
  }

  const update: CalendarProvider["update"] = async (ref, patch, seen, write) => {
    const ifMatch = version(seen)
    if (write.signal?.aborted) return NOT_SENT
    const params = { ...eventParams(ref), sendUpdates: sendUpdates(write), requestBody: fromPatch(patch, write.marker) }
    const answer = await ask((token) => api.events.patch(params, forWrite(token, write, ifMatch)))
    return answer.kind === "failed" ? writeRefusal(answer.failure, ref) : appliedWhole(answer.data, ref)
  }

  const remove: CalendarProvider["delete"] = async (ref, seen, write) => {
    const ifMatch = version(seen)
    if (write.signal?.aborted) return NOT_SENT
    const params = { ...eventParams(ref), sendUpdates: sendUpdates(write) }
    const answer = await ask((token) => api.events.delete(params, forWrite(token, write, ifMatch)))
    return answer.kind === "failed" ? writeRefusal(answer.failure, ref) : { kind: "deleted" }
  }

  async function create(calendarId: string, draft: EventDraft, write: WriteOptions): Promise<WriteOutcome> {
    if (write.signal?.aborted) return NOT_SENT
    const ref = { connectionId, calendarId, eventId: clientId(write.marker) }
    const params = {
      calendarId: pathId(calendarId),
      sendUpdates: sendUpdates(write),
      requestBody: fromDraft(draft, write.marker),
    }
    const answer = await ask((token) => api.events.insert(params, forWrite(token, write)))
    if (answer.kind === "answer") return applied(answer.data, ref)
    const refusal = writeRefusal(answer.failure, ref)
    return refusal.kind === "conflict" ? standing(ref, write.marker) : refusal
  }

  /** The insert was refused. The id is taken: by an earlier insert of this very intent, or by something else; or nothing is there. */
  async function standing(ref: EventRef, marker: string): Promise<WriteOutcome> {
    const read = await get(ref)
    if (read.kind === "unreachable") return { kind: "unknown", cause: read.cause }
    if (read.kind === "gone" && read.how === "not-found") return { kind: "conflict" }
    if (read.kind !== "found") return read
    return read.event.value.marker === marker ? { kind: "applied", event: read.event } : { kind: "conflict" }
  }

  /** The id is made of an unguessable marker: a server that dropped the property, which it did not know, kept the id all the same. */
  const owned = (read: ReadOutcome, marker: string): ReadOutcome =>
    read.kind === "found" && read.event.value.marker === null
      ? { kind: "found", event: { ...read.event, value: { ...read.event.value, marker } } }
      : read

  const findCreated: CalendarProvider["findCreated"] = async (calendarId, _draft, marker) =>
    owned(await get({ connectionId, calendarId, eventId: clientId(marker) }), marker)

  /** The stored resource, if it still is what was seen. Tried again as a read is; nothing was written when it answers an outcome. */
  async function asSeen(ref: EventRef, seen: Version): Promise<calendar_v3.Schema$Event | WriteOutcome> {
    const answer = await ask((token) => api.events.get(eventParams(ref), forRead(token)))
    if (answer.kind === "failed") return unsent(readRefusal(answer.failure, ref))
    if (answer.data.status === "cancelled") return { kind: "gone", key: eventKey(ref), how: "deleted" }
    return answer.data.etag === seen ? answer.data : { kind: "conflict" }
  }

  /** `events.move` takes an If-Match like any request; whether it is honoured is not documented, so the version is compared first. */
  const move: CalendarProvider["move"] = async (ref, toCalendarId, seen, write) => {
    const ifMatch = version(seen)
    if (write.signal?.aborted) return NOT_SENT
    const since = performance.now()
    const stored = await asSeen(ref, ifMatch)
    if (isOutcome(stored)) return stored
    if ((stored.eventType ?? "default") !== "default") return { kind: "forbidden", reason: "event-type" }
    if (stored.recurringEventId) return { kind: "forbidden", reason: "not-supported" }
    const params = { ...eventParams(ref), destination: toCalendarId, sendUpdates: sendUpdates(write) }
    const rest = restOf(write, performance.now() - since)
    if (!rest) return TOO_LATE
    const answer = await ask((token) => api.events.move(params, forWrite(token, rest, ifMatch)))
    return answer.kind === "failed"
      ? writeRefusal(answer.failure, ref)
      : appliedWhole(answer.data, { ...ref, calendarId: toCalendarId })
  }

  /** The calendar's API has no way to propose another time: refused rather than answered without it. */
  const respond: CalendarProvider["respond"] = async (ref, response, seen, write) => {
    const ifMatch = version(seen)
    if (write.signal?.aborted) return NOT_SENT
    if (response.proposed) return { kind: "forbidden", reason: "not-supported" }
    const since = performance.now()
    const stored = await asSeen(ref, ifMatch)
    if (isOutcome(stored)) return stored
    const requestBody = fromAnswer(stored, response, write.marker)
    if (!requestBody) return { kind: "forbidden", reason: "not-invited" }
    const params = { ...eventParams(ref), sendUpdates: sendUpdates(write), requestBody }
    const rest = restOf(write, performance.now() - since)
    if (!rest) return TOO_LATE
    const answer = await ask((token) => api.events.patch(params, forWrite(token, rest, ifMatch)))
    return answer.kind === "failed" ? writeRefusal(answer.failure, ref) : appliedWhole(answer.data, ref)
  }

  const tail: CalendarProvider["tail"] = async (ref, from) => {
    const read = await stored(ref)
    if (read.kind !== "stored") return read
    if (!read.wire.organizer?.self) return { kind: "forbidden", reason: "not-organizer" }
    const family = await familyOf(ref, read.wire.iCalUID ?? "")
    if (family.kind === "failed") return readRefusal(family.failure, ref)
    const series = withFamily(read.event, family.data.items)
    const later = readable(() => touchedSince(family.data.items, ref.eventId, from))
    if (series.kind !== "found") return series
    return later ? { kind: "tail", series: series.event, unkept: later.changed.length, loses: [] } : UNREADABLE
  }

  const split: CalendarProvider["split"] = async (ref, from, patch, seen, write) => {
    const copied = version(seen)
    if (write.signal?.aborted) return NOT_SENT
    const since = performance.now()
    const series = await asSeen(ref, copied)
    if (isOutcome(series)) return series
    const family = await familyOf(ref, series.iCalUID ?? "")
    if (family.kind === "failed") return unsent(readRefusal(family.failure, ref))
    const instances = readable(() => touchedSince(family.data.items, ref.eventId, from))
    if (!instances) return unsent(UNREADABLE)
    if (instances.changed.length > 0) return { kind: "forbidden", reason: "series-exceptions" }
    const recurrence = withoutInstances(patch, from, instances.cancelled)
    const requestBody = fromSeries(series, { ...patch, recurrence }, write.marker)
    if (!requestBody) return { kind: "forbidden", reason: "not-supported" }
    const rest = restOf(write, performance.now() - since)
    if (!rest) return TOO_LATE
    const made = { connectionId, calendarId: ref.calendarId, eventId: clientId(write.marker) }
    const params = { calendarId: pathId(ref.calendarId), sendUpdates: sendUpdates(write), ...WHOLE, requestBody }
    const answer = await ask((token) => api.events.insert(params, forWrite(token, rest)))
    if (answer.kind === "answer") return applied(answer.data, made)
    const refusal = writeRefusal(answer.failure, made)
    return refusal.kind === "conflict" ? standing(made, write.marker) : refusal
  }

  return { calendars, list, get, update, delete: remove, create, findCreated, move, respond, tail, split, busy, busyOf }
}

/** Null where it was not told, or not readably. */
function busyIn(calendar: calendar_v3.Schema$FreeBusyCalendar | undefined, { from, to }: Window) {
  const periods = calendar?.busy
  if (!periods || calendar.errors?.length) return null
  const taken = readable(() => periods.map(({ start, end }) => stretch(start, end)))
  return taken && mergeBusy(taken, stretch(from, to))
}

/** A calendar's resource has a `kind` too, but always an id. */
const isOutcome = (stored: calendar_v3.Schema$Event | WriteOutcome): stored is WriteOutcome => !("etag" in stored)

/** What a read that came before a write means for the write: nothing was sent. */
const unsent = (read: Exclude<ReadOutcome, { kind: "found" }>): WriteOutcome =>
  read.kind === "unreachable" ? { kind: "notApplied", reason: "provider-unreachable" } : read

/** @throws {RangeError} for ids that name nothing. */
const eventParams = ({ calendarId, eventId }: EventRef) => ({
  calendarId: pathId(calendarId),
  eventId: pathId(eventId),
})

const sendUpdates = (write: WriteOptions) => (write.notify ? "all" : "none")

/** @throws {RangeError} when either is no instant. */
const stretch = (from: string | null | undefined, to: string | null | undefined): Stretch => ({
  from: Temporal.Instant.from(from ?? "").epochMilliseconds,
  to: Temporal.Instant.from(to ?? "").epochMilliseconds,
})

/** Null for an answer that lacks what every event has: the mapping refuses it with a RangeError. */
function readable<T>(map: () => T): T | null {
  try {
    return map()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
