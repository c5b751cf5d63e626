import type { CaldavLogin } from "../domain/caldav-preset"
import type { Calendar, ConnectionId, Provider } from "../domain/event"
import type { CalendarChoice } from "./calendar-choices"
import type { CalendarProvider, Window } from "./calendar-provider"
import type { CalendarSync } from "./calendar-sync"

export interface ConnectionSummary {
  readonly id: ConnectionId
  readonly provider: Provider
  readonly email: string
  readonly status: "live" | "paused"
  /** Of a CalDAV account in a list: where and who, without the password. */
  readonly login?: CaldavLogin
}

/** A person's connected calendar accounts. Scoped: another person's connection is not found. */
export interface Calendars {
  connections(workspaceId: string, userId: string): Promise<readonly ConnectionSummary[]>
  /** The account behind a connection, speaking for its owner. Null when it is not this person's. */
  open(workspaceId: string, userId: string, id: ConnectionId): Promise<CalendarProvider | null>
  /**
   * As `list` of the opened account, when most of it may have been told before: the provider is asked for what has changed. Null, or absent: that cannot be done here, list it.
   */
  recall?(
    workspaceId: string,
    userId: string,
    connection: ConnectionSummary,
    calendar: Pick<Calendar, "id" | "writable">,
    window: Window,
  ): Promise<Awaited<ReturnType<CalendarProvider["list"]>> | null>
  /** What the person chose for single calendars; any other is as `UNCHOSEN` says. */
  choices(workspaceId: string, userId: string): Promise<readonly CalendarChoice[]>
}

/** The other half of the same accounts: learning of changes. Scoped likewise. */
export interface CalendarSyncs {
  /** Null when it is not this person's, or its provider has no such thing yet. */
  open(workspaceId: string, userId: string, id: ConnectionId): Promise<CalendarSync | null>
}
