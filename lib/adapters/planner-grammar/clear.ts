import {
  type EventFact,
  epochMs,
  type Matcher,
  type Plan,
  type PlanAnswer,
  type PlannerFacts,
  type RefusalReason,
  type Stretch,
} from "../../domain/plan"
import { startsIn } from "../../domain/taken-time"
import { anyIn, eventsIn, type Group } from "./group"
import { spanAt } from "./new-event"
import { oneOf, readingsOf } from "./option"
import { readWindow } from "./read-window"
import { skipAny, wordAt } from "./reader"
import { windowReadings } from "./stretches"
import type { Token } from "./tokens"
import { ANY_TIME } from "./window"

/** How far ahead what is cleared away finds a place, in days. */
const DAYS_AHEAD = 14

const refuse = (reason: RefusalReason): PlanAnswer => ({ kind: "refusal", reason })

/** "my Friday afternoon", "my calendar on Thursday", "Wednesday afternoon free": the stretch that is to be empty; null where it is none. */
export function readCleared(tokens: readonly Token[]): Group | null {
  const start = skipAny(tokens, 0, [
    "my calendar on",
    "my calendar for",
    "my calendar",
    "my schedule on",
    "my schedule for",
    "my schedule",
  ])
  const own = start > 0 ? start : skipAny(tokens, 0, ["my", "the whole of", "all of", "the"])
  const rest = wordAt(tokens, 0) === "the" ? 0 : own
  const end = ["free", "clear", "open"].includes(tokens.at(-1)?.word ?? "") ? -1 : tokens.length
  const window = readWindow(tokens.slice(rest, end))
  if (window === null || window === ANY_TIME || window.free || window.at !== null || window.lengthMs !== null)
    return null
  return anyIn(window)
}

/**
 * Clears a stretch of time without saying where things go: to the next free times, or off the calendar. Which of the two is the person's to say; only
 * their own events can go.
 */
export function clear(cleared: Group, facts: PlannerFacts, matcher: Matcher): PlanAnswer {
  const there = eventsIn(cleared, "touches", facts, matcher)
  if (there.kind === "refusal") return there
  const events = there.groups.map((group) => group.filter(({ movable, busy }) => movable && busy))
  const [only, ...others] = events.filter((group) => group.length > 0)
  if (only === undefined) return refuse("not-movable")
  if (others.length > 0) return refuse("not-understood")
  const stays = there.groups.flat().some(({ movable }) => !movable)
  const readings = stays ? (["some-stay"] as const) : []
  const end = windowReadings(cleared.window, "day", 1, facts)
  const from = end.kind === "readings" ? end.readings[0]?.at(-1)?.end : undefined
  const later = from === undefined ? null : putLater(only, from, facts)
  const away: Plan = {
    operations: only.map(({ id }) => ({ kind: "cancel", target: id, scope: "this" })),
    readings,
  }
  return oneOf(later === null ? [away] : [{ ...later, readings: [...later.readings, ...readings] }, away], "clear-how")
}

function putLater(events: readonly EventFact[], from: string, facts: PlannerFacts): Plan | null {
  const open = windowReadings(ANY_TIME, "hours", DAYS_AHEAD, facts)
  if (open.kind === "refusal") return null
  const stretches = open.readings.flat().flatMap(({ start, end }): Stretch[] => {
    const later = start > from ? start : from
    return later < end ? [{ start: later, end }] : []
  })
  return placeAll(events, stretches, facts)
}

/** Each event in turn at the first free time within the stretches, none over another; null where one finds no place. */
export function placeAll(
  events: readonly EventFact[],
  stretches: readonly Stretch[],
  facts: PlannerFacts,
): Plan | null {
  const ids = new Set(events.map(({ id }) => id))
  let others = facts.events.filter(({ id }) => !ids.has(id))
  const placed: EventFact[] = []
  for (const event of events) {
    const lengthMs = epochMs(event.end) - epochMs(event.start)
    const [at] = startsIn(stretches, lengthMs, 1, { ...facts, events: others })
    if (at === undefined || event.start.kind !== "timed") return null
    const moved = { ...event, ...spanAt(at, lengthMs, event.start.timeZone) }
    placed.push(moved)
    others = [...others, moved]
  }
  return {
    operations: placed.map(({ id, start, end }) => ({ kind: "move", target: id, scope: "this", to: { start, end } })),
    readings: readingsOf(
      ["first-free"],
      placed.map(({ start, end }) => ({ start, end })),
      placed.map(({ id }) => id),
      facts,
    ),
  }
}

const THEM = new Set(
  "it,them,everything,things,all,all of it,all of them,whats there,what is there,the meetings,my meetings,those,these,those meetings,these meetings,those events".split(
    ",",
  ),
)

/** "move them to Thursday", after a clearing: what is moved is what stood there. */
export const isThem = (target: readonly Token[]): boolean =>
  target.length === 0 || THEM.has(target.map(({ word }) => word).join(" "))
