import {
  type EventFact,
  epochMs,
  type Matcher,
  type PlanAnswer,
  type PlannerFacts,
  type Proposed,
  placeOf,
  type RefusalReason,
} from "../../domain/plan"
import { nonsenseIn } from "../../domain/plan-check"
import { withScope } from "../../domain/rescope"
import { isNext } from "./find-target"
import type { Parse, Scope } from "./intent"
import { readingsOf } from "./option"
import { FROM_NOW, RHYTHMS, readScopeAt } from "./read-scope"
import { skipAny, wordAt } from "./reader"
import type { Token } from "./tokens"

const refuse = (reason: RefusalReason): PlanAnswer => ({ kind: "refusal", reason })

/**
 * "No, make it all of them", after a proposal: the same order about another part of its series. Null where more was said than how much is meant: then the words are a
 * request of their own.
 */
export function followUp(
  requests: readonly (readonly Token[])[],
  words: string,
  facts: PlannerFacts,
  matcher: Matcher,
): PlanAnswer | null {
  const read = readFollowUp(requests)
  if (!read) return null
  const { proposed } = facts
  if (!proposed) return refuse("nothing-proposed")
  const { operation } = proposed
  const event = facts.events.find(({ id }) => id === operation.target)
  // "from now on" of one that is not the next: from that one on, or from the next?
  if (!event || (read.fromNow && !isNext(event, facts))) return refuse("not-understood")
  if (read.rhythm && !hasRhythm(event, read.rhythm, facts)) return refuse("not-understood")
  if (operation.scope === read.scope) return { kind: "tell", telling: { kind: "proposed", scope: read.scope } }
  const answer = rescoped(proposed, read.scope, facts)
  const nonsense = nonsenseIn(answer, { words, facts, matcher })
  return nonsense === null ? answer : refuse(nonsense === "in-the-past" ? "in-the-past" : "not-understood")
}

function rescoped({ operation, readings }: Proposed, scope: Scope, facts: PlannerFacts): PlanAnswer {
  const op = withScope(operation, scope)
  if (!op) return refuse("one-or-all")
  const place = placeOf(op)
  const isStill = (reading: Proposed["readings"][number]) =>
    !OF_PLACE.has(reading) && (scope === "this" || reading !== "next-occurrence")
  const found = readingsOf(readings.filter(isStill), place ? [place] : [], outOfTheWay(op, scope, facts), facts)
  return { kind: "plan", plan: { operations: [op], readings: found } }
}

/** They are found anew for every plan. */
const OF_PLACE = new Set<Proposed["readings"][number]>(["outside-working-hours", "slot-taken"])

function outOfTheWay({ target }: Proposed["operation"], scope: Scope, { events }: PlannerFacts) {
  const series = events.find(({ id }) => id === target)?.series
  return events.flatMap((event) =>
    event.id === target || (scope !== "this" && event.series === series) ? event.id : [],
  )
}

const LEADS =
  "no,nope,nah,actually,wait,rather,and,i meant,i mean,i said,i want,id like,i would like,it should be,that should be".split(
    ",",
  )
const MAKING = "make it,make that,make this,do it,do that,do this,change it to,change that to,move it,it".split(",")
const TAILS = ["as well", "too", "then"]

interface Said extends Pick<Parse, "scope"> {
  /** Literally from now on, whichever was named. */
  readonly fromNow: boolean
  readonly rhythm: string | null
}

function readFollowUp(requests: readonly (readonly Token[])[]): Said | null {
  const [only, ...others] = requests.map(withoutLeads).filter((tokens) => tokens.length > 0)
  if (!only || others.length > 0) return null
  const at = skipAny(only, 0, MAKING)
  const read = readScopeAt(only, at)
  // "from Thursday on" names another instance than the one that stands proposed
  const isDay = read?.value.since != null && read.value.since.kind !== "ahead"
  if (!read || isDay || skipAny(only, read.next, TAILS) < only.length) return null
  return {
    scope: read.value.scope,
    fromNow: read.value.since !== null || skipAny(only, at, FROM_NOW) > at,
    rhythm: skipAny(only, at, RHYTHMS) > at ? wordAt(only, at + 1) : null,
  }
}

const DAY_MS = 86_400_000

/** "Every week" says all of them only of what comes every week: of anything else it would be another rule. */
function hasRhythm({ series }: EventFact, rhythm: string, { events }: PlannerFacts): boolean {
  const days = events.filter((event) => event.series === series).map(({ start }) => epochMs(start) / DAY_MS)
  const gaps = days.slice(1).map((day, index) => Math.round(day - (days[index] ?? day)))
  return gaps.length > 0 && gaps.every((gap) => (rhythm === "week" ? gap === 7 : gap >= 1 && gap <= MOST_DAYS))
}

/** From Friday to Monday. */
const MOST_DAYS = 3

function withoutLeads(tokens: readonly Token[]): readonly Token[] {
  // "and all later ones" begins with the words that say it
  if (readScopeAt(tokens, 0)) return tokens
  const next = skipAny(tokens, 0, LEADS)
  return next === 0 ? tokens : withoutLeads(tokens.slice(next))
}
