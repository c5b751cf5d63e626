import { DAY_PARTS, NUMBER_WORDS } from "./lexicon"
import { firstOf, type Read, type Reader, skip, skipAny, wordAt } from "./reader"
import type { Token } from "./tokens"
import type { Clock, DayPart, TimeRef } from "./when"

/** A clock time that cannot be anything else: "3pm", "15:30", "noon", "half past two", "1500", "3 o'clock". */
export const readClock: Reader<Clock> = (tokens, at) => {
  const found = firstOf(plain, spoken)(tokens, at)
  return found && withMeridiem(tokens, found)
}

/** As `readClock`, and a bare hour too; only where a clock time is due ("at 3", "to 3", "from 3"). */
export const readClockOrHour: Reader<Clock> = (tokens, at) => readClock(tokens, at) ?? bareHour(tokens, at)

const bareHour: Reader<Clock> = (tokens, at) => {
  const dotted = /^(\d{1,2})\.([0-5]\d)$/u.exec(tokens[at]?.text ?? "")
  if (dotted) return withMeridiem(tokens, { value: dottedClock(dotted[1] ?? "", dotted[2] ?? ""), next: at + 1 })
  const hour = readHour(tokens, at)
  if (!hour) return null
  const minute = NUMBER_WORDS.get(wordAt(tokens, hour.next))
  const spelt = tokens[at]?.value === null && minute !== undefined && [15, 20, 30, 40, 45, 50].includes(minute)
  const clock = {
    hour: hour.value,
    minute: spelt ? minute : 0,
    meridiem: null,
    exact: hour.value > 12 || hour.value === 0,
  }
  return withMeridiem(tokens, { value: clock, next: hour.next + (spelt ? 1 : 0) })
}

/** "15.30", as it is written in much of Europe. */
const dottedClock = (hour: string, minute: string): Clock => ({
  hour: Number(hour),
  minute: Number(minute),
  meridiem: null,
  exact: Number(hour) > 12 || Number(hour) === 0 || hour.startsWith("0"),
})

/** "3-4pm", "from 3 to 4:30". A meridiem at the end counts for both; "11-1pm" begins in the morning. */
export const readRange: Reader<TimeRef> = (tokens, at) => {
  const start = skipAny(tokens, at, ["from"])
  // Not `readClock`: "from ten to twelve" is no way of saying 11:50.
  const from = firstOf(plain, bareHour)(tokens, start)
  if (!from) return null
  const dash = tokens[from.next]?.value?.kind === "dash"
  const named = skip(tokens, at, "from") !== null && ["to", "until", "till"].includes(wordAt(tokens, from.next))
  const clear = plain(tokens, at) !== null && ["to", "until", "till"].includes(wordAt(tokens, from.next))
  if (!dash && !named && !clear) return null
  const to = readClockOrHour(tokens, from.next + 1)
  return to && { value: { kind: "range", from: from.value, to: to.value }, next: to.next }
}

/** "morning", "in the afternoon", "after lunch", "end of day", "first thing". */
export const readPart: Reader<DayPart> = (tokens, at) => {
  const start = skipAny(tokens, at, ["in the", "at the", "the", "at"])
  for (const [phrase, part] of PART_PHRASES) {
    const next = skip(tokens, start, phrase)
    if (next !== null) return { value: part, next }
  }
  const part = DAY_PARTS.get(wordAt(tokens, start))
  return part === undefined ? null : { value: part, next: start + 1 }
}

const PART_PHRASES: readonly (readonly [string, DayPart])[] = [
  ["first thing in the morning", "morning"],
  ["first thing", "morning"],
  ["after lunch", "afternoon"],
  ["lunch time", "lunchtime"],
  ["end of the day", "end-of-day"],
  ["end of day", "end-of-day"],
]

const plain: Reader<Clock> = (tokens, at) => {
  const found = firstOf(written, named, fourDigits, oclock)(tokens, at)
  return found && withMeridiem(tokens, found)
}

const written: Reader<Clock> = (tokens, at) => {
  const value = tokens[at]?.value
  return value?.kind === "clock" ? { value: value.clock, next: at + 1 } : null
}

const named: Reader<Clock> = (tokens, at) => {
  const word = wordAt(tokens, at)
  if (word === "noon") return { value: { hour: 12, minute: 0, meridiem: "pm", exact: false }, next: at + 1 }
  if (word === "midnight") return { value: { hour: 0, minute: 0, meridiem: null, exact: true }, next: at + 1 }
  return null
}

/** "half past two", "half two" (14:30 in British use), "quarter to five", "ten past 3". */
const spoken: Reader<Clock> = (tokens, at) => {
  const start = skipAny(tokens, at, ["a"])
  const figures = tokens[start]?.value !== null
  const amount = readMinutes(tokens, start)
  if (!amount) return null
  const joint = wordAt(tokens, amount.next)
  const bareHalf = wordAt(tokens, start) === "half" && joint !== "past"
  // "10 to 12" in figures is a range or a move; "ten to twelve" in words is a time.
  if (!bareHalf && !(figures ? ["past"] : ["past", "to", "after", "of"]).includes(joint)) return null
  const hour = readHour(tokens, bareHalf ? amount.next : amount.next + 1)
  if (!hour || hour.value < 1 || hour.value > 12) return null
  const before = joint === "to" || joint === "of"
  const of12 = before ? ((hour.value + 10) % 12) + 1 : hour.value
  const minute = before ? 60 - amount.value : amount.value
  return { value: { hour: of12, minute, meridiem: null, exact: false }, next: hour.next }
}

function readMinutes(tokens: readonly Token[], at: number): Read<number> | null {
  const word = wordAt(tokens, at)
  const value = tokens[at]?.value
  const amount =
    word === "half" ? 30 : word === "quarter" ? 15 : value?.kind === "number" ? value.number : NUMBER_WORDS.get(word)
  if (amount === undefined || ![5, 10, 15, 20, 25, 30].includes(amount)) return null
  return { value: amount, next: at + 1 }
}

/** "1500" and "0930": four digits that are a time and not a year near now. */
const fourDigits: Reader<Clock> = (tokens, at) => {
  const token = tokens[at]
  if (token?.value?.kind !== "number" || !/^\d{4}$/u.test(token.text)) return null
  const [hour, minute] = [Number(token.text.slice(0, 2)), Number(token.text.slice(2))]
  if (hour > 23 || minute % 5 !== 0 || minute > 59) return null
  return { value: { hour, minute, meridiem: null, exact: true }, next: at + 1 }
}

const oclock: Reader<Clock> = (tokens, at) => {
  const hour = readHour(tokens, at)
  if (!hour || wordAt(tokens, hour.next) !== "oclock") return null
  return { value: { hour: hour.value, minute: 0, meridiem: null, exact: false }, next: hour.next + 1 }
}

function readHour(tokens: readonly Token[], at: number): Read<number> | null {
  const token = tokens[at]
  const number = token?.value?.kind === "number" ? token.value.number : NUMBER_WORDS.get(token?.word ?? "")
  if (number === undefined || !Number.isInteger(number) || number > 23) return null
  return { value: number, next: at + 1 }
}

function withMeridiem(tokens: readonly Token[], found: Read<Clock>): Read<Clock> {
  const word = wordAt(tokens, found.next)
  const open = found.value.meridiem === null && !found.value.exact
  return open && (word === "am" || word === "pm")
    ? { value: { ...found.value, meridiem: word }, next: found.next + 1 }
    : found
}
