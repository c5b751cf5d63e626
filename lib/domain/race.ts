import type { CommitAnswer, HoldAnswer } from "./booking"

/*
 * The race page (D27): agents that go for one slot, once through the engine and once through a table where each looks first and writes then. Both sides run the same
 * plan at the same moments. Nothing of it lies on anybody's calendar.
 */

/** Names of agents that exist for races only; a racer is known by its place here. */
export const RACERS = ["Ash", "Birch", "Cedar", "Dogwood", "Elm"] as const

export const RACE_LIMITS = { racers: 5, arrivesMs: 3_000, jitterMs: 500, pauseMs: 1_000, bumpMs: 30_000 } as const
/** Long enough for every pause. */
export const RACE_HOLD_MS = 10_000

export interface RaceEntry {
  /** Place in `RACERS`. */
  readonly racer: number
  /** From the start of the race. */
  readonly arrivesMs: number
}

export interface RacePlan {
  /** The highest rank first. */
  readonly entries: readonly RaceEntry[]
  /** Hold first and commit after the pause, or commit at once. */
  readonly holdsFirst: boolean
  /** What passes between holding and committing, and between looking and writing. */
  readonly pauseMs: number
  readonly bumpMs: number
}

export type RaceSide = "engine" | "careless"

export type RaceStep =
  | "held"
  | "committed"
  | "outranked"
  | "evicted"
  | "displaced"
  | "expired"
  | "saw-free"
  | "saw-taken"
  | "wrote"

/** Something that was answered to a racer, or that befell it. */
export interface RaceEvent {
  readonly kind: "event"
  readonly side: RaceSide
  readonly racer: number
  readonly step: RaceStep
  /** Whole milliseconds since the start, when the answer had come. */
  readonly atMs: number
  /** Who won against it, or whom it was evicted by. */
  readonly by: number | null
}

/** What stood in the database when everybody was done. */
export interface RaceEnd {
  readonly kind: "end"
  /** The racers who have a booking of the slot, by side. */
  readonly booked: Readonly<Record<RaceSide, readonly number[]>>
}

/** Everybody arrives up to so much later. @param chance from 0 up to 1, one an entry */
export const withJitter = (plan: RacePlan, jitterMs: number, chance: readonly number[]): RacePlan => ({
  ...plan,
  entries: plan.entries.map((entry, n) => ({
    ...entry,
    arrivesMs: entry.arrivesMs + Math.floor((chance[n] ?? 0) * jitterMs),
  })),
})

/** A racer as an agent of the engine. */
export const racerId = (racer: number): string => `racer-${RACERS[racer]?.toLowerCase()}`

const racerOf = (agentId: string): number => RACERS.findIndex((_, racer) => racerId(racer) === agentId)

type Told = Pick<RaceEvent, "racer" | "step" | "by">

/**
 * An answer of the engine as events: the racer's own, then what befell the others by it.
 *
 * @param owners who made the hold or booking of an id
 * @throws {RangeError} for an answer that no race can get: it would be a fault in how races are run
 */
export function eventsOf(
  racer: number,
  answer: HoldAnswer | CommitAnswer,
  owners: ReadonlyMap<string, number>,
): Told[] {
  const gone = (ids: readonly string[], step: RaceStep): Told[] =>
    ids.flatMap((id) => {
      const other = owners.get(id)
      return other === undefined || other === racer ? [] : [{ racer: other, step, by: racer }]
    })
  switch (answer.kind) {
    case "held":
      return [{ racer, step: "held", by: null }, ...gone(answer.displaced, "displaced")]
    case "committed":
      return [
        { racer, step: "committed", by: null },
        ...gone(answer.evicted, "evicted"),
        ...gone(answer.displaced, "displaced"),
      ]
    case "outranked":
      return [{ racer, step: "outranked", by: racerOf(answer.winner.agentId) }]
    case "expired":
      return [{ racer, step: "expired", by: null }]
    default:
      throw new RangeError(`a racer was answered ${answer.kind}`)
  }
}
