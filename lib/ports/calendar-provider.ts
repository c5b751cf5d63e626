import type { Calendar, CalendarEvent, EventDraft, EventPatch, EventRef } from "../domain/event"
import type { Outcome } from "../domain/outcome"
import type { Seen, Version } from "../domain/version"

/*
 * Glossary. ETag / version: the provider's name for one state of one event, opaque. Precondition: "only if it is still that state"
 * (If-Match). Marker: an intent's id written into the event by the same request, so that a lost answer can be looked up. Busy: a stretch of
 * time that is taken. Instance: one occurrence of a series.
 */

export type Found = { readonly kind: "found"; readonly event: Seen<CalendarEvent> }

/** What a read of one event can answer. */
export type ReadOutcome =
  | Found
  | Extract<Outcome, { kind: "gone" | "forbidden" | "throttled" | "reconnect" }>
  | Unreachable

/** The provider could not be asked; nothing is known. Reads only: a write in that state is `unknown` or `notApplied`. */
export type Unreachable = { readonly kind: "unreachable"; readonly cause: string }

/**
 * What one conditional request can answer. `conflict` carries no event: the provider's refusal does not hold one, and reading it is the
 * caller's decision. `unknown`: it was sent and may have been executed. `notApplied`: it certainly never reached the provider.
 */
export type WriteOutcome =
  | { readonly kind: "applied"; readonly event: Seen<CalendarEvent> }
  | { readonly kind: "deleted" }
  | { readonly kind: "conflict" }
  | Extract<Outcome, { kind: "gone" | "forbidden" | "throttled" | "reconnect" | "unknown" | "notApplied" }>

/** Thrown by an adapter's `accessToken` when the account's grant is dead; the call then answers `reconnect`. */
export class ReconnectNeeded extends Error {}

/** Thrown by an adapter's `accessToken` when a token could not be had just now: a write is then `notApplied`, a read `unreachable`. */
export class TokenUnavailable extends Error {}

export interface WriteOptions {
  /** The intent's id (lower-case UUID); goes into the event in the same request. */
  readonly marker: string
  /** Tell the guests? Google: sendUpdates all|none. Graph always tells them of changes they can see. */
  readonly notify: boolean
  /** Gives up waiting after this long; the write is then `unknown`. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface Window {
  /** ISO instants, `[from, to)`. */
  readonly from: string
  readonly to: string
}

export interface Busy {
  readonly start: string
  readonly end: string
}

/**
 * One person's account at one provider. Every read answers with a version, every write asks for one (T1, T2); an empty version is refused
 * before anything is sent (T3, `version()` throws). No call retries a write: a second request is the caller's decision (T4).
 * A calendar that is not there is `gone` with the event id `*`. Ids that cannot be addressed ("", ".", "..") throw a RangeError, unsent.
 */
export interface CalendarProvider {
  calendars(): Promise<{ kind: "calendars"; calendars: readonly Calendar[] } | Exclude<ReadOutcome, Found>>
  /** Single events and instances in the window, cancelled ones left out, in order of start. Pages are followed. */
  list(
    calendarId: string,
    window: Window,
  ): Promise<{ kind: "events"; events: readonly Seen<CalendarEvent>[] } | Exclude<ReadOutcome, Found>>
  get(ref: EventRef): Promise<ReadOutcome>
  update(ref: EventRef, patch: EventPatch, seen: Version, options: WriteOptions): Promise<WriteOutcome>
  delete(ref: EventRef, seen: Version, options: WriteOptions): Promise<WriteOutcome>
  /** Safe to answer twice: the id or transactionId is derived from the marker, so a duplicate is found and answered `applied`. */
  create(calendarId: string, draft: EventDraft, options: WriteOptions): Promise<WriteOutcome>
  /** Free/busy of a calendar of this account in a window, merged and sorted. */
  busy(
    calendarId: string,
    window: Window,
  ): Promise<{ kind: "busy"; busy: readonly Busy[] } | Exclude<ReadOutcome, Found>>
}
