import type { Parse, Scope } from "./intent"
import { readDay } from "./read-day"
import { type Read, skip, skipAny, wordAt } from "./reader"
import type { Token } from "./tokens"
import type { DayRef } from "./when"

const SERIES = [
  ..."every week,each week,every time,every day,the whole series,the entire series,whole series,all of them,all occurrences".split(
    ",",
  ),
  ..."every occurrence,permanently,for good".split(","),
]

const FROM_NOW =
  "from now on,from now onwards,from now onward,from here on,from this one on,from then on,going forward".split(",")

const ONLY_THIS = "just this once,just this one,only this one,just once,this one time,this time only".split(",")

/** How much of a series is meant. `said`: in words, not by default. */
export interface Reach extends Pick<Parse, "scope" | "since"> {
  readonly rest: readonly Token[]
  readonly said: boolean
}

export function readScope(tokens: readonly Token[]): Reach {
  const said = (scope: Scope, from: number, to: number, since: Parse["since"] = null): Reach => ({
    rest: without(tokens, from, to),
    scope,
    since,
    said: true,
  })
  for (let at = 0; at < tokens.length; at++) {
    const series = skipAny(tokens, at, SERIES)
    if (series > at) return said("series", at, series)
    const following = skipFollowing(tokens, at)
    if (following > at) return said("following", at, following)
    const since = readSince(tokens, at)
    if (since) return said("following", at, since.next, since.value)
    const once = skipAny(tokens, at, ONLY_THIS)
    if (once > at) return said("this", at, once)
  }
  return { rest: tokens, scope: "this", since: null, said: false }
}

/** "from now on", "this and all following ones", "and all later ones"; `at` itself when none of them stands there. */
function skipFollowing(tokens: readonly Token[], at: number): number {
  const now = skipAny(tokens, at, FROM_NOW)
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

/** "from Thursday on", "from next week onwards". "from Thursday" alone says where something is moved away from. */
function readSince(tokens: readonly Token[], at: number): Read<DayRef> | null {
  const from = skip(tokens, at, "from")
  const day = from === null ? null : readDay(tokens, from)
  const end = day && skipAny(tokens, day.next, ["on", "onwards", "onward"])
  if (!day || end === null || end === day.next) return null
  // "from Thursday on Friday": the word begins a day of its own
  return wordAt(tokens, day.next) === "on" && readDay(tokens, end) ? null : { value: day.value, next: end }
}

const without = (tokens: readonly Token[], from: number, to: number): readonly Token[] => [
  ...tokens.slice(0, from),
  ...tokens.slice(to),
]
