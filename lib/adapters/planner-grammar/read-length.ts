import { NUMBER_WORDS, UNIT_DAYS, UNIT_MINUTES } from "./lexicon"
import { type Read, type Reader, skip, skipAny, wordAt } from "./reader"
import type { Token } from "./tokens"
import type { Length } from "./when"

const MINUTE_MS = 60_000

/** "30 min", "an hour and a half", "1h30", "half an hour", "a couple of days", "two weeks". */
export const readLength: Reader<Length> = (tokens, at) => {
  const first = readOne(tokens, at)
  if (first?.value.kind !== "exact") return first
  const and = skipAny(tokens, first.next, ["and"])
  const second = readOne(tokens, and)
  const small = second?.value.kind === "exact" && second.value.ms < first.value.ms ? second : null
  return small?.value.kind === "exact" ? exact(first.value.ms + small.value.ms, small.next) : first
}

const readOne: Reader<Length> = (tokens, at) => compact(tokens, at) ?? fraction(tokens, at) ?? counted(tokens, at)

const compact: Reader<Length> = (tokens, at) => {
  const value = tokens[at]?.value
  return value?.kind === "minutes" && value.minutes > 0 ? exact(value.minutes * MINUTE_MS, at + 1) : null
}

const FRACTIONS: readonly (readonly [string, number])[] = [
  ["three quarters of an hour", 45],
  ["a quarter of an hour", 15],
  ["quarter of an hour", 15],
  ["quarter hour", 15],
  ["half an hour", 30],
  ["a half hour", 30],
  ["half hour", 30],
]

const fraction: Reader<Length> = (tokens, at) => {
  for (const [phrase, minutes] of FRACTIONS) {
    const next = skip(tokens, at, phrase)
    if (next !== null) return exact(minutes * MINUTE_MS, next)
  }
  return null
}

const counted: Reader<Length> = (tokens, at) => {
  const count = readCount(tokens, at)
  if (!count) return null
  const half = skip(tokens, count.next, "and a half")
  const unitAt = half ?? count.next
  const amount = count.value + (half === null ? 0 : 0.5)
  const minutes = UNIT_MINUTES.get(wordAt(tokens, unitAt))
  if (minutes !== undefined) {
    const halfAfter = half === null ? skip(tokens, unitAt + 1, "and a half") : null
    return exact((amount + (halfAfter === null ? 0 : 0.5)) * minutes * MINUTE_MS, halfAfter ?? unitAt + 1)
  }
  const days = UNIT_DAYS.get(wordAt(tokens, unitAt))
  const whole = days !== undefined && Number.isInteger(amount * days) && skip(tokens, unitAt + 1, "and a half") === null
  return whole ? { value: { kind: "days", days: amount * days }, next: unitAt + 1 } : null
}

function readCount(tokens: readonly Token[], at: number): Read<number> | null {
  const token = tokens[at]
  if (!token) return null
  if (token.value?.kind === "number") return token.value.number > 0 ? { value: token.value.number, next: at + 1 } : null
  const couple = skipAny(tokens, at, ["a couple of", "a couple", "couple of"])
  if (couple > at) return { value: 2, next: couple }
  if (token.word === "a" || token.word === "an") return { value: 1, next: at + 1 }
  const tens = NUMBER_WORDS.get(token.word)
  if (tens === undefined) return null
  const ones = tens >= 20 ? NUMBER_WORDS.get(wordAt(tokens, at + 1)) : undefined
  return ones !== undefined && ones < 10 ? { value: tens + ones, next: at + 2 } : { value: tens, next: at + 1 }
}

const exact = (ms: number, next: number): Read<Length> => ({ value: { kind: "exact", ms }, next })
