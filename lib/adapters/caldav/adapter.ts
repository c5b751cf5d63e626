import "server-only"
import { canonicalJson } from "../../domain/canonical"
import { ownAnswer } from "../../domain/change"
import { type EventRef, eventKey } from "../../domain/event"
import { careValues, patched } from "../../domain/event-diff"
import { restOf } from "../../domain/transport"
import { type Version, version } from "../../domain/version"
import type { CalendarProvider, WriteOptions, WriteOutcome } from "../../ports/calendar-provider"
import { attempt, type CaldavOptions, caldavAccount, type Source } from "./account"
import { answerIn, dropInstance, patchInstance, patchWhole } from "./edit"
import { readRefusal, writeRefusal } from "./errors"
import { parseEventId } from "./ids"
import { makingResources } from "./making"
import { isGuests, isServersToTell, whyUnmovable } from "./mapping"
import { instanceOf, type Resource, readResource } from "./resource"
import { ICS, NOT_SENT, type Settled, strongOf, TOO_LATE, unsent, waiting } from "./writing"

const NOT_SUPPORTED = { kind: "forbidden", reason: "not-supported" } as const
const NOT_TOLD = { kind: "forbidden", reason: "answer-not-told" } as const
const NOT_INVITED = { kind: "forbidden", reason: "not-invited" } as const

/**
 * A person's CalDAV account (RFC 4791). One resource is an event or a whole series and has one etag. Every write is one request under If-Match (T2, T4),
 * made from exactly the text that the version names; every event read carries its etag (T1).
 */
export function caldavCalendars(options: CaldavOptions): CalendarProvider {
  const account = caldavAccount(options)
  const { timeZone } = options
  const { ask, texts, get, sourceOf, fetchText, seenIn, resourceUrl, offers } = account

  /** The text that `seen` names: kept from the read that showed it, or read now. Anything else is no base for a write. */
  async function baseText(ref: EventRef, seen: Version): Promise<{ kind: "text"; text: string } | WriteOutcome> {
    const kept = texts.find(resourceUrl(ref.calendarId, parseEventId(ref.eventId).resource), seen)
    if (kept !== null) return { kind: "text", text: kept }
    const read = await fetchText(ref)
    if (read.kind !== "text") return unsent(read)
    return read.etag === seen ? read : { kind: "conflict" }
  }

  type Edit = (resource: Resource, from: Source) => string | WriteOutcome | null

  /** Edits the resource as `seen` has it and puts it back under If-Match. `edit` answers null when the instance is not in it. */
  async function putBack(
    ref: EventRef,
    seen: Version,
    write: WriteOptions,
    edit: Edit,
  ): Promise<{ kind: "put"; text: string; etag: string | null; from: Source } | WriteOutcome> {
    const ifMatch = version(seen)
    const url = resourceUrl(ref.calendarId, parseEventId(ref.eventId).resource)
    if (write.signal?.aborted) return NOT_SENT
    const since = performance.now()
    const [base, source] = await Promise.all([baseText(ref, ifMatch), sourceOf(ref.calendarId)])
    if (base.kind !== "text") return base
    if (source.kind !== "source") return unsent(source)
    const { from } = source
    const next = attempt(() => edit(readResource(base.text, timeZone), from))
    if (next.kind === "failed") return { kind: "forbidden", reason: "event-type" }
    if (next.value === null) return { kind: "gone", key: eventKey(ref), how: "not-found" }
    if (typeof next.value !== "string") return next.value
    const rest = restOf(write, performance.now() - since)
    if (!rest) return TOO_LATE
    const headers = { ...ICS, "if-match": ifMatch }
    const asked = await ask.write(url, { ...waiting(rest), method: "PUT", headers, body: next.value })
    if (asked.kind === "failed") return writeRefusal(asked.failure, ref)
    return { kind: "put", text: next.value, etag: strongOf(asked.answer.headers.get("etag")), from }
  }

  const update: CalendarProvider["update"] = async (ref, patch, seen, write) => {
    const { instance } = parseEventId(ref.eventId)
    const stamp = { marker: write.marker, nowMs: options.now() }
    const put = await putBack(ref, seen, write, (resource, from) => {
      const found = instance === null ? resource.master : instanceOf(resource, instance)?.component
      if (!found) return null
      // a guest's copy is not its guest's to change; the server might take it and tell nobody
      const why = whyUnmovable(resource, found, from)
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
   * An answer is a change of the guest's own copy, of which the server tells the organizer (RFC 6638 3.2.2). One that does not would leave them without it, and has no place to propose another time:
   * refused, unsent.
   */
  const respond: CalendarProvider["respond"] = async (ref, response, seen, write) => {
    const ifMatch = version(seen)
    const { resource: name, instance } = parseEventId(ref.eventId)
    if (write.signal?.aborted) return NOT_SENT
    if (response.proposed) return NOT_SUPPORTED
    const since = performance.now()
    const offered = await offers(resourceUrl(ref.calendarId, name))
    if (offered.kind === "failed") return unsent(readRefusal(offered.failure, ref))
    if (!offered.value.features.includes("calendar-auto-schedule")) return NOT_TOLD
    const rest = restOf(write, performance.now() - since)
    if (!rest) return TOO_LATE
    const stamp = { marker: write.marker, nowMs: options.now() }
    const put = await putBack(ref, ifMatch, rest, (resource, { addresses, writable: may }) => {
      const found = instance === null ? resource.master : instanceOf(resource, instance)?.component
      if (!found) return null
      if (!may) return { kind: "forbidden", reason: "read-only-calendar" }
      if (resource.ranged) return { kind: "forbidden", reason: "event-type" }
      if (!isGuests(found, addresses)) return NOT_INVITED
      if (!isServersToTell(found)) return NOT_TOLD
      return answerIn(resource, instance, response, addresses, stamp) ?? NOT_INVITED
    })
    if (put.kind !== "put") return put
    return settled(ref, put, write.marker, (event) => ownAnswer(event) === response.rsvp)
  }

  /**
   * What stands after a write that was carried out. With an etag in the answer it is what was sent (RFC 4791 5.3.4); without one the server may have
   * rewritten it, so it is read. Somebody may have been there in between: then it is looked up like any lost answer.
   */
  const settled: Settled = async (ref, { text, etag, from }, marker, asIntended) => {
    if (etag !== null) {
      const sent = seenIn(ref, text, version(etag), { ...from, writable: true })
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

  /**
   * One MOVE (RFC 4918 9.9), never onto something that is there. Not every server looks at its If-Match, so the version is compared directly before. A server without MOVE is not helped by a copy and
   * a delete: both may stand in the end, and one that keeps meetings would call the guests off.
   */
  const move: CalendarProvider["move"] = async (ref, toCalendarId, seen, write) => {
    const ifMatch = version(seen)
    const { resource, instance } = parseEventId(ref.eventId)
    const [from, destination] = [resourceUrl(ref.calendarId, resource), resourceUrl(toCalendarId, resource)]
    if (write.signal?.aborted) return NOT_SENT
    if (instance !== null) return NOT_SUPPORTED
    const since = performance.now()
    const there = { ...ref, calendarId: toCalendarId }
    const [read, offered, taken] = await Promise.all([fetchText(ref), offers(from), fetchText(there)])
    if (read.kind !== "text") return unsent(read)
    if (offered.kind === "failed") return unsent(readRefusal(offered.failure, ref))
    if (!offered.value.methods.includes("MOVE")) return NOT_SUPPORTED
    if (read.etag !== ifMatch) return { kind: "conflict" }
    // what is found over there after a lost answer must not be something else of that name
    if (taken.kind === "text") return { kind: "forbidden", reason: "provider-refused" }
    if (taken.kind !== "gone") return unsent(taken)
    const rest = restOf(write, performance.now() - since)
    if (!rest) return TOO_LATE
    const headers = { destination, overwrite: "F", "if-match": ifMatch }
    const asked = await ask.write(from, { ...waiting(rest), method: "MOVE", headers })
    if (asked.kind === "failed") return moveRefused(writeRefusal(asked.failure, ref), there)
    const moved = await get(there)
    return moved.kind === "found"
      ? { kind: "applied", event: moved.event }
      : { kind: "unknown", cause: `carried out, then ${moved.kind}` }
  }

  /** A 412 also says that the name is taken over there: then no other version would help. */
  async function moveRefused(refusal: WriteOutcome, there: EventRef): Promise<WriteOutcome> {
    if (refusal.kind !== "conflict") return refusal
    return (await get(there)).kind === "found" ? { kind: "forbidden", reason: "provider-refused" } : refusal
  }

  const { calendars, list, busy, busyOf } = account
  return {
    calendars,
    list,
    get,
    update,
    delete: remove,
    ...makingResources(options, account, settled),
    move,
    respond,
    busy,
    busyOf,
  }
}
