import { readClockOrHour, readPart, readRange } from "./read-clock"
import { readDay } from "./read-day"
import { readLength } from "./read-length"
import { type Read, skip, skipAny, wordAt } from "./reader"
import type { Token } from "./tokens"
import type { DayRef } from "./when"
import { ANY_TIME, type Window } from "./window"

const TODAY: DayRef = { kind: "from-today", days: 0 }

/** The whole of `tokens` as one stretch of time, or null. Nothing at all is any time. */
export function readWindow(tokens: readonly Token[]): Window | null {
  let window = ANY_TIME
  for (let at = 0; at < tokens.length; ) {
    const step = readPiece(tokens, at, window)
    if (!step) return null
    window = step.value
    at = step.next
  }
  return window
}

/** One more statement about the stretch, each kind at most once. */
export function readPiece(tokens: readonly Token[], at: number, window: Window): Read<Window> | null {
  for (const read of PIECES) {
    const found = read(tokens, at, window)
    if (found) return found
  }
  return null
}

type Piece = (tokens: readonly Token[], at: number, window: Window) => Read<Window> | null

const REST =
  "the rest of my day,the rest of the day,rest of the day,rest of my day,the rest of today,rest of today,the remainder of the day".split(
    ",",
  )

const FREE_PHRASES = "as early as possible,as soon as possible,asap,sometime,some time,any time,anytime,whenever".split(
  ",",
)
const FREE_LEADS = "the first,the next,the earliest,the soonest,first,next,earliest,any,an,a,some".split(",")
const FREE_WORDS = ["free", "available", "open", "possible", "good"]
const SLOT_WORDS = ["slot", "time", "gap", "spot", "opening", "moment", "slots", "gaps"]

const rest: Piece = (tokens, at, window) => {
  const next = skipAny(tokens, at, REST)
  return next > at && !window.day ? { value: { ...window, rest: true, day: TODAY }, next } : null
}

/** "the first free slot", "any free time", "sometime", "as early as possible"; an "in" or "on" after it belongs to what follows. */
const free: Piece = (tokens, at, window) => {
  if (window.free) return null
  const whole = skipAny(tokens, at, FREE_PHRASES)
  if (whole > at) return { value: { ...window, free: true }, next: whole }
  const lead = skipAny(tokens, at, FREE_LEADS)
  const adjective = skipAny(tokens, lead, FREE_WORDS)
  const noun = skipAny(tokens, adjective, SLOT_WORDS)
  if (adjective === lead || (noun === adjective && lead === at)) return null
  return { value: { ...window, free: true }, next: noun }
}

const until: Piece = (tokens, at, window) => {
  const by = wordAt(tokens, at) === "by"
  if ((!by && wordAt(tokens, at) !== "before") || window.until) return null
  const day = readDay(tokens, skipAny(tokens, at + 1, ["the end of", "end of"]))
  if (!day || wordAt(tokens, at + 1) === "in") return null
  const start = skipAny(tokens, day.next, ["at"])
  const clock = readClockOrHour(tokens, start)
  return {
    value: { ...window, until: { day: day.value, clock: clock?.value ?? null, inclusive: by } },
    next: clock?.next ?? day.next,
  }
}

const week: Piece = (tokens, at, window) => {
  const next = skip(tokens, skipAny(tokens, at, ["in", "during"]), "this week")
  return next !== null && !window.day ? { value: { ...window, day: { kind: "this-week" } }, next } : null
}

const part: Piece = (tokens, at, window) => {
  if (window.part) return null
  const tonight = skip(tokens, at, "tonight")
  if (tonight !== null && !window.day) return { value: { ...window, day: TODAY, part: "evening" }, next: tonight }
  const own = skipAny(tokens, at, ["this", "my"])
  const found = readPart(tokens, own)
  if (!found || (wordAt(tokens, at) === "this" && window.day)) return null
  const day = wordAt(tokens, at) === "this" ? TODAY : window.day
  return { value: { ...window, part: found.value, day }, next: found.next }
}

const day: Piece = (tokens, at, window) => {
  if (window.day) return null
  const found = readDay(tokens, skipAny(tokens, at, ["in", "during", "of", "from", "for", "my"]))
  return found && { value: { ...window, day: found.value }, next: found.next }
}

const AFTER = ["after", "from", "no earlier than", "not before", "past", "starting at", "starting from"]
const BEFORE = ["before", "until", "till", "no later than", "not after", "by", "up to"]

const bound: Piece = (tokens, at, window) => {
  const after = skipAny(tokens, at, AFTER)
  if (after > at && !window.after && !window.range) {
    const clock = readClockOrHour(tokens, after)
    if (clock)
      return { value: { ...window, after: clock.value }, next: skipAny(tokens, clock.next, ["onwards", "onward"]) }
  }
  const before = skipAny(tokens, at, BEFORE)
  if (before > at && !window.before && !window.range) {
    const clock = readClockOrHour(tokens, before)
    if (clock) return { value: { ...window, before: clock.value }, next: clock.next }
  }
  return null
}

const range: Piece = (tokens, at, window) => {
  if (window.range || window.after) return null
  const between = skip(tokens, at, "between")
  if (between === null) {
    const found = readRange(tokens, at)
    return found?.value.kind === "range"
      ? { value: { ...window, range: { from: found.value.from, to: found.value.to } }, next: found.next }
      : null
  }
  const from = readClockOrHour(tokens, between)
  const to = from && wordAt(tokens, from.next) === "and" ? readClockOrHour(tokens, from.next + 1) : null
  return from && to && { value: { ...window, range: { from: from.value, to: to.value } }, next: to.next }
}

const clock: Piece = (tokens, at, window) => {
  const start = skip(tokens, at, "at")
  if (window.at) return null
  const found = readClockOrHour(tokens, start ?? at)
  // A bare figure is a time only after "at".
  if (!found || (start === null && tokens[at]?.value?.kind === "number")) return null
  return { value: { ...window, at: found.value }, next: found.next }
}

const length: Piece = (tokens, at, window) => {
  const found = window.lengthMs === null ? readLength(tokens, skipAny(tokens, at, ["for"])) : null
  return found?.value.kind === "exact" ? { value: { ...window, lengthMs: found.value.ms }, next: found.next } : null
}

const PIECES: readonly Piece[] = [rest, free, until, week, range, bound, length, part, day, clock]
