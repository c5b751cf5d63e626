import type {
  EventFact,
  EventOperation,
  Matcher,
  Plan,
  PlanAnswer,
  PlannerFacts,
  RefusalReason,
} from "../../domain/plan"
import { type Candidate, findTarget, firstSince, hasEnded } from "./find-target"
import { eventsIn, type Group, type Groups, readGroup } from "./group"
import type { Scope, Target } from "./intent"
import { oneOf } from "./option"
import type { Reach } from "./read-scope"
import { isPinned, meantBy } from "./read-target"
import { skipAny } from "./reader"

/** Something to be done to events as they stand: cancelling, answering. */
export interface Deed {
  /** Why it cannot be done to an event; null where it can. */
  readonly whyNot: (event: EventFact) => RefusalReason | null
  readonly operation: (event: EventFact, scope: Scope) => EventOperation
  /** Can it be done to one of a series and all later ones? */
  readonly canFollow: boolean
  /** Are events of a group that it cannot be done to worth a word? */
  readonly tellsWhoStays: boolean
}

const refuse = (reason: RefusalReason): PlanAnswer => ({ kind: "refusal", reason })

/** Nothing that a title could be found by. */
const NOBODY_IN_PARTICULAR = new Set(["all", "everything", "anything", "them", "all of it", "all of them", "things"])
const said = (tokens: Target): string => tokens.map(({ word }) => word).join(" ")

/** Does a deed to whatever the words name: one event, several by name, or all in a stretch of time. */
export function onEvents(reach: Reach, deed: Deed, facts: PlannerFacts, matcher: Matcher): PlanAnswer {
  if (reach.rest.length === 0 || NOBODY_IN_PARTICULAR.has(said(reach.rest))) return refuse("not-understood")
  const group = readGroup(reach.rest)
  if (group) return onGroup(eventsIn(group, "starts", facts, matcher), deed)
  const both = readBoth(reach.rest)
  const named = both === null ? meantBy(reach.rest, reach, matcher) : { ...reach, target: both, isWhole: false }
  if (!named) return refuse("not-understood")
  const { target, scope, since, isWhole } = named
  if (scope === "following" && !deed.canFollow) return refuse("one-or-all")
  const found = findTarget(target, facts, matcher)
  if (found.kind === "refusal") return onList(reach, deed, facts, matcher) ?? refuse(found.reason)
  const meant = since === null ? found.events : found.events.flatMap((one) => firstSince(one, since, facts))
  const fit = meant.filter(({ event }) => deed.whyNot(event) === null)
  // "all future ones" of one that is not the next: from that one on, or from the next?
  if (meant.length === 0 && since?.kind === "ahead") return refuse("not-understood")
  if (fit.length === 0) return refuse(reasonOf(meant, deed))
  const open = fit.filter(({ event }) => !hasEnded(event, facts))
  if (open.length === 0) return refuse("in-the-past")
  if (both !== null || (isWhole && open.every(({ event }) => event.series === null)))
    return allOf(open, both !== null, deed)
  if (scope !== "this" && open.some(({ event }) => event.series === null)) return refuse("not-understood")
  const asks = !isWhole && !reach.said && !isPinned(target)
  const plans = open.flatMap((candidate) =>
    (asks && candidate.event.series !== null ? (["this", "series"] as const) : [scope]).map((each) =>
      planOf(candidate, each, deed),
    ),
  )
  return oneOf(plans, open.length > 1 ? "which-event" : "which-scope")
}

/** "both client calls" are two; "all client calls" as many as there are ahead. */
function allOf(open: readonly Candidate[], two: boolean, deed: Deed): PlanAnswer {
  if (two && open.length !== 2) return refuse("not-understood")
  return oneOf([{ operations: open.map(({ event }) => deed.operation(event, "this")), readings: [] }], "which-event")
}

function readBoth(target: Target): Target | null {
  const start = skipAny(target, 0, ["both of the", "both of my", "both the", "both my", "both"])
  return start > 0 && start < target.length ? target.slice(start) : null
}

const planOf = ({ event, byNext }: Candidate, scope: Scope, deed: Deed): Plan => ({
  operations: [deed.operation(event, scope)],
  readings: byNext && event.series !== null && scope === "this" ? ["next-occurrence"] : [],
})

function reasonOf(meant: readonly Candidate[], deed: Deed): RefusalReason {
  const reasons = meant.flatMap(({ event }) => deed.whyNot(event) ?? [])
  return reasons.find((reason) => reason !== "not-invited") ?? reasons[0] ?? "no-such-event"
}

/** Takes all of the person's own events off a stretch of time. */
export const cancelGroup = (group: Group, facts: PlannerFacts, matcher: Matcher): PlanAnswer =>
  onGroup(eventsIn(group, "touches", facts, matcher), CANCEL)

function onGroup(there: Groups, deed: Deed): PlanAnswer {
  if (there.kind === "refusal") return there
  const plans = there.groups.flatMap((events): Plan[] => {
    const fit = events.filter((event) => deed.whyNot(event) === null)
    const stays = deed.tellsWhoStays && fit.length < events.length
    return fit.length === 0
      ? []
      : [{ operations: fit.map((event) => deed.operation(event, "this")), readings: stays ? ["some-stay"] : [] }]
  })
  const [first] = there.groups.flat()
  return plans.length > 0 ? oneOf(plans, "which-day") : refuse((first && deed.whyNot(first)) ?? "nothing-there")
}

/** "the retro and the release": each name must mean one event, or none is touched. */
function onList(reach: Reach, deed: Deed, facts: PlannerFacts, matcher: Matcher): PlanAnswer | null {
  const names = namesOf(reach.rest)
  if (names.length < 2) return null
  const plans = names.map((rest) => onEvents({ ...reach, rest }, deed, facts, matcher))
  const operations = plans.flatMap((answer) => (answer.kind === "plan" ? answer.plan.operations : []))
  const readings = plans.flatMap((answer) => (answer.kind === "plan" ? answer.plan.readings : []))
  return plans.every(({ kind }) => kind === "plan")
    ? { kind: "plan", plan: { operations, readings: [...new Set(readings)] } }
    : null
}

function namesOf(tokens: Target): readonly Target[] {
  const at = tokens.findIndex(({ word }) => word === "and")
  if (at < 0) return [tokens]
  return [tokens.slice(0, at), ...namesOf(tokens.slice(at + 1))].filter((name) => name.length > 0)
}

export const CANCEL: Deed = {
  whyNot: ({ movable }) => (movable ? null : "not-movable"),
  operation: ({ id }, scope) => ({ kind: "cancel", target: id, scope }),
  canFollow: true,
  tellsWhoStays: true,
}

/** An answer to an invitation. A guest can answer a whole series or one of it, not the rest of it. */
export const answering = (rsvp: Extract<EventOperation, { kind: "respond" }>["rsvp"]): Deed => ({
  whyNot: ({ answer }) => (answer === null ? "not-invited" : answer === rsvp ? "already-answered" : null),
  operation: ({ id }, scope) => ({ kind: "respond", target: id, scope: scope === "series" ? "series" : "this", rsvp }),
  canFollow: false,
  tellsWhoStays: false,
})
