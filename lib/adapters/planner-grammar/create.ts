import type { Span } from "../../domain/event"
import {
  type Matcher,
  type PlanAnswer,
  type PlannerFacts,
  type QuestionAbout,
  type RefusalReason,
  UNNAMED,
} from "../../domain/plan"
import { defaultLength } from "../../domain/preferences"
import { instantOf, isoInstant, wallOf } from "../../domain/zoned-time"
import type { Act } from "./acts"
import { freeStart, isBeyond } from "./busy"
import { type Stretch, stretchOf } from "./day-hours"
import { datesFor } from "./days"
import { creation, type Draft, readDraft, spanAt } from "./new-event"
import { oneOf } from "./option"
import { momentsFor } from "./place"
import { readWhen } from "./read-when"
import { skipAny, wordAt } from "./reader"
import type { Token } from "./tokens"
import type { DayPart, DayRef, When } from "./when"

const refuse = (reason: RefusalReason): PlanAnswer => ({ kind: "refusal", reason })

const ON_CALENDAR = [
  "on my calendar",
  "in my calendar",
  "into my calendar",
  "to my calendar",
  "on my diary",
  "in my diary",
  "on the calendar",
]

type Creating = Extract<Act, { kind: "create" | "arrange" | "block" }>["kind"]

/** "schedule lunch with Ana on Friday at 12:30": a name and a time. `block` takes all of the time that is named. */
export function create(tokens: readonly Token[], kind: Creating, facts: PlannerFacts, matcher: Matcher): PlanAnswer {
  const block = kind === "block"
  const cut = cutOf(withoutCalendar(tokens), block)
  if (cut === null) return refuse(tokens.length > 0 ? "missing-time" : "not-understood")
  const draft = draftOf(cut, block, matcher)
  if (draft === null || isThere(cut.name, kind, matcher)) return refuse("not-understood")
  const { when } = cut
  if (when.every !== null || when.time?.kind === "same") return refuse("not-understood")
  if (when.time === null && when.part === null) return refuse("missing-time")
  const placed = places(when, draft, block, facts)
  if (placed.kind === "refusal") return placed
  const lengthSaid = draft.lengthMs !== null || placed.fixed
  const plans = placed.spans.flatMap((to) =>
    draft.guests.map((guests) =>
      creation(
        draft,
        guests,
        to,
        [...draft.readings, ...(lengthSaid ? [] : [defaultLength(facts.preferences).reading]), ...placed.readings],
        facts,
      ),
    ),
  )
  return oneOf(plans, draft.guests.length > 1 ? "which-person" : placed.about)
}

/** "on my calendar" says that something new is meant; null where it is not there. */
export const putOnCalendar = (tokens: readonly Token[]): readonly Token[] | null => {
  if (!["put", "add", "have", "get"].includes(wordAt(tokens, 0))) return null
  const rest = withoutCalendar(tokens)
  return rest.length < tokens.length ? rest.slice(1) : null
}

function withoutCalendar(tokens: readonly Token[]): readonly Token[] {
  for (let at = 0; at < tokens.length; at++) {
    const next = skipAny(tokens, at, ON_CALENDAR)
    if (next > at) return [...tokens.slice(0, at), ...tokens.slice(next)]
  }
  return tokens
}

interface Cut {
  readonly name: readonly Token[]
  readonly when: When
}

const CONNECTORS = ["for", "at", "to", "from"]
const PREPOSITIONS = new Set("in on at to by for from until till the a an next with and".split(" "))

/** The longest "when" that the words end with, and the name before it. The name may follow: "Friday morning for deep work". */
function cutOf(tokens: readonly Token[], block: boolean): Cut | null {
  for (let at = 0; at < tokens.length; at++) {
    const name = tokens.slice(0, at)
    // "parents' evening" is one name
    if (PREPOSITIONS.has(name.at(-1)?.word ?? "") || name.at(-1)?.possessive) continue
    const connector = CONNECTORS.includes(wordAt(tokens, at))
    const when =
      readWhen(tokens.slice(at), false, true) ?? (connector ? readWhen(tokens.slice(at + 1), true, true) : null)
    if (when && (at > 0 || block)) return { name, when }
    if (at > 0) continue
    const purpose = tokens.findIndex(({ word }) => word === "for")
    const before = purpose > 0 ? readWhen(tokens.slice(0, purpose), true, true) : null
    if (before) return { name: tokens.slice(purpose + 1), when: before }
  }
  return null
}

/** Meals say which half of the day is meant. */
const MEALS: ReadonlyMap<string, DayPart> = new Map([
  ["breakfast", "morning"],
  ["brunch", "morning"],
  ["dinner", "evening"],
  ["supper", "evening"],
  ["drinks", "evening"],
])

function draftOf({ name, when }: Cut, block: boolean, matcher: Matcher): Draft | null {
  if (block && name.length === 0) return { title: UNNAMED.block, guests: [[]], readings: [], lengthMs: when.lengthMs }
  const draft = readDraft(name, matcher)
  return draft && { ...draft, lengthMs: when.lengthMs ?? draft.lengthMs }
}

/** "set up the dentist", "schedule budget planning": an event of that name is there, so it may be meant to move. "add Tom to lunch": a guest, not an event. */
function isThere(name: readonly Token[], kind: Creating, matcher: Matcher): boolean {
  const text = (tokens: readonly Token[]) => tokens.map((token) => token.text).join(" ")
  const to = name.findIndex(({ word }) => word === "to")
  if (to > 0 && matcher.people(text(name.slice(0, to))).some(({ score }) => score === 1)) return true
  const article = skipAny(name, 0, ["the", "my", "our"])
  if (article === 0 && (kind !== "arrange" || skipAny(name, 0, ["a", "an", "another", "some"]) > 0)) return false
  return matcher.byTitle(text(name.slice(article))).some(({ score }) => score >= SURE_SCORE)
}

const SURE_SCORE = 0.9

type Places =
  | {
      readonly kind: "places"
      readonly spans: readonly Span[]
      /** Does the end follow from what was said? */
      readonly fixed: boolean
      readonly readings: readonly "first-free"[]
      readonly about: QuestionAbout
    }
  | Extract<PlanAnswer, { kind: "refusal" }>

function places(when: When, draft: Draft, block: boolean, facts: PlannerFacts): Places {
  const today = wallOf(facts.now, facts.timeZone).date
  const dates = datesFor(when.day ?? TODAY, today, today)
  const none = (reason: RefusalReason): Places => ({ kind: "refusal", reason })
  if (dates.length === 0) return none("no-such-date")
  const lengthMs = draft.lengthMs ?? defaultLength(facts.preferences).lengthMs
  if (when.time === null && when.part) return inPart(when.part, dates, draft, block, facts)
  const part = when.part ?? mealOf(draft)
  const found = momentsFor({ ...when, part }, dates, facts)
  if (found === null) return none("no-such-time")
  const spans = found.moments
    .map(({ at, until }) => spanAt(at, until === null ? lengthMs : Date.parse(until) - Date.parse(at), facts.timeZone))
    .filter(({ start }) => start.kind === "timed" && start.at >= facts.now)
  const fixed = when.time?.kind === "range"
  return spans.length > 0 ? { kind: "places", spans, fixed, readings: [], about: found.about } : none("in-the-past")
}

const TODAY: DayRef = { kind: "from-today", days: 0 }

const mealOf = ({ title }: Draft): DayPart | null => {
  const meal = title
    .toLowerCase()
    .split(/\P{L}+/u)
    .find((word) => MEALS.has(word))
  return meal === undefined ? null : (MEALS.get(meal) ?? null)
}

/** A part of a day: its first free time, or all of it for a block. */
function inPart(part: DayPart, dates: readonly string[], draft: Draft, block: boolean, facts: PlannerFacts): Places {
  const stretch = stretchOf(part, facts.workingHours)
  const lengthMs = draft.lengthMs ?? defaultLength(facts.preferences).lengthMs
  const whole = block && draft.lengthMs === null
  if (!whole && dates.some((date) => isBeyond(date, stretch, facts))) return { kind: "refusal", reason: "too-far" }
  const spans = dates.flatMap((date) => {
    if (whole) return wholeOf(date, stretch, facts)
    const at = freeStart(date, stretch, lengthMs, null, part === "end-of-day", facts)
    return at === null ? [] : [spanAt(at, lengthMs, facts.timeZone)]
  })
  if (spans.length === 0) return { kind: "refusal", reason: whole ? "in-the-past" : "no-free-slot" }
  return { kind: "places", spans, fixed: whole, readings: whole ? [] : ["first-free"], about: "which-day" }
}

function wholeOf(date: string, { from, to }: Stretch, { timeZone, now }: PlannerFacts): readonly Span[] {
  const [start, end] = [instantOf(date, from, timeZone), instantOf(date, to, timeZone)]
  return start >= Date.parse(now) ? [spanAt(isoInstant(start), end - start, timeZone)] : []
}
