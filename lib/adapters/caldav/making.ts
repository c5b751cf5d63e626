import "server-only"
import type { EventRef } from "../../domain/event"
import { restOf } from "../../domain/transport"
import { version } from "../../domain/version"
import type { CalendarProvider, ReadOutcome, WriteOptions, WriteOutcome } from "../../ports/calendar-provider"
import { attempt, type CaldavAccount, type CaldavOptions } from "./account"
import { writeRefusal } from "./errors"
import { eventId, parseEventId } from "./ids"
import { newResource } from "./new-resource"
import { readResource } from "./resource"
import { exceptionsSince, tailOf, whyUnsplittable } from "./split"
import { ICS, NOT_SENT, type Settled, strongOf, TOO_LATE, unsent, waiting } from "./writing"

/** Writes that make a resource. Its name and its UID are the marker, so that it is made once however often it is asked for: If-None-Match: * lets one through. */
export function makingResources(
  options: CaldavOptions,
  account: CaldavAccount,
  settled: Settled,
): Pick<CalendarProvider, "create" | "findCreated" | "tail" | "split"> {
  const { connectionId, timeZone } = options
  const { ask, texts, get, sourceOf, fetchText, seenIn, resourceUrl } = account

  const madeRef = (calendarId: string, marker: string): EventRef => ({
    connectionId,
    calendarId,
    eventId: eventId({ resource: `${marker}.ics`, instance: null }),
  })

  const create: CalendarProvider["create"] = async (calendarId, draft, write) => {
    if (write.signal?.aborted) return NOT_SENT
    const stamp = { marker: write.marker, nowMs: options.now() }
    return putNew(calendarId, newResource(draft, stamp, timeZone, options.accountEmail), write)
  }

  async function putNew(calendarId: string, text: string, write: WriteOptions): Promise<WriteOutcome> {
    const ref = madeRef(calendarId, write.marker)
    const url = resourceUrl(calendarId, parseEventId(ref.eventId).resource)
    const headers = { ...ICS, "if-none-match": "*" }
    const asked = await ask.write(url, { ...waiting(write), method: "PUT", headers, body: text })
    if (asked.kind === "failed") {
      const refusal = writeRefusal(asked.failure, ref)
      return refusal.kind === "conflict" ? standing(ref, write.marker) : refusal
    }
    const source = await sourceOf(calendarId)
    if (source.kind !== "source") return { kind: "unknown", cause: `carried out, then ${source.kind}` }
    const { from } = source
    return settled(ref, { text, etag: strongOf(asked.answer.headers.get("etag")), from }, write.marker, () => true)
  }

  /** The name is taken: by an earlier create of this very intent, or by something else. */
  async function standing(ref: EventRef, marker: string): Promise<WriteOutcome> {
    const read = await findCreated(ref.calendarId, marker)
    if (read.kind === "unreachable") return { kind: "unknown", cause: read.cause }
    if (read.kind === "gone") return { kind: "conflict" }
    if (read.kind !== "found") return read
    return read.event.value.marker === marker ? { kind: "applied", event: read.event } : { kind: "conflict" }
  }

  /** By its name; its UID, which no client strips, is the marker too. */
  async function findCreated(calendarId: string, marker: string): Promise<ReadOutcome> {
    const ref = madeRef(calendarId, marker)
    const read = await get(ref)
    if (read.kind !== "found") return read
    const text = texts.find(resourceUrl(calendarId, parseEventId(ref.eventId).resource), read.event.version)
    const isOurs = text !== null && new RegExp(`^UID:${marker}\\r?$`, "m").test(text)
    return isOurs ? { kind: "found", event: { ...read.event, value: { ...read.event.value, marker } } } : read
  }

  const tail: CalendarProvider["tail"] = async (ref, from) => {
    const series = await wholeSeries(ref)
    if (series.kind !== "series") return series
    const { resource, event } = series
    const why = whyUnsplittable(resource, series.from)
    if (why) return { kind: "forbidden", reason: why }
    const loses = exceptionsSince(resource, from).length > 0 ? (["no-undo"] as const) : []
    return { kind: "tail", series: event, unkept: 0, loses }
  }

  /** A series as it is now, with the text that it was read from. */
  async function wholeSeries(ref: EventRef) {
    const [read, source] = await Promise.all([fetchText(ref), sourceOf(ref.calendarId)])
    if (read.kind !== "text") return read
    if (source.kind !== "source") return source
    const seen = seenIn(ref, read.text, read.etag, source.from)
    if (seen.kind !== "found") return seen
    return {
      kind: "series" as const,
      resource: readResource(read.text, timeZone),
      event: seen.event,
      from: source.from,
    }
  }

  /** What the server itself holds is copied, read directly before: guests, alarms, whatever no field of ours names, and the exceptions from `from` on. */
  const split: CalendarProvider["split"] = async (ref, from, patch, seen, write) => {
    const copied = version(seen)
    if (write.signal?.aborted) return NOT_SENT
    const since = performance.now()
    const series = await wholeSeries(ref)
    if (series.kind !== "series") return unsent(series)
    if (series.event.version !== copied) return { kind: "conflict" }
    const why = whyUnsplittable(series.resource, series.from)
    if (why) return { kind: "forbidden", reason: why }
    const stamp = { marker: write.marker, nowMs: options.now() }
    const text = attempt(() => tailOf(series.resource, from, patch, stamp))
    if (text.kind === "failed") return { kind: "forbidden", reason: "event-type" }
    const rest = restOf(write, performance.now() - since)
    return rest ? putNew(ref.calendarId, text.value, rest) : TOO_LATE
  }

  return { create, findCreated: (calendarId, _draft, marker) => findCreated(calendarId, marker), tail, split }
}
