import type { Stretch } from "../domain/busy"
import type { WorkingHours } from "../domain/plan"
import type { LogEntry } from "./audit-log"

/** What a person keeps free besides their events (D17). Focus blocks are written as working hours are: days, and wall clocks in the person's zone. */
export interface AvailabilityRules {
  /** Kept free before and after everything that stands in the calendar. */
  readonly bufferMinutes: number
  readonly focusBlocks: readonly WorkingHours[]
}

export interface BookablePerson extends AvailabilityRules {
  readonly userId: string
  readonly name: string
  readonly timeZone: string
  readonly workingHours: WorkingHours
}

/** A member of the workspace, by an address of theirs. */
export interface Colleague extends Omit<BookablePerson, "name"> {
  /** As it was asked for. */
  readonly email: string
}

/** What is taken by events of a person's own calendars, as they were last seen: in order and apart. Absent: nothing. */
export interface TakenOutside {
  readonly userId: string
  readonly stretches: readonly Stretch[]
}

export interface AvailabilityStore {
  rules(workspaceId: string, userId: string): Promise<AvailabilityRules>
  putRules(workspaceId: string, userId: string, rules: AvailabilityRules, log: LogEntry): Promise<void>
  /** Members that list this agent, of those asked for; asked for nobody, all of them. */
  people(workspaceId: string, agentId: string, userIds: readonly string[]): Promise<readonly BookablePerson[]>
  /** Members whose address, or that of a Google or Microsoft account of theirs, is among these; others are left out. */
  colleagues(workspaceId: string, emails: readonly string[]): Promise<readonly Colleague[]>
  /** From the cache of followed calendars: busy events that overlap the window. */
  taken(
    workspaceId: string,
    userIds: readonly string[],
    window: { readonly start: string; readonly end: string },
  ): Promise<readonly TakenOutside[]>
}
