import "server-only"
import { mergeBusy } from "../../domain/busy"
import { type CalendarEvent, type ConnectionId, type EventRef, eventKey } from "../../domain/event"
import { type ProviderFailure, pathId } from "../../domain/transport"
import { type Seen, type Version, version } from "../../domain/version"
import type { CalendarProvider, Found, ReadOutcome, Unreachable, Window } from "../../ports/calendar-provider"
import { type Asked, asking, type Credentials, sameSite } from "./ask"
import { COLLECTION_PROPS, calendarUrl, isWritable, nameBelow, toCalendars } from "./collections"
import { isRefusal, readRefusal, UNREADABLE_STATUS } from "./errors"
import { freeBusyRequest, personsBusy } from "./free-busy"
import { parseEventId } from "./ids"
import { keptTexts } from "./kept-texts"
import type { ReadFrom } from "./mapping"
import { type Known, principalOf } from "./principal"
import { EVERY_SERIES, eventQuery, multiget } from "./queries"
import { eventIn, eventsWithin, instantMs, READ_BUDGET_MS } from "./read-events"
import { seriesBefore } from "./series-before"
import { multistatus, type Row, type Rows, textOf } from "./wire"

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

const UNREADABLE: Extract<Asked, { kind: "failed" }> = {
  kind: "failed",
  failure: { kind: "answer", status: UNREADABLE_STATUS, reason: "unreadable", retryAfterMs: null },
}
/** Resources asked for by name in one report. */
const AT_ONCE = 100
const MAX_FREE_BUSY = 1_048_576
const MAX_RESOURCE = 4 * 1_048_576

export type Failed = Exclude<ReadOutcome, Found>
export type Source = Omit<ReadFrom, "resource">

interface Read {
  readonly kind: "read"
  readonly events: readonly Seen<CalendarEvent>[]
  /** Resources that are not there, by name. */
  readonly gone: readonly string[]
}

interface Told extends Read {
  /** Those of its events that stand for what cannot be read. */
  readonly standIns: ReadonlySet<Seen<CalendarEvent>>
}

const NOTHING: Read = { kind: "read", events: [], gone: [] }

/** Reading a person's CalDAV account: what it is to its server, its calendars and events. Nothing here writes. */
export function caldavAccount(options: CaldavOptions) {
  const { connectionId, timeZone } = options
  const home = options.serverUrl.replace(/\/*$/, "/")
  const ask = asking(options)
  const principal = principalOf(ask, home, options.accountEmail)
  const texts = keptTexts()
  const before = seriesBefore(`${connectionId} ${home}`, timeZone, options.now)
  const wholeCalendar = (calendarId: string): EventRef => ({ connectionId, calendarId, eventId: "*" })

  /** Which calendars may be written to, as far as was seen: a resource does not say. */
  const writable = new Map<string, boolean>()

  const resourceUrl = (calendarId: string, resource: string) =>
    `${calendarUrl(home, calendarId)}${encodeURIComponent(pathId(resource))}`

  async function canWrite(calendarId: string): Promise<Known<boolean>> {
    const known = writable.get(calendarId)
    if (known !== undefined) return { kind: "known", value: known }
    const body = { "d:propfind": { "d:prop": { "d:current-user-privilege-set": {} } } }
    const answer = await multistatus(ask, calendarUrl(home, calendarId), "PROPFIND", "0", body)
    if (answer.kind === "failed") return answer
    const [row] = answer.rows
    if (!row) return UNREADABLE
    writable.set(calendarId, isWritable(row))
    return { kind: "known", value: isWritable(row) }
  }

  /** What a resource does not say itself: who reads it, and whether they may write there. */
  async function sourceOf(calendarId: string): Promise<{ kind: "source"; from: Source } | Failed> {
    const [may, who] = await Promise.all([canWrite(calendarId), principal()])
    if (may.kind === "failed") return readRefusal(may.failure, wholeCalendar(calendarId))
    if (who.kind === "failed") return readRefusal(who.failure, wholeCalendar(calendarId))
    return { kind: "source", from: { connectionId, calendarId, writable: may.value, addresses: who.value.addresses } }
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
    const [read, source] = await Promise.all([fetchText(ref), sourceOf(ref.calendarId)])
    if (read.kind !== "text") return read
    if (source.kind !== "source") return source
    return seenIn(ref, read.text, read.etag, source.from)
  }

  function seenIn(ref: EventRef, text: string, etag: Version, from: Source): ReadOutcome {
    const { resource, instance } = parseEventId(ref.eventId)
    const event = attempt(() => eventIn(text, instance, { ...from, resource }, timeZone))
    if (event.kind === "failed") return { kind: "unreachable", cause: `unreadable event: ${event.cause}` }
    if (!event.value) return { kind: "gone", key: eventKey(ref), how: "not-found" }
    if (event.value.status === "cancelled") return { kind: "gone", key: eventKey(ref), how: "deleted" }
    return { kind: "found", event: { value: event.value, version: etag } }
  }

  async function list(calendarId: string, window: Window): ReturnType<CalendarProvider["list"]> {
    const url = calendarUrl(home, calendarId)
    const [answer, series, source] = await Promise.all([
      multistatus(ask, url, "REPORT", "1", eventQuery(window)),
      before.mayMiss() ? multistatus(ask, url, "REPORT", "1", EVERY_SERIES) : null,
      sourceOf(calendarId),
    ])
    if (answer.kind === "failed") return readRefusal(answer.failure, wholeCalendar(calendarId))
    if (source.kind !== "source") return source
    const read = eventsIn(url, answer.rows, source.from, window)
    if (read.kind !== "read") return read
    const more = series ? await passedOver(calendarId, answer.rows, series, source.from, window) : NOTHING
    if (more.kind !== "read") return more
    const events = [...read.events, ...more.events]
    return { kind: "events", events: events.sort((a, b) => byStart(a.value, b.value, timeZone)) }
  }

  /**
   * The events of series that the window's answer passed over. Where the server is not known to pass series over, what it refuses to tell is gone on without, and one that cannot be read is taken to
   * be where the server says: elsewhere.
   */
  async function passedOver(
    calendarId: string,
    named: readonly Row[],
    series: Rows,
    source: Source,
    window: Window,
  ): Promise<Read | Failed> {
    const without = ({ failure }: Extract<Rows, { kind: "failed" }>) =>
      (isRefusal(failure) || isFault(failure)) && !before.isFirstOnly()
        ? NOTHING
        : readRefusal(failure, wholeCalendar(calendarId))
    if (series.kind === "failed") return without(series)
    const url = calendarUrl(home, calendarId)
    const rows: Row[] = []
    const unread: string[] = []
    for (const { name, row, text } of before.passedOver(url, named, series.rows, window)) {
      if (text === null) unread.push(name)
      else rows.push({ ...row, props: { ...row.props, calendarData: text } })
    }
    for (const names of inParts(unread)) {
      const answer = await textsOf(calendarId, names)
      if (answer.kind === "failed") return without(answer)
      rows.push(...before.reaching(url, answer.rows, window))
    }
    const read = eventsIn(url, rows, source, window)
    if (read.kind !== "read") return read
    const readable = read.events.filter((event) => !read.standIns.has(event))
    if (readable.length > 0) before.foundPassedOver()
    return before.isFirstOnly() ? read : { ...read, events: readable }
  }

  /** The events in a window of the resources that a report has told, in order of nothing. */
  function eventsIn(url: string, rows: readonly Row[], source: Source, window: Window): Told | Unreachable {
    const until = performance.now() + READ_BUDGET_MS
    const events: Seen<CalendarEvent>[] = []
    const standIns = new Set<Seen<CalendarEvent>>()
    const gone: string[] = []
    for (const row of rows) {
      const resource = nameBelow(url, row.url)
      const [text, etag] = [textOf(row.props.calendarData), textOf(row.props.getetag)]
      if (row.status === 404 && resource) gone.push(resource)
      if (row.status === 404 || !resource) continue
      if (!text || !etag) return { kind: "unreachable", cause: "an event without text or version" }
      const found = eventsWithin(text, etag, { ...source, resource }, window, timeZone, performance.now() > until)
      events.push(...found.events)
      if (found.kind === "unreadable") for (const event of found.events) standIns.add(event)
    }
    return { kind: "read", events, standIns, gone }
  }

  /** What stands under some names now, at most `AT_ONCE` of them. */
  function textsOf(calendarId: string, names: readonly string[]): Promise<Rows> {
    const hrefs = names.map((name) => new URL(resourceUrl(calendarId, name)).pathname)
    return multistatus(ask, calendarUrl(home, calendarId), "REPORT", "1", multiget(hrefs))
  }

  /** The events of some resources in a window (RFC 4791 7.9). */
  async function within(calendarId: string, names: readonly string[], window: Window): Promise<Read | Failed> {
    if (names.length === 0) return NOTHING
    const source = await sourceOf(calendarId)
    if (source.kind !== "source") return source
    const events: Seen<CalendarEvent>[] = []
    const gone: string[] = []
    for (const part of inParts(names)) {
      const answer = await textsOf(calendarId, part)
      if (answer.kind === "failed") return readRefusal(answer.failure, wholeCalendar(calendarId))
      const read = eventsIn(calendarUrl(home, calendarId), answer.rows, source.from, window)
      if (read.kind !== "read") return read
      events.push(...read.events)
      gone.push(...read.gone)
    }
    return { kind: "read", events, gone }
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

  /** By the scheduling outbox (RFC 6638 5), where there is one. */
  async function busyOf(people: readonly string[], window: Window): ReturnType<CalendarProvider["busyOf"]> {
    const who = await principal()
    if (who.kind === "failed") return readRefusal(who.failure, wholeCalendar("*"))
    const { outbox } = who.value
    if (!outbox || !sameSite(new URL(home), new URL(outbox))) return { kind: "forbidden", reason: "not-supported" }
    const body = freeBusyRequest(people, window, options.accountEmail, options.now())
    const headers = { "content-type": "text/calendar; charset=utf-8" }
    const asked = await ask.read(outbox, { method: "POST", headers, body, maxBytes: MAX_FREE_BUSY })
    if (asked.kind === "failed") return readRefusal(asked.failure, wholeCalendar("*"))
    return { kind: "people", people: personsBusy(asked.answer.text, people, window) }
  }

  interface Offered {
    readonly methods: readonly string[]
    /** The classes of the DAV header, lower case. */
    readonly features: readonly string[]
  }

  /** What a server can do with a resource (RFC 9110 9.3.7, RFC 4918 10.1). */
  async function offers(url: string): Promise<Known<Offered>> {
    const asked = await ask.read(url, { method: "OPTIONS" })
    if (asked.kind === "failed") return asked
    const list = (name: string) => (asked.answer.headers.get(name) ?? "").split(",").map((word) => word.trim())
    const methods = list("allow").map((word) => word.toUpperCase())
    return { kind: "known", value: { methods, features: list("dav").map((word) => word.toLowerCase()) } }
  }

  return {
    ask,
    home,
    texts,
    calendars,
    get,
    list,
    within,
    busy,
    busyOf,
    sourceOf,
    fetchText,
    seenIn,
    resourceUrl,
    offers,
  }
}

export type CaldavAccount = ReturnType<typeof caldavAccount>

function inParts(names: readonly string[]): (readonly string[])[] {
  return Array.from({ length: Math.ceil(names.length / AT_ONCE) }, (_, i) =>
    names.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  )
}

/** Some servers answer so what they do not know (Xandikos, a sync token). */
const isFault = (failure: ProviderFailure) => failure.kind === "answer" && failure.status === 500

const byStart = (a: CalendarEvent, b: CalendarEvent, zone: string) =>
  instantMs(a.start, zone) - instantMs(b.start, zone)

type Attempt<T> = { readonly kind: "done"; readonly value: T } | { readonly kind: "failed"; readonly cause: string }

/** Texts from elsewhere that cannot be understood are answers, not faults. */
export function attempt<T>(act: () => T): Attempt<T> {
  try {
    return { kind: "done", value: act() }
  } catch (error) {
    if (error instanceof RangeError) return { kind: "failed", cause: error.message }
    throw error
  }
}
