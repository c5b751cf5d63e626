import { readDate } from "./date-text"
import type { When } from "./event"
import {
  type EventFact,
  epochMs,
  MAX_OPERATIONS,
  type Matcher,
  type Operation,
  type PersonId,
  type Plan,
  type PlanAnswer,
  type PlannerFacts,
  placeOf,
  type Reading,
  type Stretch,
  type Telling,
  UNNAMED,
} from "./plan"
import { defaultLength, type Preference } from "./preferences"
import { blockers } from "./taken-time"
import { isoInstant, wallOf } from "./zoned-time"

/** What no planner may say, however it came to it. */
export type Nonsense =
  | "no-operations"
  | "too-many-operations"
  | "no-such-event"
  | "twice-the-same-event"
  | "not-movable"
  | "not-invited"
  | "already-answered"
  | "not-a-series"
  | "no-such-time"
  | "ends-before-it-starts"
  | "other-zone"
  | "day-for-time"
  | "in-the-past"
  | "proposed-with-an-answer"
  | "not-their-words"
  | "not-a-person-they-named"
  | "not-a-reading-of-words"
  | "no-choice"
  | "not-free"
  | "not-proposed-so"
  | "not-the-length-wanted"

/** What one answer is judged by: what was said, and what the planner could know. */
export interface Asked {
  readonly words: string
  readonly facts: PlannerFacts
  readonly matcher: Matcher
}

/**
 * The rule that every planner's answer passes before anything is made of it, whoever planned: grammar or model. It takes nothing on trust but the facts: ids that
 * were given out, times that exist and lie ahead, events that may be changed so, titles that the person said, guests whom they named.
 * @returns null for an answer that can be worked with
 */
export function nonsenseIn(answer: PlanAnswer, asked: Asked): Nonsense | null {
  switch (answer.kind) {
    case "plan":
      return nonsenseInPlan(answer.plan, asked)
    case "question":
      if (answer.choices.length < 2 || answer.choices.length > MOST_CHOICES) return "no-choice"
      return first(answer.choices, (plan) => nonsenseInPlan(plan, asked))
    case "tell":
      return nonsenseInTelling(answer.telling, asked.facts)
    case "undo":
      return answer.target === null || factOf(answer.target, asked.facts) ? null : "no-such-event"
    case "remember":
      return answer.change.op === "forget" || answer.change.lines.every((line) => isNamedSo(line, asked.words))
        ? null
        : "not-their-words"
    case "refusal":
      return null
    default:
      return answer satisfies never
  }
}

const isNamedSo = (line: Preference, words: string): boolean =>
  line.kind !== "name" || (isSaid(line.words, words) && isSaid(line.title, words))

export const MOST_CHOICES = 6

function first<T>(all: readonly T[], judge: (one: T) => Nonsense | null): Nonsense | null {
  for (const one of all) {
    const found = judge(one)
    if (found) return found
  }
  return null
}

function nonsenseInPlan({ operations, readings }: Plan, asked: Asked): Nonsense | null {
  if (operations.length === 0) return "no-operations"
  if (operations.length > MAX_OPERATIONS) return "too-many-operations"
  const targets = operations.flatMap((op) => (op.kind === "create" ? [] : [op.target]))
  if (new Set(targets).size < targets.length) return "twice-the-same-event"
  if (readings.some((reading) => !OF_WORDS.has(reading))) return "not-a-reading-of-words"
  if (readings.includes("wanted-length") && !operations.some((op) => lastsAsWanted(op, asked.facts)))
    return "not-the-length-wanted"
  return first(operations, (op) => nonsenseInOperation(op, asked))
}

function lastsAsWanted(op: Operation, { preferences }: PlannerFacts): boolean {
  const { lengthMs, reading } = defaultLength(preferences)
  return reading === "wanted-length" && op.kind === "create" && epochMs(op.to.end) - epochMs(op.to.start) === lengthMs
}

/** The other readings are added when proposing; a planner that says them would speak of what it cannot know. */
const OF_WORDS: ReadonlySet<Reading> = new Set<Reading>([
  "next-occurrence",
  "first-free",
  "kept-duration",
  "kept-time",
  "same-day",
  "outside-working-hours",
  "slot-taken",
  "default-length",
  "wanted-length",
  "nobody-invited",
  "guests-not-asked",
  "some-stay",
])

function nonsenseInOperation(op: Operation, asked: Asked): Nonsense | null {
  if (op.kind === "create") return nonsenseInCreation(op, asked)
  const event = factOf(op.target, asked.facts)
  if (!event) return "no-such-event"
  if (op.scope !== "this" && event.series === null) return "not-a-series"
  const place = nonsenseInPlace(op, event, asked.facts)
  switch (op.kind) {
    case "move":
      return event.movable ? place : "not-movable"
    case "cancel":
      return event.movable ? null : "not-movable"
    case "respond":
      if (event.answer === null) return "not-invited"
      if (op.proposed) return op.rsvp === "tentative" && op.scope === "this" ? place : "proposed-with-an-answer"
      return event.answer === op.rsvp ? "already-answered" : null
  }
}

function nonsenseInCreation(op: Extract<Operation, { kind: "create" }>, asked: Asked): Nonsense | null {
  if (!isTheirs(op.title, asked.words)) return "not-their-words"
  if (op.guests.some((id) => !isNamed(id, asked))) return "not-a-person-they-named"
  return nonsenseInPlace(op, null, asked.facts)
}

function isTheirs(title: string, words: string): boolean {
  if (title === UNNAMED.block || title === UNNAMED.meeting) return true
  const rest = title.startsWith(UNNAMED.meetingWith) ? title.slice(UNNAMED.meetingWith.length) : title
  return isSaid(rest, words) || isSaid(title, words)
}

const factOf = (id: string, { events }: PlannerFacts): EventFact | undefined => events.find((event) => event.id === id)

/** @param event what would go there; null for a new one */
function nonsenseInPlace(op: Operation, event: EventFact | null, facts: PlannerFacts): Nonsense | null {
  const to = placeOf(op)
  if (to === null) return null
  const { start, end } = to
  if (!isMoment(start) || !isMoment(end)) return "no-such-time"
  if (start.kind !== end.kind || (event && event.start.kind !== start.kind)) return "day-for-time"
  if ([start, end].some((when) => !isInZone(when, event, facts))) return "other-zone"
  if (epochMs(end) <= epochMs(start)) return "ends-before-it-starts"
  // What has begun keeps its start and may still get another end.
  const ahead = event && epochMs(event.start) === epochMs(start) ? end : start
  return isPast(ahead, ahead === end, facts) ? "in-the-past" : null
}

/** @param isEnd an all-day end is the day after the last */
function isPast(when: When, isEnd: boolean, { now, timeZone }: PlannerFacts): boolean {
  if (when.kind === "timed") return epochMs(when) < Date.parse(now)
  const today = wallOf(now, timeZone).date
  return isEnd ? when.on <= today : when.on < today
}

/** Written as instants and dates are written here, and in the calendar. */
const isMoment = (when: When): boolean => (when.kind === "timed" ? isInstant(when.at) : readDate(when.on) !== null)

export const isInstant = (at: string): boolean => Number.isFinite(Date.parse(at)) && isoInstant(Date.parse(at)) === at

const isInZone = (when: When, event: EventFact | null, { timeZone }: PlannerFacts): boolean =>
  when.kind === "allDay" ||
  when.timeZone === timeZone ||
  (event?.start.kind === "timed" && event.start.timeZone === when.timeZone)

/** Letter for letter, but for case and the width of gaps; whole words only. */
export function isSaid(title: string, words: string): boolean {
  const [sought, all] = [plain(title), plain(words)]
  if (sought === "") return false
  for (let at = all.indexOf(sought); at >= 0; at = all.indexOf(sought, at + 1))
    if (
      !(isLetter(all[at - 1]) && isLetter(sought[0])) &&
      !(isLetter(all[at + sought.length]) && isLetter(sought.at(-1)))
    )
      return true
  return false
}

const plain = (text: string): string => text.normalize("NFC").toLowerCase().replace(/\s+/gu, " ").trim()

const isLetter = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}]/u.test(sign)

/** A name has at most so many words. */
const NAME_WORDS = 4

/** Does some stretch of what was said name this person exactly? */
function isNamed(id: PersonId, { words, matcher }: Asked): boolean {
  const said = words.split(/[\s,;/]+/u).filter((word) => word !== "")
  return said.some((_, at) =>
    Array.from({ length: NAME_WORDS }, (_, more) => said.slice(at, at + more + 1).join(" ")).some((name) =>
      matcher.people(name).some((match) => match.id === id && match.score === 1),
    ),
  )
}

function nonsenseInTelling(telling: Telling, facts: PlannerFacts): Nonsense | null {
  if (telling.kind === "preferences") return null
  if (telling.kind === "proposed") return facts.proposed?.operation.scope === telling.scope ? null : "not-proposed-so"
  if (telling.kind === "changes")
    return !isInstant(telling.since) ? "no-such-time" : telling.since > facts.now ? "no-such-time" : null
  const { asked, free } = telling
  const bad = first([...asked, ...free], ({ start, end }) =>
    !isInstant(start) || !isInstant(end) ? "no-such-time" : start < end ? null : "ends-before-it-starts",
  )
  return bad ?? (asked.length > 0 && free.every((one) => isFree(one, asked, facts)) ? null : "not-free")
}

/** What was not looked at cannot be called free (C9). */
function isFree(one: Stretch, asked: readonly Stretch[], facts: PlannerFacts): boolean {
  const [from, to] = [Date.parse(one.start), Date.parse(one.end)]
  if (facts.until !== undefined && to > Date.parse(facts.until)) return false
  return (
    asked.some(({ start, end }) => Date.parse(start) <= from && to <= Date.parse(end)) &&
    !blockers([], facts).some((taken) => taken.from < to && taken.to > from)
  )
}
