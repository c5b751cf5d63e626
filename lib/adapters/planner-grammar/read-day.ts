import { MONTHS, NUMBER_WORDS, ORDINAL_WORDS, PLURAL_WEEKDAYS, WEEKDAYS } from "./lexicon"
import { readLength } from "./read-length"
import { firstOf, type Read, type Reader, skip, skipAny, wordAt } from "./reader"
import type { Token } from "./tokens"
import type { DayRef, MonthDay } from "./when"

/** A day named in any of the ways below; a leading "on" belongs to it. */
export const readDay: Reader<DayRef> = (tokens, at) =>
  firstOf(
    nthWeekday,
    dateThenWeekday,
    weekdayThenDate,
    aWeekOn,
    fromNow,
    relative,
    weekday,
  )(tokens, skipAny(tokens, at, ["on the", "on"]))

/** "Thursdays", "every Thursday": the day, and which of the two it was. */
export const readEveryDay: Reader<{ day: DayRef; every: "plural" | "every" }> = (tokens, at) => {
  const start = skipAny(tokens, at, ["on"])
  const plural = PLURAL_WEEKDAYS.get(wordAt(tokens, start))
  if (plural !== undefined) return { value: { day: bare(plural), every: "plural" }, next: start + 1 }
  const every = skipAny(tokens, start, ["every", "each"])
  const named = every > start ? WEEKDAYS.get(wordAt(tokens, every)) : undefined
  return named === undefined ? null : { value: { day: bare(named), every: "every" }, next: every + 1 }
}

const bare = (day: number): DayRef => ({ kind: "weekday", weekday: day, which: "bare", plusDays: 0 })

const FIXED: readonly (readonly [string, DayRef])[] = [
  ["the day after tomorrow", { kind: "from-today", days: 2 }],
  ["day after tomorrow", { kind: "from-today", days: 2 }],
  ["the day before yesterday", { kind: "from-today", days: -2 }],
  ["today", { kind: "from-today", days: 0 }],
  ["tomorrow", { kind: "from-today", days: 1 }],
  ["yesterday", { kind: "from-today", days: -1 }],
  ["the following week", { kind: "from-event", days: 7 }],
  ["the week after", { kind: "from-event", days: 7 }],
  ["the following day", { kind: "from-event", days: 1 }],
  ["the next day", { kind: "from-event", days: 1 }],
  ["the day after", { kind: "from-event", days: 1 }],
  ["the day before", { kind: "from-event", days: -1 }],
  ["next week", { kind: "next-week" }],
]

const relative: Reader<DayRef> = (tokens, at) => {
  for (const [phrase, value] of FIXED) {
    const next = skip(tokens, at, phrase)
    const weekdayAfter =
      value.kind === "next-week" && next !== null
        ? WEEKDAYS.get(wordAt(tokens, skipAny(tokens, next, ["on"])))
        : undefined
    if (next === null) continue
    return weekdayAfter === undefined ? { value, next } : nextWeeks(weekdayAfter, skipAny(tokens, next, ["on"]) + 1)
  }
  return null
}

const nextWeeks = (day: number, next: number): Read<DayRef> => ({
  value: { kind: "weekday", weekday: day, which: "next-week", plusDays: 0 },
  next,
})

/** "Thursday", "this Thursday", "next Thursday", "Thursday next week", "Friday week". */
const weekday: Reader<DayRef> = (tokens, at) => {
  const start = skipAny(tokens, at, ["this coming", "the coming", "coming", "this", "next", "the"])
  const day = WEEKDAYS.get(wordAt(tokens, start))
  if (day === undefined) return null
  const said = wordAt(tokens, start - 1)
  const which =
    start === at || said === "the" ? "bare" : said === "next" ? "next" : said === "coming" ? "coming" : "this"
  const after = start + 1
  if (which !== "bare") return { value: { kind: "weekday", weekday: day, which, plusDays: 0 }, next: after }
  const nextWeek = skipAny(tokens, after, ["of next week", "next week"])
  if (nextWeek > after) return nextWeeks(day, nextWeek)
  const thisWeek = skipAny(tokens, after, ["of this week", "this week"])
  if (thisWeek > after) return { value: { kind: "weekday", weekday: day, which: "this", plusDays: 0 }, next: thisWeek }
  if (wordAt(tokens, after) === "week")
    return { value: { kind: "weekday", weekday: day, which: "bare", plusDays: 7 }, next: after + 1 }
  return { value: bare(day), next: after }
}

/** "a week on Thursday", "two weeks from tomorrow", "a week from today". */
const aWeekOn: Reader<DayRef> = (tokens, at) => {
  const length = readLength(tokens, at)
  if (length?.value.kind !== "days") return null
  const joint = skipAny(tokens, length.next, ["on", "from", "after"])
  if (joint === length.next) return null
  if (wordAt(tokens, joint) === "now")
    return { value: { kind: "from-today", days: length.value.days }, next: joint + 1 }
  const anchor = firstOf(relative, weekday)(tokens, joint)
  if (!anchor) return null
  const { value } = anchor
  if (value.kind === "from-today")
    return { value: { ...value, days: value.days + length.value.days }, next: anchor.next }
  if (value.kind !== "weekday" || value.which !== "bare") return null
  return { value: { ...value, plusDays: value.plusDays + length.value.days }, next: anchor.next }
}

/** "in three days", "in a fortnight". */
const fromNow: Reader<DayRef> = (tokens, at) => {
  if (wordAt(tokens, at) !== "in") return null
  const length = readLength(tokens, at + 1)
  if (length?.value.kind !== "days") return null
  return { value: { kind: "from-today", days: length.value.days }, next: skipAny(tokens, length.next, ["time"]) }
}

/** "the first Monday in December", "last Friday of the month". */
const nthWeekday: Reader<DayRef> = (tokens, at) => {
  const start = skipAny(tokens, at, ["the"])
  const value = tokens[start]?.value
  const nth = value?.kind === "ordinal" && value.number <= 5 ? value.number : ORDINAL_WORDS.get(wordAt(tokens, start))
  const day = WEEKDAYS.get(wordAt(tokens, start + 1))
  const joint = skipAny(tokens, start + 2, ["of", "in"])
  if (nth === undefined || nth > 5 || day === undefined || joint === start + 2) return null
  const thisMonth = skipAny(tokens, joint, ["the month", "this month"])
  if (thisMonth > joint) return { value: { kind: "nth-weekday", nth, weekday: day, month: null }, next: thisMonth }
  const nextMonth = skipAny(tokens, joint, ["next month"])
  if (nextMonth > joint) return { value: { kind: "nth-weekday", nth, weekday: day, month: "next" }, next: nextMonth }
  const month = MONTHS.get(wordAt(tokens, joint))
  return month === undefined ? null : { value: { kind: "nth-weekday", nth, weekday: day, month }, next: joint + 1 }
}

const weekdayThenDate: Reader<DayRef> = (tokens, at) => {
  const start = skipAny(tokens, at, ["this", "the"])
  const day = WEEKDAYS.get(wordAt(tokens, start))
  const date = readDate(tokens, day === undefined ? at : skipAny(tokens, start + 1, ["the"]))
  return date && { value: withWeekday(date.value, day ?? null), next: date.next }
}

const dateThenWeekday: Reader<DayRef> = (tokens, at) => {
  const date = readDate(tokens, at)
  const day = date ? WEEKDAYS.get(wordAt(tokens, date.next)) : undefined
  return date && day !== undefined ? { value: withWeekday(date.value, day), next: date.next + 1 } : null
}

type DateRef = Extract<DayRef, { kind: "date" | "day-of-month" }>

const withWeekday = (ref: DateRef, day: number | null): DayRef => ({ ...ref, weekday: day })

const readDate: Reader<DateRef> = (tokens, at) => {
  const value = tokens[at]?.value
  if (value?.kind === "date") return { value: { kind: "date", readings: value.readings, weekday: null }, next: at + 1 }
  return firstOf(dayThenMonth, monthThenDay, dayOfMonth)(tokens, at)
}

/** "26 Nov", "the 26th of November 2026". */
const dayThenMonth: Reader<DateRef> = (tokens, at) => {
  const day = dayNumber(tokens, skipAny(tokens, at, ["the"]))
  if (!day) return null
  const monthAt = skipAny(tokens, day.next, ["of"])
  const month = MONTHS.get(wordAt(tokens, monthAt))
  return month === undefined ? null : withYear(tokens, month, day.value, monthAt + 1)
}

/** "Nov 26th", "November 26 2026". */
const monthThenDay: Reader<DateRef> = (tokens, at) => {
  const month = MONTHS.get(wordAt(tokens, at))
  const day = month === undefined ? null : dayNumber(tokens, skipAny(tokens, at + 1, ["the"]))
  return month === undefined || !day ? null : withYear(tokens, month, day.value, day.next)
}

/** "the 14th"; a bare "14" is no date. */
const dayOfMonth: Reader<DateRef> = (tokens, at) => {
  const start = skipAny(tokens, at, ["the"])
  const value = tokens[start]?.value
  if (value?.kind !== "ordinal") return null
  return {
    value: { kind: "day-of-month", day: value.number, weekday: null },
    next: skipAny(tokens, start + 1, ["of this month"]),
  }
}

function withYear(tokens: readonly Token[], month: number, day: number, at: number): Read<DateRef> {
  const value = tokens[at]?.value
  const year = value?.kind === "number" && value.number >= 2000 && value.number < 2060 ? value.number : null
  const reading: MonthDay = { year, month, day }
  return { value: { kind: "date", readings: [reading], weekday: null }, next: year === null ? at : at + 1 }
}

function dayNumber(tokens: readonly Token[], at: number): Read<number> | null {
  const token = tokens[at]
  const value = token?.value
  const number =
    value?.kind === "ordinal" || value?.kind === "number"
      ? value.number
      : (NUMBER_WORDS.get(token?.word ?? "") ?? ORDINAL_WORDS.get(token?.word ?? ""))
  if (number === undefined || !Number.isInteger(number) || number < 1 || number > 31) return null
  return { value: number, next: at + 1 }
}
