import type { CollisionPattern } from "../domain/booking"
import type { LogEntry } from "./audit-log"

export interface KnownAgent {
  readonly id: string
  readonly name: string
  /** User id. */
  readonly addedBy: string
}

/** How often a kind of collision was resolved on one day (D11). */
export interface CollisionCount {
  /** ISO date in the person's zone. */
  readonly on: string
  readonly pattern: CollisionPattern
  readonly count: number
}

/** People and their agents: who was added by whom, in which order they stand, and what became of it. */
export interface AgentList {
  /** ISO instant: the clock that holds and bump windows run by. */
  now(): Promise<string>
  /** Agents that somebody in the workspace added and nobody revoked, by name. */
  agents(workspaceId: string): Promise<readonly KnownAgent[]>
  /** Also of those that were revoked. */
  names(workspaceId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** A new agent of this person's, at the end of their list. `full`: the list holds `most` already; nothing was written. */
  add(
    workspaceId: string,
    ownerId: string,
    agent: { readonly id: string; readonly name: string },
    most: number,
    log: LogEntry,
  ): Promise<"added" | "full">
  /**
   * A new order of a person's list, which may have more or fewer agents than before. `stale`: the list is no longer the one that was `seen`; `unknown`: there is no
   * such agent, or one is named twice. Nothing was written then.
   */
  rank(
    workspaceId: string,
    ownerId: string,
    seen: readonly string[],
    agentIds: readonly string[],
    log: LogEntry,
  ): Promise<"ranked" | "stale" | "unknown">
  /** It can do nothing from now on. `by`: only if this person added it; null: whoever did. False: there is none such; nothing was written. */
  revoke(workspaceId: string, agentId: string, by: string | null, log: LogEntry): Promise<boolean>
  /** On one person's calendars since an instant, by day. */
  collisions(workspaceId: string, ownerId: string, since: string, timeZone: string): Promise<readonly CollisionCount[]>
}
