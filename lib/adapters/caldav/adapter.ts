import "server-only"
import { mergeBusy } from "../../domain/busy"
import { canonicalJson } from "../../domain/canonical"
import { type CalendarEvent, type ConnectionId, type EventRef, eventKey } from "../../domain/event"
import { careValues, patched } from "../../domain/event-diff"
import { pathId } from "../../domain/transport"
import { type Seen, type Version, version } from "../../domain/version"
import type {
  CalendarProvider,
  Found,
  ReadOutcome,
  Window,
  WriteOptions,
  WriteOutcome,
} from "../../ports/calendar-provider"
import { asking, type Credentials } from "./ask"
import { COLLECTION_PROPS, calendarUrl, isWritable, nameBelow, toCalendars } from "./collections"
import { dropInstance, newResource, patchInstance, patchWhole } from "./edit"
import { readRefusal, writeRefusal } from "./errors"
import { eventId, parseEventId } from "./ids"
import { keptTexts } from "./kept-texts"
import { type ReadFrom, whyUnmovable } from "./mapping"
import { eventIn, eventsWithin, instantMs, READ_BUDGET_MS } from "./read-events"
import { instanceOf, type Resource, readResource } from "./resource"
import { multistatus, textOf } from "./wire"

export interface CaldavOptions {
  readonly connectionId: ConnectionId
  /** The account's own address: who "self" is among organizer and attendees. */
  readonly accountEmail: string
  /** The person's zone (IANA): of floating times and of days. */
  readonly timeZone: string
  /** The calendar home (RFC 4791 6.2.1), as `discover` found it; ends in a slash. */
  readonly serverUrl: string
  /** May throw `ReconnectNeeded` or `TokenUnavailable`. */
  readonly credentials: () => Promise<Credentials>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Also plain http and hosts that are not public: an installation's own choice, never a person's. */
  readonly allowPrivateHosts: boolean
}

const NOT_SENT = { kind: "notApplied", reason: "given up before it was sent" } as const
const ICS = { "content-type": "text/calendar; charset=utf-8" }
const MAX_RESOURCE = 4 * 1_048_576
/** Servers judge days and floating times by zones of their own: ask for more and look ourselves. */
const SLACK_MS = 86_400_000

type Failed = Exclude<ReadOutcome, Found>

/**
 * A person's CalDAV account (RFC 4791). One resource is an event or a whole series and has one etag. Every write is one request under If-Match (T2, T4),
 * made from exactly the text that the version names; every event read carries its etag (T1).
 */
export function caldavCalendars(options: CaldavOptions): CalendarProvider {
  const { connectionId, timeZone } = options
  const home = options.serverUrl.replace(/\/*$/, "/")
  const addresses = [options.accountEmail.toLowerCase()]
  const ask = asking(options)
  const texts = keptTexts()
  const wholeCalendar = (calendarId: string): EventRef => ({ connectionId, calendarId, eventId: "*" })

  /** Which calendars may be written to, as far as was seen: a resource does not say. */
  const writable = new Map<string, boolean>()

  const resourceUrl = (calendarId: string, resource: string) =>
    `${calendarUrl(home, calendarId)}${encodeURIComponent(pathId(resource))}`

  const readFrom = (calendarId: string, resource: string, canWrite: boolean): ReadFrom => ({
    connectionId,
    calendarId,
    resource,
    addresses,
    writable: canWrite,
  })

  async function canWrite(calendarId: string): Promise<{ kind: "known"; writable: boolean } | Failed> {
    const known = writable.get(calendarId)
    if (known !== undefined) return { kind: "known", writable: known }
    const body = { "d:propfind": { "d:prop": { "d:current-user-privilege-set": {} } } }
    const answer = await multistatus(ask, calendarUrl(home, calendarId), "PROPFIND", "0", body)
    if (answer.kind === "failed") return readRefusal(answer.failure, wholeCalendar(calendarId))
    const [row] = answer.rows
    if (!row) return { kind: "unreachable", cause: "unreadable answer" }
    writable.set(calendarId, isWritable(row))
    return { kind: "known", writable: isWritable(row) }
  }

  async function calendars(): ReturnType<CalendarProvider["calendars"]> {
    const answer = await multistatus(ask, home, "PROPFIND", "1", { "d:propfind": { "d:prop": COLLECTION_PROPS } })
    if (answer.kind === "failed") return readRefusal(answer.failure, wholeCalendar("*"))
    const found = toCalendars(answer.rows, home, timeZone)
    for (const calendar of found) writable.set(calendar.id, calendar.writable)
    return { kind: "calendars", calendars: found }
  }

  /** The text of a resource and its etag, as they are now. */
  async function fetchText(ref: EventRef): Promise<{ kind: "text"; text: string; etag: Version } | Failed> {
    const { resource } = parseEventId(ref.eventId)
    const url = resourceUrl(ref.calendarId, resource)
    const asked = await ask.read(url, { headers: { accept: "text/calendar" }, maxBytes: MAX_RESOURCE })
    if (asked.kind === "failed") return readRefusal(asked.failure, ref)
    const etag = asked.answer.headers.get("etag")
    // without a strong version nothing could be written back (RFC 9110 13.1.1)
    if (!etag || etag.startsWith("W/")) return { kind: "unreachable", cause: "no strong version" }
    texts.keep(url, etag, asked.answer.text)
    return { kind: "text", text: asked.answer.text, etag: version(etag) }
  }

  async function get(ref: EventRef): Promise<ReadOutcome> {
    resourceUrl(ref.calendarId, parseEventId(ref.eventId).resource)
    const [read, known] = await Promise.all([fetchText(ref), canWrite(ref.calendarId)])
    if (read.kind !== "text") return read
    if (known.kind !== "known") return known
    return seenIn(ref, read.text, read.etag, known.writable)
  }

  function seenIn(ref: EventRef, text: string, etag: Version, isWriter: boolean): ReadOutcome {
    const { resource, instance } = parseEventId(ref.eventId)
    const event = attempt(() => eventIn(text, instance, readFrom(ref.calendarId, resource, isWriter), timeZone))
    if (event.kind === "failed") return { kind: "unreachable", cause: `unreadable event: ${event.cause}` }
    if (!event.value) return { kind: "gone", key: eventKey(ref), how: "not-found" }
    if (event.value.status === "cancelled") return { kind: "gone", key: eventKey(ref), how: "deleted" }
    return { kind: "found", event: { value: event.value, version: etag } }
  }

  async function list(calendarId: string, window: Window): ReturnType<CalendarProvider["list"]> {
    const url = calendarUrl(home, calendarId)
    const [answer, known] = await Promise.all([
      multistatus(ask, url, "REPORT", "1", eventQuery(window)),
      canWrite(calendarId),
    ])
    if (answer.kind === "failed") return readRefusal(answer.failure, wholeCalendar(calendarId))
    if (known.kind !== "known") return known
    const until = performance.now() + READ_BUDGET_MS
    const events: Seen<CalendarEvent>[] = []
    for (const row of answer.rows) {
      const resource = nameBelow(url, row.url)
      const [text, etag] = [textOf(row.props.calendarData), textOf(row.props.getetag)]
      if (row.status === 404 || !resource) continue
      if (!text || !etag) return { kind: "unreachable", cause: "an event without text or version" }
      const from = readFrom(calendarId, resource, known.writable)
      events.push(...eventsWithin(text, etag, from, window, timeZone, performance.now() > until))
    }
    return { kind: "events", events: events.sort((a, b) => byStart(a.value, b.value, timeZone)) }
  }

  async function busy(calendarId: string, window: Window): ReturnType<CalendarProvider["busy"]> {
    const listed = await list(calendarId, window)
    if (listed.kind !== "events") return listed
    const span = (start: number, end: number) => ({ from: start, to: end })
    const taken = listed.events
      .filter(({ value }) => value.busy)
      .map(({ value }) => span(instantMs(value.start, timeZone), instantMs(value.end, timeZone)))
    return { kind: "busy", busy: mergeBusy(taken, span(Date.parse(window.from), Date.parse(window.to))) }
  }

  /** The text that `seen` names: kept from the read that showed it, or read now. Anything else is no base for a write. */
  async function baseText(ref: EventRef, seen: Version): Promise<{ kind: "text"; text: string } | WriteOutcome> {
    const kept = texts.find(resourceUrl(ref.calendarId, parseEventId(ref.eventId).resource), seen)
    if (kept !== null) return { kind: "text", text: kept }
    const read = await fetchText(ref)
    if (read.kind === "unreachable") return { kind: "notApplied", reason: read.cause }
    if (read.kind !== "text") return read
    return read.etag === seen ? read : { kind: "conflict" }
  }

  /** Edits the resource as `seen` has it and puts it back under If-Match. `edit` answers null when the instance is not in it. */
  async function putBack(
    ref: EventRef,
    seen: Version,
    write: WriteOptions,
    edit: (resource: Resource) => string | WriteOutcome | null,
  ): Promise<{ kind: "put"; text: string; etag: string | null } | WriteOutcome> {
    const ifMatch = version(seen)
    const url = resourceUrl(ref.calendarId, parseEventId(ref.eventId).resource)
    if (write.signal?.aborted) return NOT_SENT
    const base = await baseText(ref, ifMatch)
    if (base.kind !== "text") return base
    const next = attempt(() => edit(readResource(base.text, timeZone)))
    if (next.kind === "failed") return { kind: "forbidden", reason: "event-type" }
    if (next.value === null) return { kind: "gone", key: eventKey(ref), how: "not-found" }
    if (typeof next.value !== "string") return next.value
    const headers = { ...ICS, "if-match": ifMatch }
    const asked = await ask.write(url, { ...waiting(write), method: "PUT", headers, body: next.value })
    if (asked.kind === "failed") return writeRefusal(asked.failure, ref)
    return { kind: "put", text: next.value, etag: strongOf(asked.answer.headers.get("etag")) }
  }

  const update: CalendarProvider["update"] = async (ref, patch, seen, write) => {
    const { instance, resource: name } = parseEventId(ref.eventId)
    const stamp = { marker: write.marker, nowMs: options.now() }
    const put = await putBack(ref, seen, write, (resource) => {
      const found = instance === null ? resource.master : instanceOf(resource, instance)?.component
      if (!found) return null
      // a guest's copy is not its guest's to change; the server might take it and tell nobody
      const why = whyUnmovable(resource, found, readFrom(ref.calendarId, name, writable.get(ref.calendarId) ?? true))
      if (why) return { kind: "forbidden", reason: why }
      return instance === null ? patchWhole(resource, patch, stamp) : patchInstance(resource, instance, patch, stamp)
    })
    if (put.kind !== "put") return put
    return settled(
      ref,
      put,
      write.marker,
      (event) => canonicalJson(careValues(event)) === canonicalJson(careValues(patched(event, patch))),
    )
  }

  /**
   * What stands after a write that was carried out. With an etag in the answer it is what was sent (RFC 4791 5.3.4); without one the server may have
   * rewritten it, so it is read. Somebody may have been there in between: then it is looked up like any lost answer.
   */
  async function settled(
    ref: EventRef,
    { text, etag }: { text: string; etag: string | null },
    marker: string,
    asIntended: (event: CalendarEvent) => boolean,
  ): Promise<WriteOutcome> {
    if (etag !== null) {
      const sent = seenIn(ref, text, version(etag), true)
      if (sent.kind === "found") {
        texts.keep(resourceUrl(ref.calendarId, parseEventId(ref.eventId).resource), etag, text)
        return { kind: "applied", event: sent.event }
      }
    }
    const read = await get(ref)
    if (read.kind !== "found") return { kind: "unknown", cause: `carried out, then ${read.kind}` }
    const { value } = read.event
    if (value.marker === marker) return { kind: "applied", event: read.event }
    if (value.marker === null && asIntended(value)) return { kind: "applied", event: read.event }
    return { kind: "unknown", cause: "carried out, then changed" }
  }

  const remove: CalendarProvider["delete"] = async (ref, seen, write) => {
    const ifMatch = version(seen)
    const { resource, instance } = parseEventId(ref.eventId)
    const url = resourceUrl(ref.calendarId, resource)
    if (write.signal?.aborted) return NOT_SENT
    if (instance === null) {
      const asked = await ask.write(url, { ...waiting(write), method: "DELETE", headers: { "if-match": ifMatch } })
      return asked.kind === "failed" ? writeRefusal(asked.failure, ref) : { kind: "deleted" }
    }
    const stamp = { marker: write.marker, nowMs: options.now() }
    const put = await putBack(ref, seen, write, (series) =>
      series.ranged ? { kind: "forbidden", reason: "event-type" } : dropInstance(series, instance, stamp),
    )
    return put.kind === "put" ? { kind: "deleted" } : put
  }

  const create: CalendarProvider["create"] = async (calendarId, draft, write) => {
    const resource = `${write.marker}.ics`
    const ref: EventRef = { connectionId, calendarId, eventId: eventId({ resource, instance: null }) }
    const url = resourceUrl(calendarId, resource)
    if (write.signal?.aborted) return NOT_SENT
    const stamp = { marker: write.marker, nowMs: options.now() }
    const text = newResource(draft, stamp, timeZone, options.accountEmail)
    const headers = { ...ICS, "if-none-match": "*" }
    const asked = await ask.write(url, { ...waiting(write), method: "PUT", headers, body: text })
    if (asked.kind === "answer")
      return settled(ref, { text, etag: strongOf(asked.answer.headers.get("etag")) }, write.marker, () => true)
    const refusal = writeRefusal(asked.failure, ref)
    return refusal.kind === "conflict" ? standing(ref, write.marker) : refusal
  }

  /** The name is taken: by an earlier create of this very intent, or by something else. */
  async function standing(ref: EventRef, marker: string): Promise<WriteOutcome> {
    const read = await fetchText(ref)
    if (read.kind === "unreachable") return { kind: "unknown", cause: read.cause }
    if (read.kind !== "text") return read.kind === "gone" ? { kind: "conflict" } : read
    // the UID is derived from the marker, and no client strips that
    const ours = new RegExp(`^UID:${marker}\\r?$`, "m").test(read.text)
    const seen = seenIn(ref, read.text, read.etag, true)
    return ours && seen.kind === "found" ? { kind: "applied", event: seen.event } : { kind: "conflict" }
  }

  const findCreated: CalendarProvider["findCreated"] = (calendarId, _draft, marker) =>
    get({ connectionId, calendarId, eventId: eventId({ resource: `${marker}.ics`, instance: null }) })

  const notSupported = async () => ({ kind: "forbidden", reason: "not-supported" }) as const

  return {
    calendars,
    list,
    get,
    update,
    delete: remove,
    create,
    busy,
    findCreated,
    /** Two resources and two writes, which nothing holds together. */
    move: notSupported,
    respond: notSupported,
    tail: notSupported,
    split: notSupported,
  }
}

const waiting = ({ timeoutMs, signal }: WriteOptions) => ({ timeoutMs, ...(signal && { signal }) })

const strongOf = (etag: string | null) => (etag === null || etag === "" || etag.startsWith("W/") ? null : etag)

function eventQuery({ from, to }: Window): Record<string, unknown> {
  const [start, end] = [Date.parse(from) - SLACK_MS, Date.parse(to) + SLACK_MS].map((ms) =>
    new Date(ms).toISOString().replace(/\.\d+/, "").replace(/[-:]/g, ""),
  )
  const events = { _attributes: { name: "VEVENT" }, "c:time-range": { _attributes: { start, end } } }
  const filter = { "c:comp-filter": { _attributes: { name: "VCALENDAR" }, "c:comp-filter": events } }
  return { "c:calendar-query": { "d:prop": { "d:getetag": {}, "c:calendar-data": {} }, "c:filter": filter } }
}

const byStart = (a: CalendarEvent, b: CalendarEvent, zone: string) =>
  instantMs(a.start, zone) - instantMs(b.start, zone)

type Attempt<T> = { readonly kind: "done"; readonly value: T } | { readonly kind: "failed"; readonly cause: string }

/** Texts from elsewhere that cannot be understood are answers, not faults. */
function attempt<T>(act: () => T): Attempt<T> {
  try {
    return { kind: "done", value: act() }
  } catch (error) {
    if (error instanceof RangeError) return { kind: "failed", cause: error.message }
    throw error
  }
}
