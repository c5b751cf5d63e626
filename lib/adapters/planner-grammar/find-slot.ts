import { type Matcher, type Plan, type PlanAnswer, type PlannerFacts, UNNAMED } from "../../domain/plan"
import { defaultLength } from "../../domain/preferences"
import { startsIn } from "../../domain/taken-time"
import { capitalised, creation, type Draft, guestsOf, leadingLength, readDraft, spanAt } from "./new-event"
import { oneOf } from "./option"
import { readWindow } from "./read-window"
import { type Read, skipAny, wordAt } from "./reader"
import { windowReadings } from "./stretches"
import { quoted, type Token } from "./tokens"
import type { Window } from "./window"

/** How far "find an hour with Ada" looks, in days. */
const DAYS_AHEAD = 14
const MOST_SLOTS = 4
const MOST_SLOTS_EACH = 3

/** "find 45 minutes with Sam before Wednesday noon": free times for a new event, to choose from; the first one only where that is asked for. */
export function findSlot(tokens: readonly Token[], facts: PlannerFacts, matcher: Matcher): PlanAnswer {
  const wish = readWish(tokens, matcher)
  if (wish === null) return { kind: "refusal", reason: "not-understood" }
  const found = windowReadings(wish.window, "hours", DAYS_AHEAD, facts)
  if (found.kind === "refusal") return found
  const { draft } = wish
  const usual = defaultLength(facts.preferences)
  const lengthMs = draft.lengthMs ?? usual.lengthMs
  const most = wish.first ? 1 : draft.guests.length > 1 || found.readings.length > 1 ? MOST_SLOTS_EACH : MOST_SLOTS
  const readings = [
    ...draft.readings,
    ...(draft.lengthMs === null ? [usual.reading] : []),
    ...(draft.guests.some((guests) => guests.length > 0) ? (["guests-not-asked"] as const) : []),
    ...(wish.first ? (["first-free"] as const) : []),
  ]
  const starts = found.readings.flatMap((stretches) => startsIn(stretches, lengthMs, most, facts))
  const plans = draft.guests.flatMap((guests) =>
    starts.map((at): Plan => creation(draft, guests, spanAt(at, lengthMs, facts.timeZone), readings, facts)),
  )
  if (plans.length === 0) return { kind: "refusal", reason: "no-free-slot" }
  const answer = oneOf(plans, draft.guests.length > 1 ? "which-person" : "which-slot")
  const [within, ...others] = found.readings
  const isOneSearch = draft.guests.length === 1 && within !== undefined && others.length === 0
  if (!isOneSearch || (answer.kind !== "plan" && answer.kind !== "question")) return answer
  return { ...answer, search: { within, lengthMs, most, soonest: wish.first } }
}

interface Wish {
  readonly draft: Draft
  readonly window: Window
  /** "the first free hour". */
  readonly first: boolean
}

const FIRST = [
  "the first free",
  "the next free",
  "the earliest free",
  "the first available",
  "the next available",
  "my next free",
  "first free",
  "next free",
]
const VAGUE = [
  "a free slot",
  "a slot",
  "a time slot",
  "a free time",
  "a good time",
  "a time",
  "some time",
  "time",
  "slots",
  "a free",
  "a",
  "an",
  "some",
]
const SLOT = ["slot", "free slot", "time slot", "gap", "free", "of free time", "of time"]

/** A length or none, and then a purpose and a window, in either order. */
function readWish(tokens: readonly Token[], matcher: Matcher): Wish | null {
  const first = skipAny(tokens, 0, FIRST)
  const vague = first > 0 ? first : skipAny(tokens, 0, VAGUE)
  const length = leadingLength(tokens, first) ?? leadingLength(tokens, vague)
  const rest = tokens.slice(skipAny(tokens, length?.next ?? vague, SLOT))
  const found = purposeFirst(rest, matcher) ?? windowFirst(rest, matcher)
  if (!found || found.window.at !== null) return null
  const lengthMs = length?.value ?? found.draft.lengthMs ?? found.window.lengthMs
  return { draft: { ...found.draft, lengthMs }, window: { ...found.window, lengthMs: null }, first: first > 0 }
}

type Found = Omit<Wish, "first">

/** "with Sam before Wednesday noon". */
function purposeFirst(rest: readonly Token[], matcher: Matcher): Found | null {
  for (let at = 0; at <= rest.length; at++) {
    const window = readWindow(rest.slice(at))
    const draft = window && purposeOf(rest.slice(0, at), matcher)
    if (window && draft) return { window, draft }
  }
  return null
}

/** "tomorrow for a call with Lena". */
function windowFirst(rest: readonly Token[], matcher: Matcher): Found | null {
  for (let at = 1; at < rest.length; at++) {
    if (!["for", "with", "to"].includes(wordAt(rest, at))) continue
    const window = readWindow(rest.slice(0, at))
    const draft = window && purposeOf(rest.slice(at), matcher)
    if (window && draft) return { window, draft }
  }
  return null
}

/** "for a 30 minute call with Lars", "to write", "with Ada and Kofi", a bare name, or nothing. */
function purposeOf(tokens: readonly Token[], matcher: Matcher): Draft | null {
  const nameless: Draft = { title: UNNAMED.meeting, guests: [[]], readings: [], lengthMs: null }
  if (tokens.length === 0) return nameless
  const purpose = skipAny(tokens, 0, ["for", "to"])
  if (purpose > 0) return readDraft(tokens.slice(purpose), matcher)
  const length = forLength(tokens)
  const named = length ? tokens.slice(0, length.from) : tokens
  const known = wordAt(named, 0) === "with" ? named : met(named)
  if (known === null) return null
  const { guests, unknown } = guestsOf(known, matcher)
  if (unknown && known !== named) return null
  const title = known === named ? capitalised(`meeting ${quoted(named)}`) : `${UNNAMED.meetingWith}${quoted(named)}`
  return { title, guests, readings: unknown ? ["nobody-invited"] : [], lengthMs: length?.value ?? null }
}

/** "with Mara for 30 minutes". */
function forLength(tokens: readonly Token[]): (Read<number> & { readonly from: number }) | null {
  const from = tokens.findIndex(({ word }) => word === "for")
  const found = from < 0 ? null : leadingLength(tokens, from + 1)
  return found && found.next === tokens.length ? { ...found, from } : null
}

function met(tokens: readonly Token[]): readonly Token[] | null {
  const [first] = tokens
  return first ? [{ ...first, word: "with", text: "with" }, ...tokens] : null
}
