import type { BookableCalendar, BookingTimes } from "../domain/booking"
import type { LogEntry } from "./audit-log"

export interface StoredCalendar extends BookableCalendar {
  readonly name: string
  readonly times: BookingTimes
}

/** An agent on a person's list. `priority`: its place, from 1. */
export interface RankedAgent {
  readonly agentId: string
  readonly name: string
  readonly priority: number
}

/** Who may book where, and in which order (D13). */
export interface BookingSetup {
  /** A calendar that agents may book on; again: its name and times from now on. What stands keeps its times. */
  putCalendar(calendar: StoredCalendar, log: LogEntry): Promise<void>
  /** Nothing new is held or booked there until it is put again; what stands stands. `already`: it was closed, or never open. */
  closeCalendar(calendar: BookableCalendar, log: LogEntry): Promise<"closed" | "already">
  /** The oldest first, closed ones too. `writeAtOnce`: bookings are written into the calendar as they are committed, not when they are frozen. */
  calendars(
    workspaceId: string,
    ownerId: string,
  ): Promise<readonly (StoredCalendar & { readonly writeAtOnce: boolean; readonly open: boolean })[]>
  /** Counts for bookings that are committed from then on. Logged when it changes. */
  setWriteAtOnce(calendar: BookableCalendar, writeAtOnce: boolean, log: LogEntry): Promise<void>
  addAgent(workspaceId: string, agent: { id: string; name: string }, log: LogEntry): Promise<void>
  /** It can do nothing from now on, on nobody's calendars. What it has booked stands. */
  revokeAgent(workspaceId: string, agentId: string, log: LogEntry): Promise<void>
  /**
   * A person's whole list, the highest first. Requests that come after it count by it. `unknown`: there is no such agent, or one is named twice; nothing was written.
   */
  rank(workspaceId: string, ownerId: string, agentIds: readonly string[], log: LogEntry): Promise<"ranked" | "unknown">
  agents(workspaceId: string, ownerId: string): Promise<readonly RankedAgent[]>
}
