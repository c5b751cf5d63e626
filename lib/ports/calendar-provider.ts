import type { Change } from "../domain/change"
import type { Calendar, CalendarEvent, EventDraft, EventPatch, EventRef, When } from "../domain/event"
import type { Outcome } from "../domain/outcome"
import type { SplitLoss, WorkingHours } from "../domain/plan"
import type { TailPatch } from "../domain/split-series"
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
  /** Carried out, and the answer holds no event: what stands now is to be read. */
  | { readonly kind: "done" }
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

/** What parting a series at one of its instances would come to. */
export interface Tail {
  readonly kind: "tail"
  readonly series: Seen<CalendarEvent>
  /** Instances from there on that were changed or taken out one by one and that a new series here cannot have so. */
  readonly unkept: number
  readonly loses: readonly SplitLoss[]
}

export type Response = Omit<Extract<Change, { kind: "respond" }>, "kind">

export interface Window {
  /** ISO instants, `[from, to)`. */
  readonly from: string
  readonly to: string
}

export interface Busy {
  readonly start: string
  readonly end: string
}

export interface ZonedHours {
  readonly workingHours: WorkingHours
  /** IANA. */
  readonly timeZone: string
}

/** Somebody's free/busy, as far as they let this account see it. */
export type PersonsBusy = { readonly email: string } /** `hours`: when they work, where the provider tells. */ & (
  | { readonly kind: "busy"; readonly busy: readonly Busy[]; readonly hours?: ZonedHours }
  /** They are not known here, do not show it, or it could not be read. Never to be taken for free. */
  | { readonly kind: "unknown" }
)

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
  /**
   * The event that `create` made for this draft and marker, wherever it stands by now; reads only. `gone`, `not-found`: there is none (yet). `gone`, `deleted`: it was there.
   */
  findCreated(calendarId: string, draft: EventDraft, marker: string): Promise<ReadOutcome>
  /**
   * To another calendar of this account; the event keeps its guests and their answers. `seen` is compared with a read of its own directly before the one request, and goes out as
   * If-Match too where the provider may honour it: `conflict` when it differs. `forbidden`, `not-supported`: the provider cannot, and a copy would not be the same event.
   */
  move(ref: EventRef, toCalendarId: string, seen: Version, options: WriteOptions): Promise<WriteOutcome>
  /**
   * A guest's answer, which the organizer is told of. Every other guest's entry stays as it is stored. `seen` is the precondition where the provider takes one, and is compared with a read directly
   * before the one request where it takes none. `done`: carried out, and read the event to see it; a declined one may have left the calendar.
   */
  respond(ref: EventRef, answer: Response, seen: Version, options: WriteOptions): Promise<WriteOutcome>
  /** What a `split` of this series at its instance `from` would meet; reads only. `forbidden`: it cannot be done here. */
  tail(ref: EventRef, from: When): Promise<Tail | Exclude<ReadOutcome, Found>>
  /**
   * A new series in the same calendar: all that the provider keeps of the series `ref`, read in full directly before, with `patch` on it, and without the instances that had been taken out from `from` on.
   * The old series is not touched. `conflict`: the series is no longer what was seen, and nothing was made. Safe to answer twice, and found by `findCreated`, like a create.
   */
  split(ref: EventRef, from: When, patch: TailPatch, seen: Version, options: WriteOptions): Promise<WriteOutcome>
  /** Free/busy of a calendar of this account in a window, merged and sorted. */
  busy(
    calendarId: string,
    window: Window,
  ): Promise<{ kind: "busy"; busy: readonly Busy[] } | Exclude<ReadOutcome, Found>>
  /**
   * Free/busy of other people in a window, by address and in the order asked for; each merged and sorted. `forbidden`, `not-supported`: the provider offers nothing of the kind.
   */
  busyOf(
    people: readonly string[],
    window: Window,
  ): Promise<{ kind: "people"; people: readonly PersonsBusy[] } | Exclude<ReadOutcome, Found>>
}
