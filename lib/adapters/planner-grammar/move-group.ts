import { type EventFact, epochMs, type Matcher, type PlannerFacts, type RefusalReason } from "../../domain/plan"
import { eventsIn, type Group } from "./group"
import type { Move, Option, Resolution } from "./option"
import { type Placing, spotsOf } from "./spots-of"

/**
 * All events of a group, each as it would be moved alone. Whatever goes later begins with the last, so that none is ever put on the next one. An event
 * that cannot go there stops all of them: half a day moved is worse than none.
 */
export function moveGroup(
  group: Group,
  intent: Placing,
  facts: PlannerFacts,
  matcher: Matcher,
  reach: "starts" | "touches" = "starts",
): Resolution {
  const there = eventsIn(group, reach, facts, matcher)
  if (there.kind === "refusal") return there
  const results = there.groups.map((events) => moveAll(events, intent, facts))
  const options = results.flatMap((result) => (typeof result === "string" ? [] : result))
  const reason = results.find((result) => typeof result === "string")
  if (options.length === 0) return { kind: "refusal", reason: reason ?? "nothing-there" }
  return { kind: "options", options, about: "which-day", scopes: ["this"] }
}

function moveAll(
  events: readonly EventFact[],
  intent: Placing,
  facts: PlannerFacts,
): readonly Option[] | RefusalReason {
  const movable = events.filter((event) => event.movable)
  if (movable.length === 0) return "not-movable"
  let standing = facts
  const columns: (readonly Move[])[] = []
  for (const event of movable) {
    const spots = spotsOf(intent, event, "this", standing)
    if (spots.kind === "refusal") return spots.reason
    const stays = movable.length < events.length ? (["some-stay"] as const) : []
    const moves = spots.spots.map(({ to, readings }) => ({ event, to, readings: [...readings, ...stays] }))
    columns.push(moves)
    // The next one looks for room beside this one.
    const [only] = moves.length === 1 ? moves : []
    if (only)
      standing = {
        ...standing,
        events: standing.events.map((one) => (one.id === event.id ? { ...one, ...only.to } : one)),
      }
  }
  const [readings = 0] = columns.map((moves) => moves.length)
  if (columns.some((moves) => moves.length !== readings)) return "not-understood"
  return Array.from({ length: readings }, (_, index) => ordered(columns.flatMap((moves) => moves[index] ?? [])))
}

const ordered = (moves: readonly Move[]): Option =>
  moves.every(({ event, to }) => epochMs(to.start) >= epochMs(event.start)) ? [...moves].reverse() : moves
