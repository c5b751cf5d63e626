import type { CalendarEvent } from "../domain/event"
import type { Outcome } from "../domain/outcome"
import type { Seen } from "../domain/version"
import type { Unreachable, Window } from "./calendar-provider"

/*
 * Glossary. Cursor: the provider's own name for "all that I have told you so far" (Google syncToken, Graph deltaLink, RFC 6578 sync-token, or
 * a ctag with the versions it stood for); opaque, kept by the caller. Channel: an address the provider calls when a calendar has moved (Google
 * channel, Graph subscription); it says that, never what.
 */

export type SyncRefusal = Extract<Outcome, { kind: "gone" | "forbidden" | "throttled" | "reconnect" }> | Unreachable

/** What has changed in one calendar since a cursor. */
export interface Changes {
  readonly kind: "changes"
  /** `true`: everything that stands in the window; what is not named is no longer there. `false`: only what has changed. */
  readonly full: boolean
  /** Single events, instances and series masters. One event may be named once only; the last word counts. */
  readonly changed: readonly Seen<CalendarEvent>[]
  /** Ids of events that are no longer there; a series' stands for all its instances. Empty when `full`. */
  readonly removed: readonly string[]
  /** Ids of events and series of which `changed` names all that stands in the window: what else was known of them is no longer there (CalDAV, where a series is one resource). */
  readonly redrawn?: readonly string[]
  readonly cursor: string
}

/** What a channel that was opened looks like to whoever has to renew and close it. */
export interface Channel {
  /** The provider's name for it. */
  readonly channelId: string
  /** Google's resource id, needed to stop it; empty elsewhere. */
  readonly resourceId: string
  /** ISO instant. Nothing comes after it; nobody renews it by itself. */
  readonly expiresAt: string
}

export interface ChannelWish {
  /** Ours, unguessable: a UUID. Google takes it as the channel's id. */
  readonly id: string
  /** Where the provider is to call: https, but for the sandbox. */
  readonly address: string
  /** Comes back with each call; compared in constant time (Google token, Graph clientState). */
  readonly secret: string
  readonly ttlMs: number
}

/** The other half of an account: learning of changes. Reads only. */
export interface CalendarSync {
  /**
   * All changes since `cursor`, pages followed. Null: everything in `window`, and a cursor to go on from. The window belongs to the cursor: another one needs a
   * new start. `cursorLost`: the provider no longer knows it (410, valid-sync-token); start anew with null.
   */
  changes(
    calendarId: string,
    cursor: string | null,
    window: Window,
  ): Promise<Changes | { readonly kind: "cursorLost" } | SyncRefusal>
  /** Null where the provider cannot call anybody (CalDAV): poll. */
  readonly channels: {
    open(
      calendarId: string,
      wish: ChannelWish,
    ): Promise<{ readonly kind: "opened"; readonly channel: Channel } | SyncRefusal>
    /** Closing one that is no longer there is done. */
    close(channel: Channel): Promise<{ readonly kind: "closed" } | SyncRefusal>
  } | null
}
