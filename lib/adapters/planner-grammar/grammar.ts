import type { Matcher } from "../../domain/plan"
import type { Change, Intent, Lean, Parse, Target, Way } from "./intent"
import { readLength } from "./read-length"
import { readScope } from "./read-scope"
import { readWhen } from "./read-when"
import { readWindow } from "./read-window"
import { type Read, skip, skipAny, wordAt } from "./reader"
import type { Token } from "./tokens"
import { isForeign, isParticle, isTurned, leanOf, readVerb, type Verb } from "./verbs"
import type { Length } from "./when"
import { isBounded } from "./window"

/** One request's tokens to what it asks for. Every token must find a place: what is left over is part of the name, and must fit it. */
export function parse(tokens: readonly Token[], matcher: Matcher): Parse {
  const { rest, ...reach } = readScope(tokens, matcher)
  const passive = isTurned(rest) ? null : readPassive(rest)
  if (passive) return { intents: moving(passive, null), ...reach }
  if (isForeign(rest)) return { intents: [], ...reach }
  const found = readVerb(rest)
  return { intents: found ? verbIntents(found.verb, found.rest) : elliptical(rest), ...reach }
}

const BE_AT = [
  ..."moved to,rescheduled to,pushed to,shifted to,to be moved to,be moved to,needs to be moved to,needs to move to,needs to be at".split(
    ",",
  ),
  ..."needs to be on,needs to start at,has to be at,has to start at,has to move to,should be at,should be on,should start at,to start at".split(
    ",",
  ),
  ..."start at,starts at,begin at,happen at,to be at".split(","),
]
const LET = [
  "make",
  "have",
  "get",
  "let",
  "can",
  "could",
  "id like",
  "i would like",
  "id love",
  "i want",
  "i need",
  "we need",
]

/** "the review needs to be at 3", "make the retro start at 2", "I'd like the sync moved to Friday" as "the review to 3"; null where nothing of the kind is said. */
function readPassive(tokens: readonly Token[]): readonly Token[] | null {
  const start = skipAny(tokens, 0, LET)
  for (let at = start + 1; at < tokens.length; at++) {
    const next = skipAny(tokens, at, BE_AT)
    const joint = tokens[next - 1]
    if (next > at && joint)
      return [...tokens.slice(start, at), { ...joint, word: "to", text: "to" }, ...tokens.slice(next)]
  }
  return null
}

export function verbIntents(verb: Verb, rest: readonly Token[]): readonly Intent[] {
  switch (verb.kind) {
    case "move":
      return moving(rest, verb.lean)
    case "resize":
      return resizing(rest, verb.way)
    case "swap":
      return swapping(rest)
    case "end":
      return ending(rest)
  }
}

/** "push back the sync by an hour": the particle may follow the verb at once, or begin the name ("Back office sync"). */
function moving(rest: readonly Token[], lean: Lean | null): readonly Intent[] {
  const particle = wordAt(rest, 0)
  const plain = movingOnce(rest, lean)
  return isParticle(particle) && rest.length > 1
    ? [...plain, ...movingOnce(rest.slice(1), leanOf(lean, particle))]
    : plain
}

function movingOnce(rest: readonly Token[], lean: Lean | null): readonly Intent[] {
  const cuts = cutsOf(rest, lean)
  const fitted = cuts.some(({ connected }) => connected) ? null : fitting(rest)
  if (fitted) return [fitted]
  const placed = clearest(cuts)
  if (placed.length > 0) return placed
  const shifted = shift(rest, lean)
  if (shifted) return [shifted]
  const vague = rest.length > 1 && (VAGUE.has(lastWord(rest)) || isParticle(lastWord(rest)))
  return rest.length > 0 ? [{ kind: "bare", target: vague ? rest.slice(0, -1) : rest }] : []
}

const VAGUE = new Set(["earlier", "later", "sooner"])
const CONNECTORS = ["to", "for", "until", "till"]
/** Words that no name ends with: what stands before them is not cut off cleanly. */
const PREPOSITIONS = new Set("in on at to by for from until till the a an next".split(" "))

/**
 * All the ways to cut the words into a name and a "when". "to" is the clearest cut; "from 3 to 4" stays open between a range and a move out
 * of 3, because only the calendar knows whether the event is at 3.
 */
const placements = (rest: readonly Token[], lean: Lean | null): readonly Intent[] => clearest(cutsOf(rest, lean))

interface Cut {
  readonly intent: Intent
  readonly connected: boolean
  readonly range: boolean
}

function cutsOf(rest: readonly Token[], lean: Lean | null): readonly Cut[] {
  const cuts: Cut[] = []
  for (let at = 0; at < rest.length; at++) {
    const connected = CONNECTORS.includes(wordAt(rest, at))
    const target = at === 0 && connected ? [] : headOf(rest.slice(0, at))
    const when = target && readWhen(rest.slice(connected ? at + 1 : at), connected)
    if (!target || !when) continue
    const range = wordAt(rest, at) === "from" && when.time?.kind === "range"
    cuts.push({ intent: { kind: "place", target, when, lean }, connected, range })
  }
  return cuts
}

function clearest(cuts: readonly Cut[]): readonly Intent[] {
  const first = cuts.find(({ connected }) => connected) ?? cuts[0]
  return cuts.filter((cut) => cut.range || cut === first).map(({ intent }) => intent)
}

/** "to Thursday after 2", "to the first free slot tomorrow": a stretch of time to find room in. */
function fitting(rest: readonly Token[]): Intent | null {
  for (let at = 0; at < rest.length; at++) {
    if (!CONNECTORS.includes(wordAt(rest, at))) continue
    const target = at === 0 ? [] : headOf(rest.slice(0, at))
    const window = target && readWindow(rest.slice(at + 1))
    if (target && window && isBounded(window) && window.at === null && window.lengthMs === null)
      return { kind: "fit", target, window }
  }
  return null
}

/** The words that name the event, none where "move to Friday" leaves it out; null where they cannot be a name. A trailing particle ("put X off until") belongs to the verb. */
function headOf(tokens: readonly Token[]): Target | null {
  const last = lastWord(tokens)
  const head = isParticle(last) && tokens.length > 1 ? tokens.slice(0, -1) : tokens
  return head.length === 0 || PREPOSITIONS.has(lastWord(head)) ? null : head
}

const lastWord = (tokens: readonly Token[]): string => tokens.at(-1)?.word ?? ""

function shift(rest: readonly Token[], lean: Lean | null): Intent | null {
  for (let at = 0; at < rest.length; at++) {
    const found = readShift(rest, at, lean)
    const target = rest.slice(0, at)
    if (found?.next === rest.length && !PREPOSITIONS.has(lastWord(target)))
      return { kind: "shift", target, ...found.value }
  }
  return null
}

/** "by half an hour", "back an hour", "two hours later", "30 minutes". */
function readShift(
  tokens: readonly Token[],
  at: number,
  verb: Lean | null,
): Read<{ length: Length; lean: Lean | null }> | null {
  const before = isParticle(wordAt(tokens, at)) ? wordAt(tokens, at) : null
  const start = before === null ? at : at + 1
  const by = skip(tokens, start, "by")
  const length = readLength(tokens, by ?? start) ?? (by === null ? null : bareMinutes(tokens, by))
  if (!length) return null
  const word = wordAt(tokens, length.next)
  if (word === "earlier" || word === "sooner")
    return { value: { length: length.value, lean: "earlier" }, next: length.next + 1 }
  if (word === "later") return { value: { length: length.value, lean: "later" }, next: length.next + 1 }
  const after = before === null && isParticle(word) ? word : null
  return {
    value: { length: length.value, lean: leanOf(verb, before ?? after) },
    next: length.next + (after === null ? 0 : 1),
  }
}

/** "by 15": minutes, when it is a figure that minutes come in. */
function bareMinutes(tokens: readonly Token[], at: number): Read<Length> | null {
  const value = tokens[at]?.value
  if (value?.kind !== "number" || value.number < 5 || value.number > 120 || value.number % 5 !== 0) return null
  return { value: { kind: "exact", ms: value.number * 60_000 }, next: at + 1 }
}

function resizing(rest: readonly Token[], way: Way | null): readonly Intent[] {
  for (let at = 1; at < rest.length; at++) {
    const target = rest.slice(0, at)
    if (PREPOSITIONS.has(lastWord(target))) continue
    const resized = readResize(rest, at, way)
    if (resized) return [{ kind: "resize", target, ...resized }]
    const moved = way === null ? readShift(rest, at, null) : null
    if (moved?.next === rest.length && moved.value.lean !== null) return [{ kind: "shift", target, ...moved.value }]
    const connected = ["to", "until", "till"].includes(wordAt(rest, at))
    const when = readWhen(rest.slice(connected ? at + 1 : at), connected)
    if (!when) continue
    if (way === null && !connected) return [{ kind: "place", target, when, lean: null }]
    if (way !== null && connected && when.time?.kind === "clock") return [{ kind: "end-at", target, when, way }]
  }
  const vague = VAGUE_SIZE.has(lastWord(rest))
  return rest.length > 1 || way !== null ? [{ kind: "bare", target: vague ? rest.slice(0, -1) : rest }] : []
}

const VAGUE_SIZE = new Set(["longer", "shorter"])

/** "45 minutes long", "by 15", "to half an hour", "half an hour longer". "cut it 15 minutes" could be either and is neither. */
function readResize(tokens: readonly Token[], at: number, way: Way | null): { length: Length; change: Change } | null {
  const to = skip(tokens, at, "to")
  const by = skip(tokens, at, "by")
  const length = readLength(tokens, to ?? by ?? at) ?? (by === null ? null : bareMinutes(tokens, by))
  if (!length) return null
  const word = wordAt(tokens, length.next)
  const end = ["long", "longer", "shorter"].includes(word) ? length.next + 1 : length.next
  if (end !== tokens.length) return null
  if (word === "longer" || word === "shorter") return { length: length.value, change: { kind: "by", way: word } }
  if (way === null || to !== null) return by === null ? { length: length.value, change: { kind: "to", way } } : null
  return by !== null || way === "longer" ? { length: length.value, change: { kind: "by", way } } : null
}

function swapping(rest: readonly Token[]): readonly Intent[] {
  const pairs: (readonly [Target, Target])[] = []
  for (let at = 1; at < rest.length - 1; at++)
    if (["and", "with", "for"].includes(wordAt(rest, at))) pairs.push([rest.slice(0, at), rest.slice(at + 1)])
  return pairs.length > 0 ? [{ kind: "swap", pairs }] : []
}

function ending(rest: readonly Token[]): readonly Intent[] {
  for (let at = 1; at < rest.length; at++) {
    const when = readWhen(rest.slice(at), false)
    if (when?.time?.kind === "clock") return [{ kind: "end-at", target: rest.slice(0, at), when, way: null }]
  }
  return []
}

/** "an hour later", "Thursday 3pm for the kickoff": a place without a verb. */
export const placing = (rest: readonly Token[]): readonly Intent[] => elliptical(rest)

/** Without a verb: "weekly sync to Wednesday 10am", "an hour earlier for the dentist", "same time next week". */
function elliptical(rest: readonly Token[]): readonly Intent[] {
  const placed = placements(rest, null).filter((intent) => intent.kind === "place" && isConnected(rest, intent.target))
  if (placed.length > 0) return placed
  for (let end = rest.length; end > 0; end--) {
    const target = end === rest.length ? [] : wordAt(rest, end) === "for" ? rest.slice(end + 1) : null
    if (!target) continue
    const lead = rest.slice(0, end)
    const start = skipAny(lead, 0, ["to"])
    const when = readWhen(lead.slice(start), start > 0)
    if (when) return [{ kind: "place", target, when, lean: null }]
    const moved = readShift(lead, 0, null)
    if (moved?.next === lead.length && moved.value.lean !== null) return [{ kind: "shift", target, ...moved.value }]
  }
  const shifted = shift(rest, null)
  return shifted?.kind === "shift" && VAGUE.has(lastWord(rest)) ? [shifted] : []
}

const isConnected = (rest: readonly Token[], target: Target): boolean =>
  CONNECTORS.includes(wordAt(rest, target.length))
