import type { Matcher, PlanAnswer, PlannerFacts, Stretch } from "../../domain/plan"
import { freeIn } from "../../domain/taken-time"
import { addDays, addMs, HOUR_MS, mondayOf, startOfDay, wallOf, weekdayOf } from "../../domain/zoned-time"
import { datesFor } from "./days"
import { findTarget } from "./find-target"
import { leadingLength } from "./new-event"
import { readDay } from "./read-day"
import { readLength } from "./read-length"
import { readPiece } from "./read-window"
import { skip, skipAny, wordAt } from "./reader"
import { windowReadings } from "./stretches"
import type { Token } from "./tokens"
import { ANY_TIME, type Window } from "./window"

const list = (phrases: string): readonly string[] => phrases.split(",")

/** Questions about the calendar, and taking things back: what no plan comes of. Null where it is something else. */
export function tell(tokens: readonly Token[], facts: PlannerFacts, matcher: Matcher): PlanAnswer | null {
  return undo(tokens, facts, matcher) ?? changes(tokens, facts) ?? free(tokens, facts)
}

const UNDO = list(
  "undo,undo that,undo it,undo this,undo the last change,undo the last thing you did,undo the last thing,undo the last action,undo last change,undo your last change,undo my last change,undo what you did,undo what you just did,undo the last one,undo everything,take that back,take it back,revert,revert that,revert it,revert the last change,reverse that,put it back,put it back where it was,put that back,put everything back,put them back,scratch that",
)
const UNDO_OF = list(
  "undo moving,undo what you did to,undo what you did with,undo cancelling,undo the change to,undo the change of,undo,revert,take back",
)
const DONE_TO = list("move,change,cancellation,update,edit")

function undo(tokens: readonly Token[], facts: PlannerFacts, matcher: Matcher): PlanAnswer | null {
  const said = tokens.map(({ word }) => word).join(" ")
  if (UNDO.includes(said)) return { kind: "undo", target: null }
  const start = skipAny(tokens, 0, UNDO_OF)
  if (start === 0 || start === tokens.length) return null
  const named = tokens.slice(start)
  const target = DONE_TO.includes(named.at(-1)?.word ?? "") && named.length > 1 ? named.slice(0, -1) : named
  const found = findTarget(target, facts, matcher)
  if (found.kind === "refusal") return found
  const [only, ...others] = found.events
  // Of several it cannot be said which was touched; the last change may be another one.
  return only && others.length === 0
    ? { kind: "undo", target: only.event.id }
    : { kind: "refusal", reason: "not-understood" }
}

const CHANGED = list(
  "what changed,what did you change,what have you changed,what did you do,what have you done,what did i change,what happened,what has changed,whats changed,what was changed,what is changed,did anything change,has anything changed,has anything moved,did anything move,anything changed,anything moved,what moved,show me what changed,show what changed,list the changes,show me the changes,show the changes,any changes,tell me what changed,list changes",
)
const WHERE = ["on my calendar", "in my calendar", "on my calendars", "to my calendar"]
const DAY_MS = 24 * HOUR_MS

function changes(tokens: readonly Token[], facts: PlannerFacts): PlanAnswer | null {
  const start = skipAny(tokens, 0, CHANGED)
  if (start === 0) return null
  const since = sinceOf(tokens.slice(skipAny(tokens, start, WHERE)), facts)
  return since === null
    ? { kind: "refusal", reason: "not-understood" }
    : { kind: "tell", telling: { kind: "changes", since } }
}

/** Where nothing is said, a day ago. */
function sinceOf(tokens: readonly Token[], { now, timeZone }: PlannerFacts): string | null {
  const today = wallOf(now, timeZone).date
  const start = skipAny(tokens, 0, ["since", "from"])
  if (tokens.length === 0) return addMs(now, -DAY_MS)
  if (skip(tokens, start, "this morning") === tokens.length) return startOfDay(today, timeZone)
  if (skip(tokens, start, "this week") === tokens.length) return startOfDay(mondayOf(today), timeZone)
  const last = skipAny(tokens, 0, ["in the last", "in the past", "during the last", "over the last"])
  const length = last > 0 ? readLength(tokens, last) : null
  if (length?.next === tokens.length)
    return addMs(now, -(length.value.kind === "exact" ? length.value.ms : length.value.days * DAY_MS))
  const day = readDay(tokens, start)
  if (day?.next !== tokens.length) return null
  const { value } = day
  const dates = value.kind === "weekday" ? [lastWeekday(value.weekday, today)] : datesFor(value, today, today)
  const [date] = dates
  return date !== undefined && date <= today ? startOfDay(date, timeZone) : null
}

/** The latest before today. */
const lastWeekday = (weekday: number, today: string): string =>
  addDays(today, -(((weekdayOf(today) - weekday + 6) % 7) + 1))

const FREE = list(
  "when am i free,when im free,what times am i free,what time am i free,which times am i free,have i got time,have i got,have i time,is there time,am i free,am i available,am i busy,when am i available,do i have time,do i have any time,do i have any free time,do i have free time,do i have any free slots,do i have,when do i have time,when do i have,what free time do i have,what free slots do i have,show me my free time,show me my free slots,show my free time,free slots,free time,whens my next free,when is my next free,whens my next available,when is my next available,my free time",
)
const FILLER = list("free,available,slot,slots,time,anything,open,on my calendar,in my calendar,to spare,for me,gap")
/** How far "when am I free?" reaches, in days, where nothing is said. */
const DAYS_AHEAD = 7

function free(tokens: readonly Token[], facts: PlannerFacts): PlanAnswer | null {
  const start = skipAny(tokens, 0, FREE)
  if (start === 0) return null
  const window = readAsked(tokens, start)
  if (window === null) return { kind: "refusal", reason: "not-understood" }
  const found = windowReadings(window, "hours", DAYS_AHEAD, facts)
  if (found.kind === "refusal") return found
  const asked = merged(found.readings.flat())
  const all = freeIn(asked, window.lengthMs ?? 0, facts)
  return { kind: "tell", telling: { kind: "free", asked, free: isNext(tokens) ? all.slice(0, 1) : all } }
}

const isNext = (tokens: readonly Token[]): boolean =>
  tokens.slice(0, 4).some(({ word }) => word === "next") && wordAt(tokens, 0).startsWith("when")

function readAsked(tokens: readonly Token[], start: number): Window | null {
  let window: Window = ANY_TIME
  for (let at = start; at < tokens.length; ) {
    const filler = skipAny(tokens, at, FILLER)
    const length = window.lengthMs === null ? leadingLength(tokens, skipAny(tokens, at, ["for"])) : null
    const piece = readPiece(tokens, at, window)
    if (filler > at) at = filler
    else if (length) {
      window = { ...window, lengthMs: length.value }
      at = length.next
    } else if (piece) {
      window = piece.value
      at = piece.next
    } else return null
  }
  return window
}

/** Readings of one question told together, each stretch once. */
const merged = (stretches: readonly Stretch[]): readonly Stretch[] =>
  [...new Map(stretches.map((stretch) => [stretch.start, stretch])).values()].sort((a, b) =>
    a.start < b.start ? -1 : 1,
  )
