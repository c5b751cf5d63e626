import type { Matcher } from "../../domain/plan"
import type { Parse, Target } from "./intent"
import { ORDINAL_WORDS } from "./lexicon"
import { readClock, readClockOrHour, readPart } from "./read-clock"
import { readDay } from "./read-day"
import { AHEAD } from "./read-scope"
import { type Read, skip, skipAny, wordAt } from "./reader"
import type { Token } from "./tokens"
import type { Clock, DayPart, DayRef } from "./when"

/** A name for an event, as grammar sees it: words of a title, a person, a day, a time. All that are present must fit. */
export interface TargetPhrase {
  readonly words: string
  readonly person: string | null
  readonly day: DayRef | { readonly kind: "this-week" } | null
  readonly clock: Clock | null
  readonly part: DayPart | null
  /** A number counts from 1 within a day. */
  readonly pick: "next" | "first" | "last" | number | null
  /** What an event is called that is not named: "call". */
  readonly sort: string | null
}

export type TargetReading =
  | { readonly kind: "it" }
  /** `several`: the words say more than one name, if they are not a title as they stand. */
  | { readonly kind: "phrases"; readonly phrases: readonly TargetPhrase[]; readonly several: boolean }

const IT = new Set(
  "it,that,this,this one,that one,the meeting,this meeting,that meeting,the event,this event,that event,the same".split(
    ",",
  ),
)

/** Words left in a name that fits nothing show that more was said than one name. */
const MORE_THAN_A_NAME = new Set(
  "to then before after sometime between around by so because and all everything both each every any anything them meetings events".split(
    " ",
  ),
)

const NO_PHRASE: TargetPhrase = { words: "", person: null, day: null, clock: null, part: null, pick: null, sort: null }

/** Words may be a title that looks like a time ("Friday demo"), so they are read both as they stand and taken apart. */
export function readTarget(target: Target): TargetReading {
  const rest = withoutArticles(target)
  const spoken = target.map((token) => token.word).join(" ")
  if (target.length === 0 || IT.has(spoken)) return { kind: "it" }
  const literal = { ...NO_PHRASE, words: rest.map((token) => token.text).join(" ") }
  const apart = takeApart(rest)
  // "move Friday to Monday" speaks of a whole day, whatever it holds.
  const wholeDay =
    apart.words === "" &&
    apart.person === null &&
    !apart.clock &&
    !apart.pick &&
    (apart.day !== null || apart.part !== null)
  // "the last sync" is the one before for some and the series' end for others.
  const lastOfAll = apart.pick === "last" && apart.day === null
  if (wholeDay || lastOfAll) return { kind: "phrases", phrases: [], several: true }
  const named = apart.words !== "" || apart.person !== null || apart.clock || apart.pick
  const phrases = named && apart.words !== literal.words ? [literal, apart] : [literal]
  return { kind: "phrases", phrases, several: rest.some((token) => MORE_THAN_A_NAME.has(token.word)) }
}

const ARTICLES = [
  "the start time of",
  "the time of",
  "the time for",
  "the start of",
  "my",
  "the",
  "our",
  "that",
  "this",
  "a",
  "an",
]

/** "this Thursday's sync" keeps its "this": it says which Thursday. */
function withoutArticles(tokens: readonly Token[]): readonly Token[] {
  if (wordAt(tokens, 0) === "this" && (readTargetDay(tokens, 0) || readPart(tokens, 1))) return tokens
  const start = skipAny(tokens, 0, ARTICLES)
  return start === 0 ? tokens : withoutArticles(tokens.slice(start))
}

const SURE_SCORE = 0.9

const GENERIC = new Set(["meeting", "event", "appointment", "call", "one", "thing", "slot"])

function takeApart(tokens: readonly Token[]): TargetPhrase {
  let phrase = NO_PHRASE
  const words: Token[] = []
  const people: Token[] = []
  let into = words
  for (let at = 0; at < tokens.length; ) {
    const piece = readPiece(tokens, at, phrase)
    const token = tokens[at]
    if (piece) phrase = piece.value
    else if (token?.word === "with") into = people
    else if (token?.possessive) people.push(token)
    else if (token) into.push(token)
    at = piece ? piece.next : at + 1
  }
  const title = words.every((token) => GENERIC.has(token.word)) ? [] : words
  return {
    ...phrase,
    words: title.map((token) => token.text).join(" "),
    sort: title.length === 0 && words.some((token) => token.word === "call") ? "call" : null,
    person: people.length === 0 ? null : people.map((token) => token.text.replace(/['’]s?$/u, "")).join(" "),
  }
}

function readPiece(tokens: readonly Token[], at: number, phrase: TargetPhrase): Read<TargetPhrase> | null {
  const count = at === 0 ? readCount(tokens) : null
  if (count !== null) return { value: { ...phrase, pick: count }, next: 1 }
  const pick = wordAt(tokens, at)
  const isPick = at === 0 && (pick === "next" || pick === "first" || pick === "last" || pick === "upcoming")
  const day = phrase.day ? null : readTargetDay(tokens, skipAny(tokens, at, ["from the", "from"]))
  if (day) return { value: { ...phrase, day: day.value }, next: day.next }
  if (isPick) return { value: { ...phrase, pick: pick === "upcoming" ? "next" : pick }, next: at + 1 }
  const tonight = phrase.day || phrase.part ? null : skip(tokens, at, "tonight")
  if (tonight !== null)
    return { value: { ...phrase, day: { kind: "from-today", days: 0 }, part: "evening" }, next: tonight }
  const part = phrase.part ? null : readPart(tokens, skipAny(tokens, at, ["this"]))
  if (part) return { value: { ...phrase, part: part.value }, next: part.next }
  if (phrase.clock) return null
  const start = skipAny(tokens, at, ["at", "from"])
  const hourIsDue = start > at || (at === 0 && tokens.length === 1)
  const clock = (hourIsDue ? readClockOrHour : readClock)(tokens, start)
  return clock && { value: { ...phrase, clock: clock.value }, next: clock.next }
}

/** "second meeting", "3rd call"; not "the third of December". */
function readCount(tokens: readonly Token[]): number | null {
  const value = tokens[0]?.value
  const count = value?.kind === "ordinal" ? value.number : ORDINAL_WORDS.get(wordAt(tokens, 0))
  return count !== undefined && count > 1 && GENERIC.has(wordAt(tokens, 1)) ? count : null
}

/** Do the words single out an instance of a series: by its day, its time, or as the next one? */
export function isPinned(target: Target): boolean {
  const reading = readTarget(target)
  return (
    reading.kind === "it" ||
    reading.phrases.some(
      ({ day, clock, part, pick }) => day !== null || clock !== null || part !== null || pick !== null,
    )
  )
}

/** A name, and how much is meant of the series that has it. */
export interface Meant extends Pick<Parse, "scope" | "since"> {
  readonly target: Target
  /** Does the name itself say it: "all standups"? */
  readonly isWhole: boolean
}

/** What the name and the words beside it say together; null where they contradict each other: "all standups, just this once". */
export function meantBy(
  target: Target,
  { scope, since, said }: Omit<Parse, "intents">,
  matcher: Matcher,
): Meant | null {
  const whole = readWhole(target, matcher)
  if (!whole) return { target, scope, since, isWhole: false }
  if (!said) return { ...whole, isWhole: true }
  if (scope === "this" || (scope === "series" && whole.scope === "following")) return null
  return { target: whole.target, scope, since: since ?? whole.since, isWhole: true }
}

type Whole = Omit<Meant, "isWhole">

/** "all standups", "every pricing sync", "the whole guild series", "all future standups"; null where nothing says so, or "All hands" is a name. */
function readWhole(target: Target, matcher: Matcher): Whole | null {
  if (isName(withoutArticles(target), matcher)) return null
  const all = skipAny(target, 0, ["all of the", "all of my", "all the", "all my", "all", "every", "each"])
  const whole = skipAny(target, 0, ["the whole", "the entire", "whole", "entire"])
  const rest = target.slice(Math.max(all, whole))
  const series = rest.length > 1 && rest.at(-1)?.word === "series"
  if (rest.length === 0 || (all === 0 && !series)) return null
  if (series) return { target: rest.slice(0, -1), scope: "series", since: null }
  const ahead = all === 0 || isName(rest, matcher) ? 0 : skipAny(rest, 0, AHEAD)
  return ahead > 0 && ahead < rest.length
    ? { target: rest.slice(ahead), scope: "following", since: { kind: "ahead" } }
    : { target: rest, scope: "series", since: null }
}

const isName = (tokens: readonly Token[], matcher: Matcher): boolean =>
  matcher.byTitle(tokens.map(({ text }) => text).join(" ")).some(({ score }) => score >= SURE_SCORE)

function readTargetDay(tokens: readonly Token[], at: number): Read<NonNullable<TargetPhrase["day"]>> | null {
  const thisWeek = skip(tokens, at, "this week")
  return thisWeek === null ? readDay(tokens, at) : { value: { kind: "this-week" }, next: thisWeek }
}
