import type { EventFact, Matcher, PlannerFacts, QuestionAbout, RefusalReason } from "../../domain/plan"
import { wallOf } from "../../domain/zoned-time"
import { type Candidate, findTarget, firstSince } from "./find-target"
import { readGroup } from "./group"
import type { Intent, Parse, Scope } from "./intent"
import { moveGroup } from "./move-group"
import type { Move, Option, Resolution } from "./option"
import { isSameSpan, type Spots } from "./place"
import { meantBy } from "./read-target"
import { type Placing, spotsOf } from "./spots-of"
import { swapped } from "./swap"

const refuse = (reason: RefusalReason): Resolution => ({ kind: "refusal", reason })

/**
 * What a parse means for this calendar. Readings that the grammar left open compete; those that come to nothing drop out.
 * @param mayMove whose place can be changed, or another proposed for
 */
export function resolve(
  { intents, ...reach }: Parse,
  facts: PlannerFacts,
  matcher: Matcher,
  mayMove: (event: EventFact) => boolean = ({ movable }) => movable,
): Resolution {
  const results = intents.map((intent) => resolveIntent(intent, { ...reach, mayMove }, facts, matcher))
  const fitting = results.flatMap((result) => (result.kind === "options" ? [result] : []))
  const [first] = fitting
  if (first)
    return {
      ...first,
      options: fitting.flatMap(({ options }) => options),
      about: fitting.length > 1 ? "which-time" : first.about,
    }
  const reasons = results.flatMap((result) => (result.kind === "refusal" ? [result] : []))
  return reasons.find(({ reason }) => reason !== "no-such-event") ?? reasons[0] ?? refuse("not-understood")
}

const MOST_CANDIDATES = 24

type Reach = Omit<Parse, "intents"> & { readonly mayMove: (event: EventFact) => boolean }

function resolveIntent(intent: Intent, reach: Reach, facts: PlannerFacts, matcher: Matcher): Resolution {
  if (intent.kind === "swap")
    return reach.scope !== "this" ? refuse("not-understood") : resolveSwap(intent.pairs, facts, matcher)
  const group = intent.kind === "bare" ? null : readGroup(intent.target)
  if (group && intent.kind !== "bare" && reach.scope === "this") return moveGroup(group, intent, facts, matcher)
  const named = meantBy(intent.target, reach, matcher)
  if (!named) return refuse("not-understood")
  const { target, scope, since } = named
  const found = findTarget(target, facts, matcher)
  // A name that fits nothing, and no time either: the sentence was not understood, rather than an event missing.
  if (found.kind === "refusal") return refuse(intent.kind === "bare" ? "not-understood" : found.reason)
  const meant = since === null ? found.events : found.events.flatMap((candidate) => firstSince(candidate, since, facts))
  // "all future ones" of one that is not the next: from that one on, or from the next?
  if (meant.length === 0) return refuse(since?.kind === "ahead" ? "not-understood" : "no-such-event")
  // A name that hundreds of events have is asked about with a handful of them.
  const movable = meant.filter(({ event }) => reach.mayMove(event)).slice(0, MOST_CANDIDATES)
  if (movable.length === 0) return refuse("not-movable")
  if (intent.kind === "bare") return refuse("missing-time")
  const everyOne = scope !== "this" || (intent.kind === "place" && intent.when.every !== null)
  if (everyOne && movable.some(({ event }) => event.series === null)) return refuse("not-understood")
  return choose(
    movable.map((candidate) => ({ candidate, spots: spotsOf(intent, candidate.event, scope, facts) })),
    intent,
    scope,
    facts,
  )
}

function choose(
  tried: readonly { candidate: Candidate; spots: Spots }[],
  intent: Placing,
  scope: Scope,
  facts: PlannerFacts,
): Resolution {
  const moves: Move[] = []
  let about: QuestionAbout | null = null
  for (const { candidate, spots } of tried) {
    if (spots.kind === "refusal") continue
    about ??= spots.about
    for (const spot of spots.spots) moves.push(moveTo(candidate, spot))
  }
  if (about === null) return firstRefusal(tried)
  const siblings = scope === "this" ? moves.flatMap((move) => siblingMoves(move, tried, facts)) : []
  const options: readonly Option[] = [...moves, ...siblings].map((move) => [move])
  const events = new Set([...moves, ...siblings].map(({ event }) => event.id))
  const scopes = scopesOf(intent, scope, moves)
  return {
    kind: "options",
    options,
    scopes,
    about: events.size > 1 ? "which-event" : scopes.length > 1 ? "which-scope" : about,
  }
}

const moveTo = (
  { event, byNext }: Candidate,
  { to, readings }: Extract<Spots, { kind: "spots" }>["spots"][number],
): Move => ({
  event,
  to,
  readings: byNext && event.series !== null ? ["next-occurrence", ...readings] : readings,
})

function firstRefusal(tried: readonly { spots: Spots }[]): Resolution {
  for (const { spots } of tried) if (spots.kind === "refusal") return spots
  return refuse("not-understood")
}

/** "to Thursdays" says the series in one breath and one event in the other. */
function scopesOf(intent: Placing, scope: Scope, moves: readonly Move[]): readonly Scope[] {
  const every = intent.kind === "place" ? intent.when.every : null
  const series = moves.every(({ event }) => event.series !== null)
  if (every === null || scope !== "this" || !series) return [scope]
  return every === "every" ? ["series"] : ["this", "series"]
}

/**
 * "move standup to tomorrow at 10" when tomorrow has a standup of its own: today's to tomorrow, or tomorrow's to 10? Both, where no day
 * named the instance.
 */
function siblingMoves(move: Move, tried: readonly { candidate: Candidate }[], facts: PlannerFacts): readonly Move[] {
  if (!move.readings.includes("next-occurrence")) return []
  const date = dateOf(move.to.start, facts)
  return facts.events
    .filter((event) => event.series === move.event.series && event.movable && dateOf(event.start, facts) === date)
    .filter((event) => !tried.some(({ candidate }) => candidate.event.id === event.id) && !isSameSpan(event, move.to))
    .map((event) => ({
      event,
      to: move.to,
      readings: move.readings.filter((reading) => reading !== "next-occurrence"),
    }))
}

const dateOf = (moment: EventFact["start"], facts: PlannerFacts): string =>
  moment.kind === "timed" ? wallOf(moment.at, facts.timeZone).date : moment.on

function resolveSwap(
  pairs: Extract<Intent, { kind: "swap" }>["pairs"],
  facts: PlannerFacts,
  matcher: Matcher,
): Resolution {
  const options: Option[] = []
  const reasons: RefusalReason[] = []
  for (const [left, right] of pairs) {
    const [a, b] = [findTarget(left, facts, matcher), findTarget(right, facts, matcher)]
    if (a.kind === "refusal" || b.kind === "refusal") {
      reasons.push("no-such-event")
      continue
    }
    for (const one of a.events)
      for (const other of b.events) {
        const moves = swapped(one.event, other.event, facts)
        if (typeof moves === "string") reasons.unshift(moves)
        else options.push(moves.map((move, index) => withNext(move, index === 0 ? one : other)))
      }
  }
  if (options.length === 0) return refuse(reasons[0] ?? "not-understood")
  return { kind: "options", options, about: "which-event", scopes: ["this"] }
}

const withNext = (move: Move, { byNext }: Candidate): Move =>
  byNext ? { ...move, readings: ["next-occurrence", ...move.readings] } : move
