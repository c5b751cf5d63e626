import { type EventFact, epochMs, type PlannerFacts, type RefusalReason } from "../../domain/plan"
import { addDays, addMs, daysBetween } from "../../domain/zoned-time"
import type { Move } from "./option"
import { allDay, isPast, timed } from "./place"

/**
 * Each takes the other's start and keeps its own length. Where the longer one would then reach into the shorter (they stood close together), the
 * later of the two begins when the earlier ends.
 */
export function swapped(a: EventFact, b: EventFact, facts: PlannerFacts): readonly [Move, Move] | RefusalReason {
  if (!a.movable || !b.movable) return "not-movable"
  if (a.id === b.id) return "not-understood"
  if (epochMs(a.start) === epochMs(b.start)) return "already-there"
  const [first, second] = [at(a, b.start), at(b, a.start)]
  if (first === null || second === null) return "all-day"
  const moves =
    epochMs(first.start) < epochMs(second.start) ? apart(a, first, b, second) : reversed(apart(b, second, a, first))
  return moves.some(({ to }) => isPast(to, facts)) ? "in-the-past" : moves
}

function at(event: EventFact, start: EventFact["start"]): Move["to"] | null {
  if (event.start.kind === "timed" && start.kind === "timed")
    return timed(event.start, start.at, addMs(start.at, epochMs(event.end) - epochMs(event.start)))
  if (event.start.kind === "allDay" && event.end.kind === "allDay" && start.kind === "allDay")
    return allDay(start.on, addDays(start.on, daysBetween(event.start.on, event.end.on)))
  return null
}

/** `first` begins before `second`. */
function apart(a: EventFact, first: Move["to"], b: EventFact, second: Move["to"]): readonly [Move, Move] {
  const differ = epochMs(a.end) - epochMs(a.start) !== epochMs(b.end) - epochMs(b.start)
  const readings = differ ? (["kept-duration"] as const) : []
  const touching = epochMs(first.end) > epochMs(second.start)
  const follows = touching ? at(b, first.end) : second
  return [
    { event: a, to: first, readings },
    { event: b, to: follows ?? second, readings },
  ]
}

const reversed = ([a, b]: readonly [Move, Move]): readonly [Move, Move] => [b, a]
