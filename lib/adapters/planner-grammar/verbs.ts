import type { Lean, Way } from "./intent"
import { skip, skipAny } from "./reader"
import type { Token } from "./tokens"

export type Verb =
  | { readonly kind: "move"; readonly lean: Lean | null }
  | { readonly kind: "resize"; readonly way: Way | null }
  | { readonly kind: "swap" }
  | { readonly kind: "end" }

const VERBS: readonly (readonly [string, Verb])[] = [
  ...["push", "bump", "delay", "postpone", "defer", "put off"].map(
    (verb) => [verb, { kind: "move", lean: "later" }] as const,
  ),
  ...["bring", "pull", "advance"].map((verb) => [verb, { kind: "move", lean: "earlier" }] as const),
  ...[
    "move",
    "reschedule",
    "shift",
    "change",
    "put",
    "set",
    "transfer",
    "slide",
    "drag",
    "start",
    "begin",
    "rebook",
  ].map((verb) => [verb, { kind: "move", lean: null }] as const),
  ...["extend", "lengthen", "stretch"].map((verb) => [verb, { kind: "resize", way: "longer" }] as const),
  ...["shorten", "cut", "trim", "reduce"].map((verb) => [verb, { kind: "resize", way: "shorter" }] as const),
  ["make", { kind: "resize", way: null }],
  ...["swap", "switch", "trade", "exchange"].map((verb) => [verb, { kind: "swap" }] as const),
  ...["end", "finish", "stop"].map((verb) => [verb, { kind: "end" }] as const),
]

/** Sentences that begin so ask for something else than moving. */
const FOREIGN_OPENINGS = new Set(
  [
    "invite rename remind show list tell copy duplicate",
    "mark what whats when whens where who why which how is are am does did was were will should could would",
  ].flatMap((line) => line.split(" ")),
)

/** Words that turn a sentence round or make it depend on something. Any of them anywhere, and nothing is planned. */
const TURNING = new Set(
  "dont not never no without unless except nor neither or if cant wont shouldnt wouldnt isnt arent but otherwise maybe".split(
    " ",
  ),
)

export const isForeign = (tokens: readonly Token[]): boolean =>
  FOREIGN_OPENINGS.has(tokens[0]?.word ?? "") || isTurned(tokens)

/** "no later than 2pm" turns nothing round. */
const BOUNDS = ["no later than", "no earlier than", "not before", "not after"]

export const isTurned = (tokens: readonly Token[]): boolean =>
  tokens.some(({ word }, at) => TURNING.has(word) && skipAny(tokens, at, BOUNDS) === at)

/** "have lunch at 1" may be a new event; "have the lunch at 1" speaks of one that is there. */
const SOFT = ["do", "have"].flatMap((verb) =>
  ["the", "my", "our", "it", "that", "this"].map((known) => `${verb} ${known}`),
)

export function readVerb(tokens: readonly Token[]): { readonly verb: Verb; readonly rest: readonly Token[] } | null {
  if (skipAny(tokens, 0, SOFT) > 0) return { verb: { kind: "move", lean: null }, rest: tokens.slice(1) }
  for (const [phrase, verb] of VERBS) {
    const next = skip(tokens, 0, phrase)
    if (next !== null) return { verb, rest: tokens.slice(next) }
  }
  return null
}

const PARTICLES = new Set(["back", "forward", "forwards", "up", "out", "off"])

export const isParticle = (word: string): boolean => PARTICLES.has(word)

/**
 * Which way "push back", "bring forward" and the like point. "move forward", "push forward" and "move back" are used for both directions
 * by different people: null, so that the answer is a question.
 */
export function leanOf(verb: Lean | null, particle: string | null): Lean | null {
  if (particle === null) return verb
  if (particle === "up") return "earlier"
  if (particle === "out" || particle === "off") return "later"
  if (particle === "back") return verb === "later" ? "later" : null
  return verb === "earlier" ? "earlier" : null
}
