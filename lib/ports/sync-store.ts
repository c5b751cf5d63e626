import type { CalendarEvent, ConnectionId, EventKey } from "../domain/event"
import type { OwnWrite, StaleReason } from "../domain/staleness"
import type { Seen } from "../domain/version"
import type { LogEntry } from "./audit-log"
import type { Window } from "./calendar-provider"
import type { Channel } from "./calendar-sync"
import type { FollowedCalendar } from "./jobs"

/** A re-read under way. `run` fences it: whoever begins later writes, the earlier one is `superseded`. */
export interface SyncRun extends FollowedCalendar {
  readonly run: number
  /** By the database's clock, before anything was asked: what the provider answers is at least that new. */
  readonly startedAt: string
  readonly cursor: string | null
  readonly failures: number
  /** What the cursor was begun with. */
  readonly window: Window | null
}

/** An event as it was seen. `confirmed`: read by itself, because a list may lag behind a write (providers.md section 5). */
export interface Sighting {
  readonly seen: Seen<CalendarEvent>
  readonly seenFrom: string
  readonly confirmed: boolean
}

export interface SyncStep {
  readonly changed: readonly Sighting[]
  readonly removed: readonly EventKey[]
  readonly stale: readonly { readonly proposalId: string; readonly reason: StaleReason; readonly log: LogEntry }[]
  /** The last step of a re-read: where to go on from, and when. */
  readonly end: { readonly cursor: string; readonly window: Window; readonly nextMs: number } | null
}

export type SyncApplied =
  /** Written. `stale`: the proposals that became so by this. */
  | { readonly kind: "applied"; readonly stale: readonly string[] }
  | { readonly kind: "superseded" }
  /** A write of ours replaced what was seen, or ended meanwhile: nothing was written, these are to be read again. */
  | { readonly kind: "doubtful"; readonly keys: readonly EventKey[] }

export interface CachedVersion {
  readonly version: string
  readonly seriesId: string | null
  readonly startsAt: string
  readonly endsAt: string
}

export interface StoredChannel extends Omit<Channel, "expiresAt"> {
  /** Ours. */
  readonly id: string
  readonly workspaceId: string
  readonly connectionId: ConnectionId
  readonly calendarId: string
  readonly userId: string
  readonly tokenHash: string
  /** Null: the provider has not answered yet. */
  readonly expiresAt: string | null
}

/** What was seen of calendars, and where to go on. The cache is for comparing and showing; no write is ever based on it. */
export interface SyncStore {
  follow(account: Omit<FollowedCalendar, "calendarId">, calendarIds: readonly string[]): Promise<void>
  forget(workspaceId: string, connectionId: ConnectionId): Promise<void>
  /** Calendars whose turn it is; of several pollers one gets each. Paused accounts wait. */
  takeDue(limit: number, everyMs: number): Promise<readonly FollowedCalendar[]>
  /** Live accounts of which no calendar is followed yet. */
  unfollowed(): Promise<readonly Omit<FollowedCalendar, "calendarId">[]>
  /** Null: no longer followed. */
  begin(calendar: FollowedCalendar): Promise<SyncRun | null>
  /** No answer was had; the next turn is after `waitMs`. `cursorLost`: and it is a new start. */
  fail(run: SyncRun, waitMs: number, cursorLost: boolean): Promise<void>
  /** Cache, heads, stale proposals and log together. The caller holds nothing. */
  apply(run: SyncRun, step: SyncStep): Promise<SyncApplied>
  /** Now, by the clock that `startedAt` is of. */
  now(): Promise<string>
  /** What is cached of a calendar, by event id: these events, and the instances of these series. Null: all of it. */
  cached(
    calendar: FollowedCalendar,
    which: { readonly ids: readonly string[]; readonly series: readonly string[] } | null,
  ): Promise<ReadonlyMap<string, CachedVersion>>
  /** These events, and whatever lies in one of these stretches (by dates in UTC where it is all-day). */
  cachedEvents(
    calendar: FollowedCalendar,
    ids: readonly string[],
    stretches: readonly Window[],
  ): Promise<readonly Seen<CalendarEvent>[]>
  /** Our writes to these events or series, and those whose marks these are. */
  ownWrites(workspaceId: string, keys: readonly EventKey[], markers: readonly string[]): Promise<readonly OwnWrite[]>
  channelsOf(
    calendar: Pick<FollowedCalendar, "workspaceId" | "connectionId"> & { calendarId?: string },
  ): Promise<readonly StoredChannel[]>
  findChannel(workspaceId: string, tokenHash: string): Promise<StoredChannel | null>
  channelOpening(calendar: FollowedCalendar, id: string, tokenHash: string): Promise<void>
  channelOpened(workspaceId: string, id: string, channel: Channel): Promise<boolean>
  channelClosed(workspaceId: string, id: string): Promise<void>
}
