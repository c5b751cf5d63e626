import type { ConnectionId } from "../domain/event"
import type { LogEntry } from "./audit-log"

/** What a person chose for one of their calendars. */
export interface CalendarChoice {
  readonly connectionId: ConnectionId
  readonly calendarId: string
  /** Looked at by the assistant and drawn in the week. */
  readonly shown: boolean
  /** 0 to 7; null: by its place among the others. */
  readonly hue: number | null
  /** New events go there. At most one a person. */
  readonly isDefault: boolean
  /** May admins see the titles of its events in the log? Null: as the person's own setting says. */
  readonly shareTitles: boolean | null
}

export type ChoiceChange = Partial<Omit<CalendarChoice, "connectionId" | "calendarId">>

export interface CalendarChoices {
  /** Those that were ever changed; any other calendar is as `UNCHOSEN` says. */
  list(workspaceId: string, userId: string): Promise<readonly CalendarChoice[]>
  /** Choices of everybody in a workspace that differ from their owner's setting of titles. */
  titleChoices(
    workspaceId: string,
  ): Promise<readonly Pick<CalendarChoice, "connectionId" | "calendarId" | "shareTitles">[]>
  /** Changes what is given; making one the default takes that from another. False when the account is not this person's. */
  change(
    workspaceId: string,
    userId: string,
    of: Pick<CalendarChoice, "connectionId" | "calendarId">,
    change: ChoiceChange,
    log: readonly LogEntry[],
  ): Promise<boolean>
}
