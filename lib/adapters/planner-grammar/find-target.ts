import {
  type EventFact,
  epochMs,
  type FactId,
  type Match,
  type Matcher,
  type PlannerFacts,
  type RefusalReason,
} from "../../domain/plan"
import { addDays, mondayOf, wallOf, weekdayOf } from "../../domain/zoned-time"
import { bothHalves, stretchOf } from "./day-hours"
import { datesFor } from "./days"
import type { Since, Target } from "./intent"
import { readTarget, type TargetPhrase } from "./read-target"
import type { DayRef } from "./when"

export type Found =
  | { readonly kind: "events"; readonly events: readonly Candidate[] }
  | { readonly kind: "refusal"; readonly reason: RefusalReason }

/** `byNext`: an instance of a series that nobody named a day for, so the next one was taken. */
export interface Candidate {
  readonly event: EventFact
  readonly byNext: boolean
}

/** A word that fits a little less than the best is no rival; a word that hardly fits is no match. */
const SAME_SCORE = 0.02
const LEAST_SCORE = 0.5

/** Which events the words can mean. Movable ones only, where any is. */
export function findTarget(target: Target, facts: PlannerFacts, matcher: Matcher): Found {
  const phrase = readTarget(target)
  if (phrase.kind === "it") return lastMentioned(facts)
  const found = unique(phrase.phrases.flatMap((one) => candidates(one, facts, matcher)))
  if (found.length === 0) return { kind: "refusal", reason: phrase.several ? "not-understood" : "no-such-event" }
  return { kind: "events", events: found }
}

function lastMentioned(facts: PlannerFacts): Found {
  const event = facts.events.find(({ id }) => id === facts.lastMentioned[0])
  return event ? { kind: "events", events: [{ event, byNext: false }] } : { kind: "refusal", reason: "no-such-event" }
}

function candidates(said: TargetPhrase, facts: PlannerFacts, matcher: Matcher): readonly Candidate[] {
  // "my second call" is today's
  const phrase = typeof said.pick === "number" && said.day === null ? { ...said, day: TODAY } : said
  const named = byName(phrase, facts, matcher)
  const timed = ofSort(
    phrase,
    named.filter((event) => isAtTime(event, phrase, facts)),
    facts,
    matcher,
  )
  if (phrase.day) return onDay(phrase, timed, facts).map((event) => ({ event, byNext: false }))
  const nameless = phrase.words === "" && phrase.person === null
  if (nameless && phrase.pick === null) return soonest(timed, facts)
  if (nameless)
    return picked(
      timed.filter((event) => event.start.kind === "timed"),
      facts,
    )
  return nextOfEach(timed, facts)
}

const TODAY: DayRef = { kind: "from-today", days: 0 }

/** "my 4pm call": where titles have the word, those; else any event may be called so. */
function ofSort(
  phrase: TargetPhrase,
  events: readonly EventFact[],
  facts: PlannerFacts,
  matcher: Matcher,
): readonly EventFact[] {
  if (phrase.sort === null) return events
  const ids = new Set(strong(matcher.byTitle(phrase.sort)).map(({ id }) => id))
  const today = wallOf(facts.now, facts.timeZone).date
  const days = daysMeant(phrase, today).flat()
  const sorted = events.filter((event) => ids.has(event.id))
  const there = days.length === 0 ? sorted : sorted.filter((event) => days.includes(dateOfStart(event, facts)))
  return there.length > 0 ? sorted : events
}

function byName({ words, person }: TargetPhrase, facts: PlannerFacts, matcher: Matcher): readonly EventFact[] {
  const people = person === null ? null : strong(matcher.byPerson(person))
  if (words === "") return facts.events.filter(({ id }) => people === null || people.some((match) => match.id === id))
  const fitting = strong(matcher.byTitle(words)).filter(
    ({ id }) => people === null || people.some((match) => match.id === id),
  )
  const best = Math.max(...fitting.map(({ score }) => score))
  const ids = new Set<FactId>(fitting.filter(({ score }) => score >= best - SAME_SCORE).map(({ id }) => id))
  return facts.events.filter(({ id }) => ids.has(id))
}

const strong = (matches: readonly Match[]): readonly Match[] => matches.filter(({ score }) => score >= LEAST_SCORE)

function isAtTime(event: EventFact, { clock, part }: TargetPhrase, facts: PlannerFacts): boolean {
  if (!clock && !part) return true
  if (event.start.kind !== "timed") return false
  const { minutes } = wallOf(event.start.at, facts.timeZone)
  if (clock) return (bothHalves(clock) ?? []).includes(minutes)
  const stretch = part && stretchOf(part, facts.workingHours)
  return stretch !== null && minutes >= stretch.from && minutes < stretch.to
}

const dateOfStart = (event: EventFact, { timeZone }: PlannerFacts): string =>
  event.start.kind === "timed" ? wallOf(event.start.at, timeZone).date : event.start.on

/** The events on the named day; of a bare weekday the nearest that has any. */
function onDay(phrase: TargetPhrase, events: readonly EventFact[], facts: PlannerFacts): readonly EventFact[] {
  const today = wallOf(facts.now, facts.timeZone).date
  const dated = events.map((event) => ({ event, date: dateOfStart(event, facts) }))
  for (const dates of daysMeant(phrase, today)) {
    const there = dated.filter(({ date }) => dates.includes(date)).map(({ event }) => event)
    if (there.length === 0) continue
    return phrase.pick === null ? there : nth(there, phrase.pick)
  }
  return []
}

/** All-day events are not counted. */
function nth(there: readonly EventFact[], pick: NonNullable<TargetPhrase["pick"]>): readonly EventFact[] {
  const timed = there.filter((event) => event.start.kind === "timed")
  const counted = timed.length > 0 ? timed : there
  const event = counted.at(pick === "last" ? -1 : typeof pick === "number" ? pick - 1 : 0)
  return event ? [event] : []
}

function daysMeant({ day, words, person }: TargetPhrase, today: string): readonly (readonly string[])[] {
  if (day === null) return []
  if (day.kind === "next-week") return [week(addDays(mondayOf(today), 7))]
  if (day.kind === "this-week") return [week(mondayOf(today))]
  if (day.kind !== "weekday" || day.which !== "bare" || day.plusDays > 0) return [datesFor(day, today, today)]
  const nearest = addDays(today, (day.weekday - weekdayOf(today) + 7) % 7)
  const weeks = words === "" && person === null ? [0] : [0, 1, 2, 3, 4]
  return weeks.map((ahead) => [addDays(nearest, 7 * ahead)])
}

const week = (monday: string): readonly string[] => [0, 1, 2, 3, 4, 5, 6].map((day) => addDays(monday, day))

/** "my 3pm": today's; else the next within a week. Today's that is over competes with the next one. */
function soonest(events: readonly EventFact[], facts: PlannerFacts): readonly Candidate[] {
  const today = wallOf(facts.now, facts.timeZone).date
  const dated = events.map((event) => ({ event, date: dateOfStart(event, facts), ahead: isAhead(event, facts) }))
  const todays = dated.filter(({ date }) => date === today)
  const open = todays.filter(({ ahead }) => ahead)
  if (open.length > 0) return open.map(({ event }) => ({ event, byNext: false }))
  const first = dated.find(({ ahead, date }) => ahead && date <= addDays(today, 7))
  const next = dated.filter(({ ahead, date }) => ahead && date === first?.date)
  return [...todays, ...next].map(({ event, ahead }) => ({ event, byNext: ahead }))
}

function picked(events: readonly EventFact[], facts: PlannerFacts): readonly Candidate[] {
  const first = events.find((event) => isAhead(event, facts))
  return first ? [{ event: first, byNext: true }] : []
}

/** Instances of one series are one meaning: the next one. An instance that is going on is as likely meant. */
function nextOfEach(events: readonly EventFact[], facts: PlannerFacts): readonly Candidate[] {
  const meanings = new Map<string, EventFact[]>()
  for (const event of events) {
    const key = event.series ?? event.id
    meanings.set(key, [...(meanings.get(key) ?? []), event])
  }
  const nearest = [...meanings.values()].flatMap((instances) => {
    const going = instances.filter((event) => !isAhead(event, facts) && endsAhead(event, facts))
    const next = instances.find((event) => isAhead(event, facts))
    const near = next ? [...going, next] : going.length > 0 ? going : instances.slice(-1)
    return near.map((event) => ({ event, byNext: event.series !== null }))
  })
  const current = nearest.filter(({ event }) => endsAhead(event, facts))
  return current.length > 0 ? current : nearest
}

/** "from Thursday on": of a series, its first instance on that day or later. What is no series has none: that is refused further on. */
export function firstSince({ event }: Candidate, since: Since, facts: PlannerFacts): readonly Candidate[] {
  if (since.kind === "ahead") return isNext(event, facts) ? [{ event, byNext: false }] : []
  if (event.series === null) return [{ event, byNext: false }]
  const [date] = datesFor(since, wallOf(facts.now, facts.timeZone).date, dateOfStart(event, facts))
  const first = facts.events.find((each) => each.series === event.series && date && dateOfStart(each, facts) >= date)
  return first ? [{ event: first, byNext: false }] : []
}

/** Is it ahead, and of a series the first that is? */
export const isNext = (event: EventFact, facts: PlannerFacts): boolean =>
  isAhead(event, facts) &&
  (event.series === null ||
    facts.events.find((each) => each.series === event.series && isAhead(each, facts))?.id === event.id)

const isAhead = (event: EventFact, facts: PlannerFacts): boolean =>
  event.start.kind === "timed"
    ? epochMs(event.start) > Date.parse(facts.now)
    : event.start.on >= wallOf(facts.now, facts.timeZone).date

const endsAhead = (event: EventFact, facts: PlannerFacts): boolean =>
  event.end.kind === "timed"
    ? epochMs(event.end) > Date.parse(facts.now)
    : event.end.on > wallOf(facts.now, facts.timeZone).date

export const hasEnded = (event: EventFact, facts: PlannerFacts): boolean => !endsAhead(event, facts)

const unique = (found: readonly Candidate[]): readonly Candidate[] =>
  [...new Map(found.map((candidate) => [candidate.event.id, candidate])).values()].sort(
    (a, b) => epochMs(a.event.start) - epochMs(b.event.start) || (a.event.id < b.event.id ? -1 : 1),
  )
