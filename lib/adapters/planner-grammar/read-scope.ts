import type { Matcher } from "../../domain/plan"
import type { Parse, Scope, Since } from "./intent"
import { readDay } from "./read-day"
import { type Read, skip, skipAny, wordAt } from "./reader"
import type { Token } from "./tokens"

/** They name a rhythm too: "make it every day" of a weekly one would be another rule. */
export const RHYTHMS = "every week,each week,every day".split(",")

const SERIES = [
  ...RHYTHMS,
  ..."every time,the whole series,the entire series,whole series,all of them,all occurrences".split(","),
  ..."every occurrence,every single one of them,every one of them,each one of them,each of them,permanently,for good".split(
    ",",
  ),
]

export const FROM_NOW = "from now on,from now onwards,from now onward,going forward".split(",")
const FROM_IT = "from here on,from this one on,from then on".split(",")

const ONLY_THIS = [
  ..."just this once,just this one,only this one,just once,this one time,this time only,only this once".split(","),
  ..."only this time,just this time,this one only,just for this time,only for this time".split(","),
]

/** How much of a series is meant. */
export interface Reach extends Omit<Parse, "intents"> {
  readonly rest: readonly Token[]
}

/** The first words that say how much of a series is meant, taken out; not where they are part of a title that is said as it stands. */
export function readScope(tokens: readonly Token[], matcher: Matcher): Reach {
  for (let at = 0; at < tokens.length; at++) {
    const found = readScopeAt(tokens, at)
    if (!found) continue
    if (!isInTitle(tokens, at, found.next, matcher))
      return { rest: without(tokens, at, found.next), ...found.value, said: true }
    at = found.next - 1
  }
  return { rest: tokens, scope: "this", since: null, said: false }
}

type ScopeRead = Read<Pick<Parse, "scope" | "since">>

/** "all of them", "for the whole series", "from now on", "only this time". */
export function readScopeAt(tokens: readonly Token[], at: number): ScopeRead | null {
  const start = skip(tokens, at, "for")
  const plain = readPhrase(tokens, at)
  return plain || start === null || skipAny(tokens, start, RHYTHMS) > start ? plain : readPhrase(tokens, start)
}

function readPhrase(tokens: readonly Token[], at: number): ScopeRead | null {
  const said = (scope: Scope, next: number, since: Since | null = null) => ({ value: { scope, since }, next })
  const series = skipAny(tokens, at, SERIES)
  if (series > at) return said("series", series)
  const following = skipFollowing(tokens, at)
  if (following > at) return said("following", following)
  const ahead = skipAhead(tokens, at)
  if (ahead > at) return said("following", ahead, { kind: "ahead" })
  const since = readSince(tokens, at)
  if (since) return said("following", since.next, since.value)
  const once = skipAny(tokens, at, ONLY_THIS)
  return once > at ? said("this", once) : null
}

/** "from now on", "this and all following ones", "and all later ones"; `at` itself when none of them stands there. */
function skipFollowing(tokens: readonly Token[], at: number): number {
  const now = skipAny(tokens, at, [...FROM_NOW, ...FROM_IT])
  if (now > at) return now
  const own = skipAny(tokens, at, ["this one", "this"])
  const and = skip(tokens, own, "and")
  if (and === null) return at
  const all = skipAny(tokens, and, ["all the", "all", "the"])
  const later = skipAny(tokens, all, ["following", "later", "future", "subsequent"])
  const end = skipAny(tokens, later, ["ones", "meetings", "events", "occurrences", "weeks"])
  // "lunch and later" is a name; one of the words around it says that a series is meant
  return later > all && (own > at || all > and || end > later) ? end : at
}

/** "all future ones", "all the upcoming ones": from the next one on, whichever was named. "All later ones" may leave the named one out, and is not read. */
function skipAhead(tokens: readonly Token[], at: number): number {
  const all = skipAny(tokens, at, ["all of the", "all the", "all"])
  const ahead = skipAny(tokens, all, AHEAD)
  const end = skipAny(tokens, ahead, ["ones", "occurrences", "meetings", "events", "weeks"])
  return all > at && ahead > all && end > ahead ? end : at
}

export const AHEAD = ["future", "upcoming"]

/** "from Thursday on", "from next week onwards". "from Thursday" alone says where something is moved away from. */
function readSince(tokens: readonly Token[], at: number): Read<Since> | null {
  const from = skip(tokens, at, "from")
  const day = from === null ? null : readDay(tokens, from)
  const end = day && skipAny(tokens, day.next, ["on", "onwards", "onward"])
  if (!day || end === null || end === day.next) return null
  // "from Thursday on Friday": the word begins a day of its own
  return wordAt(tokens, day.next) === "on" && readDay(tokens, end) ? null : { value: day.value, next: end }
}

/** A title has at most so many words before these, and after them. */
const TITLE_WORDS = 3
const IS_TITLE = 1

/** "move the Every Week in Review to 3": are the words, with some around them, a title letter for letter? */
function isInTitle(tokens: readonly Token[], from: number, to: number, matcher: Matcher): boolean {
  for (let start = Math.max(0, from - TITLE_WORDS); start <= from; start++)
    for (let end = to; end <= Math.min(tokens.length, to + TITLE_WORDS); end++) {
      const words = tokens.slice(start, end).map(({ text }) => text)
      if (matcher.byTitle(words.join(" "))[0]?.score === IS_TITLE) return true
    }
  return false
}

const without = (tokens: readonly Token[], from: number, to: number): readonly Token[] => [
  ...tokens.slice(0, from),
  ...tokens.slice(to),
]
