import { CITY_ZONES, ZONES } from "./lexicon"
import { readClock, readClockOrHour, readPart, readRange } from "./read-clock"
import { readDay, readEveryDay } from "./read-day"
import { readLength } from "./read-length"
import { type Reader, skip, skipAny, wordAt } from "./reader"
import type { Token } from "./tokens"
import type { DayRef, TimeRef, When } from "./when"

const NOTHING: When = { day: null, time: null, part: null, zones: null, lengthMs: null, every: null }

/** The whole of `tokens` as one "when", or null. Each kind of statement at most once, in any order. @param bareLength "20 minutes" without a "for" */
export function readWhen(tokens: readonly Token[], afterConnector: boolean, bareLength = false): When | null {
  if (tokens.length === 0) return null
  let when = NOTHING
  let at = 0
  while (at < tokens.length) {
    const step =
      readPiece(tokens, at, when, at === 0 && afterConnector) ?? (bareLength ? readBareLength(tokens, at, when) : null)
    if (!step) return null
    when = step.value
    at = step.next
  }
  return when.day || when.time || when.part ? when : null
}

function readPiece(tokens: readonly Token[], at: number, when: When, hourIsDue: boolean): ReturnType<Reader<When>> {
  const same = when.time ? at : skipAny(tokens, at, ["at the same time", "the same time", "same time"])
  if (same > at)
    return { value: { ...when, time: { kind: "same" } }, next: skipAny(tokens, same, ["as now", "of day"]) }
  const tonight = skip(tokens, at, "tonight")
  if (tonight !== null && !when.day && !when.part)
    return { value: { ...when, day: TODAY, part: "evening" }, next: tonight }
  const here = skip(tokens, at, "this")
  const part = readPart(tokens, here ?? at)
  if (part && !when.part && (here === null || !when.day))
    return { value: { ...when, part: part.value, day: here === null ? when.day : TODAY }, next: part.next }
  const every = readEveryDay(tokens, at)
  if (every && !when.day) return { value: { ...when, ...every.value }, next: every.next }
  const day = readDay(tokens, at)
  if (day && !when.day) return { value: { ...when, day: day.value }, next: day.next }
  const time = readTime(tokens, at, hourIsDue)
  if (time && !when.time) return { value: { ...when, time: time.value }, next: time.next }
  return readZone(tokens, at, when) ?? readFor(tokens, at, when)
}

/** "this afternoon" is today's. */
const TODAY: DayRef = { kind: "from-today", days: 0 }

const readTime = (tokens: readonly Token[], at: number, hourIsDue: boolean): ReturnType<Reader<TimeRef>> => {
  const range = readRange(tokens, at)
  if (range) return range
  const start = skipAny(tokens, at, ["at", "from"])
  const clock = start > at || hourIsDue ? readClockOrHour(tokens, start) : readClock(tokens, start)
  return clock && { value: { kind: "clock", clock: clock.value }, next: clock.next }
}

/** "London time", "PST", "Eastern time"; only after a clock time. */
function readZone(tokens: readonly Token[], at: number, when: When): ReturnType<Reader<When>> {
  if (when.zones || (when.time?.kind !== "clock" && when.time?.kind !== "range")) return null
  const start = skipAny(tokens, at, ["in"])
  const zones = ZONES.get(wordAt(tokens, start))
  if (zones) return { value: { ...when, zones }, next: skipAny(tokens, start + 1, ["standard time", "time"]) }
  for (const words of [1, 2]) {
    const name = tokens
      .slice(start, start + words)
      .map((token) => token.word)
      .join(" ")
    const zone = CITY_ZONES.get(name)
    const next = zone === undefined ? null : skip(tokens, start + words, "time")
    if (zone !== undefined && next !== null) return { value: { ...when, zones: [zone] }, next }
  }
  return null
}

function readBareLength(tokens: readonly Token[], at: number, when: When): ReturnType<Reader<When>> {
  const length = when.lengthMs === null ? readLength(tokens, at) : null
  return length?.value.kind === "exact" ? { value: { ...when, lengthMs: length.value.ms }, next: length.next } : null
}

/** "for 45 minutes". */
function readFor(tokens: readonly Token[], at: number, when: When): ReturnType<Reader<When>> {
  if (when.lengthMs !== null || wordAt(tokens, at) !== "for") return null
  const length = readLength(tokens, at + 1)
  return length?.value.kind === "exact" ? { value: { ...when, lengthMs: length.value.ms }, next: length.next } : null
}
