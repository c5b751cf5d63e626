import type { Matcher, PlanAnswer, PlannerFacts } from "../../domain/plan"
import type { Act } from "./acts"
import { placing, verbIntents } from "./grammar"
import type { Intent } from "./intent"
import { answer } from "./option"
import type { Reach } from "./read-scope"
import { readWhen } from "./read-when"
import { skipAny } from "./reader"
import { resolve } from "./resolve"
import type { Token } from "./tokens"

type Proposing = Extract<Act, { kind: "propose" | "ask" | "counter" }>["kind"]

/**
 * Another time for a meeting: to its organizer where the person is a guest, or a move where it is their own. For a guest's answer one
 * instance is meant.
 */
export function proposeTime(kind: Proposing, reach: Reach, facts: PlannerFacts, matcher: Matcher): PlanAnswer {
  const { rest, ...how } = reach
  const intents = intentsOf(
    kind,
    rest.filter(({ word }) => word !== "instead"),
  )
  return answer(
    resolve(
      { intents, ...how },
      facts,
      matcher,
      (event) => event.movable || (how.scope === "this" && event.answer !== null),
    ),
    facts,
  )
}

const MOVING = ["moving", "to move", "that we move", "we move", "rescheduling", "to reschedule", "to shift", "shifting"]
const NEW_TIME = ["a new time for", "another time for", "a different time for", "a new slot for", "new time for"]

function intentsOf(kind: Proposing, tokens: readonly Token[]): readonly Intent[] {
  if (kind === "counter") return moving(joined(tokens, "with", 1))
  if (kind === "ask") return moving(passive(tokens))
  const start = skipAny(tokens, 0, [...MOVING, ...NEW_TIME])
  return start > 0 ? moving(tokens.slice(start)) : placing(tokens)
}

const moving = (tokens: readonly Token[]): readonly Intent[] => verbIntents({ kind: "move", lean: null }, tokens)

/** "the kickoff with Thursday 2pm" as "the kickoff to Thursday 2pm", where a time follows. */
function joined(tokens: readonly Token[], joint: string, length: number): readonly Token[] {
  const at = tokens.findIndex(({ word }, i) => word === joint && readWhen(tokens.slice(i + length), true) !== null)
  const token = tokens[at]
  if (!token) return tokens
  return [...tokens.slice(0, at), { ...token, word: "to", text: "to" }, ...tokens.slice(at + length)]
}

/** "the kickoff to be moved to Friday" as "the kickoff to Friday". */
function passive(tokens: readonly Token[]): readonly Token[] {
  const at = tokens.findIndex((_, i) => skipAny(tokens, i, PASSIVE) > i)
  return at < 0 ? tokens : [...tokens.slice(0, at), ...tokens.slice(skipAny(tokens, at, PASSIVE))]
}

const PASSIVE = ["to be moved", "be moved", "moved", "to be rescheduled", "rescheduled", "to move"]
