import type { When as Moment, Span } from "../../domain/event"
import type { Matcher, PersonId, Plan, PlannerFacts, Reading } from "../../domain/plan"
import { addMs, HOUR_MS } from "../../domain/zoned-time"
import { readingsOf } from "./option"
import { readLength } from "./read-length"
import { type Read, skipAny, wordAt } from "./reader"
import { quoted, type Token } from "./tokens"

/** A new event as the words name it, still without a time. */
export interface Draft {
  readonly title: string
  /** For each reading of the names. */
  readonly guests: readonly (readonly PersonId[])[]
  readonly readings: readonly Reading[]
  readonly lengthMs: number | null
}

const ARTICLES = ["a", "an", "the", "my", "our", "some", "another"]

const PRONOUNS = new Set("it this that them these those him her one something everything all".split(" "))

/** "a 30 minute call with Priya": its length, if it begins with one, and its name. Null where there is no name. */
export function readDraft(tokens: readonly Token[], matcher: Matcher): Draft | null {
  const start = skipAny(tokens, 0, ARTICLES)
  const length = leadingLength(tokens, start)
  const rest = tokens.slice(length?.next ?? start)
  const name = rest.slice(skipAny(rest, 0, ["called", "named", "titled"]))
  const called = name.findIndex(({ word }) => word === "called" || word === "named" || word === "titled")
  const title = called > 0 ? name.slice(called + 1) : name
  if (title.length === 0 || (title.length === 1 && PRONOUNS.has(wordAt(title, 0)))) return null
  const { guests, unknown } = guestsOf(name, matcher)
  return {
    title: capitalised(quoted(title)),
    guests,
    readings: unknown ? ["nobody-invited"] : [],
    lengthMs: length?.value ?? null,
  }
}

/** "30 minute", "half hour", "an hour"; an "of" after it. */
export function leadingLength(tokens: readonly Token[], at: number): Read<number> | null {
  const found = wordAt(tokens, at) === "hour" ? { value: HOUR_MS, next: at + 1 } : exactLength(tokens, at)
  return found && { value: found.value, next: skipAny(tokens, found.next, ["long", "of"]) }
}

function exactLength(tokens: readonly Token[], at: number): Read<number> | null {
  const found = readLength(tokens, at)
  return found?.value.kind === "exact" ? { value: found.value.ms, next: found.next } : null
}

export const capitalised = (text: string): string => text.replace(/^./u, (first) => first.toUpperCase())

const NAMES_END = new Set(["about", "re", "regarding", "to", "on", "for", "called", "named", "titled"])

/**
 * Whom "with Ana and Tom" invites: people the person has met with, by their exact name. Several of one name are several readings; a name that
 * nobody has invites nobody, which is said.
 */
export function guestsOf(
  tokens: readonly Token[],
  matcher: Matcher,
): { readonly guests: readonly (readonly PersonId[])[]; readonly unknown: boolean } {
  const at = tokens.findIndex(({ word }) => word === "with")
  if (at < 0) return { guests: [[]], unknown: false }
  const end = tokens.findIndex(({ word }, index) => index > at && NAMES_END.has(word))
  const names = split(tokens.slice(at + 1, end < 0 ? tokens.length : end))
  const meant = names.map((name) =>
    matcher
      .people(name.map(({ text }) => text).join(" "))
      .filter(({ score }) => score === 1)
      .map(({ id }) => id),
  )
  const guests = meant
    .filter((ids) => ids.length > 0)
    .reduce<readonly (readonly PersonId[])[]>(
      (all, ids) => all.flatMap((chosen) => ids.map((id) => [...chosen, id])),
      [[]],
    )
  return { guests, unknown: meant.some((ids) => ids.length === 0) }
}

function split(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const names: Token[][] = [[]]
  for (const token of tokens)
    if (token.word === "and") names.push([])
    else if (token.gap.includes(",")) names.push([token])
    else names.at(-1)?.push(token)
  return names.filter((name) => name.length > 0)
}

export const spanAt = (at: string, lengthMs: number, timeZone: string): Span => {
  const moment = (instant: string): Moment => ({ kind: "timed", at: instant, timeZone })
  return { start: moment(at), end: moment(addMs(at, lengthMs)) }
}

export const creation = (
  { title }: Draft,
  guests: readonly PersonId[],
  to: Span,
  readings: readonly Reading[],
  facts: PlannerFacts,
): Plan => ({
  operations: [{ kind: "create", title, to, guests }],
  readings: readingsOf(readings, [to], [], facts),
})
