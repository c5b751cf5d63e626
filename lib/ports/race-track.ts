import type { Slot } from "../domain/booking"
import type { LogEntry } from "./audit-log"

export interface TrackPlace {
  readonly workspaceId: string
  /** Nobody who could sign in: `race/` and what tells this race from others. */
  readonly ownerId: string
}

/** What a race is run on: a calendar at no provider for the engine, and a table where nothing keeps two bookings apart. */
export interface RaceTrack {
  /** @param racers in their order, the highest rank first */
  open(
    track: TrackPlace,
    racers: readonly { readonly id: string; readonly name: string }[],
    times: { readonly holdMs: number; readonly bumpMs: number },
    log: LogEntry,
  ): Promise<void>
  /** Neither the calendar nor any row of the careless table is there any more. What happened stays in the log. */
  close(track: TrackPlace, raceId: string): Promise<void>

  /** The first half of check-then-write: does nobody have the slot? */
  isFree(workspaceId: string, raceId: string, slot: Slot): Promise<boolean>
  /** The second half, whoever has it by now. */
  write(workspaceId: string, raceId: string, slot: Slot, racer: string): Promise<void>
  /** Whoever has written. */
  written(workspaceId: string, raceId: string): Promise<readonly string[]>
}
