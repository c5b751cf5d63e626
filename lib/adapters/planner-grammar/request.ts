import type { Matcher, PlanAnswer, PlannerFacts } from "../../domain/plan"
import { type Act, offCalendar, readAct } from "./acts"
import { clear, isThem, readCleared } from "./clear"
import { create, putOnCalendar } from "./create"
import { findSlot } from "./find-slot"
import { parse, placing } from "./grammar"
import type { Group } from "./group"
import { keep } from "./keep"
import { moveGroup } from "./move-group"
import { answering, CANCEL, cancelGroup, onEvents } from "./on-events"
import { answer } from "./option"
import { proposeTime } from "./propose"
import { readScope } from "./read-scope"
import { skipAny } from "./reader"
import { resolve } from "./resolve"
import { tell } from "./tell"
import type { Token } from "./tokens"
import { isTurned } from "./verbs"

const INVITATION = [
  "the invitation to",
  "the invitation for",
  "the invite to",
  "the invite for",
  "my invitation to",
  "invitation to",
]
const NOT_UNDERSTOOD: PlanAnswer = { kind: "refusal", reason: "not-understood" }

/** One request: something to keep in mind, a question about the calendar, one of the acts, or else a move. */
export function planRequest(tokens: readonly Token[], facts: PlannerFacts, matcher: Matcher): PlanAnswer {
  const kept = keep(tokens, facts)
  if (kept) return kept
  const told = tell(tokens, facts, matcher)
  if (told) return told
  const put = putOnCalendar(tokens)
  if (put) return isTurned(put) ? NOT_UNDERSTOOD : create(put, "create", facts, matcher)
  const found = readAct(tokens)
  if (!found) return answer(resolve(parse(tokens, matcher), facts, matcher), facts)
  if (isTurned(found.rest)) return NOT_UNDERSTOOD
  // "book club to 5pm": the verb may be part of a name that is there.
  const named = answer(
    resolve({ intents: placing(tokens), scope: "this", since: null, said: false }, facts, matcher),
    facts,
  )
  return named.kind === "refusal" ? carryOut(found.act, found.rest, facts, matcher) : named
}

function carryOut(act: Act, rest: readonly Token[], facts: PlannerFacts, matcher: Matcher): PlanAnswer {
  switch (act.kind) {
    case "cancel":
      return onEvents(readScope(offCalendar(rest), matcher), CANCEL, facts, matcher)
    case "respond":
      return onEvents(readScope(rest.slice(skipAny(rest, 0, INVITATION)), matcher), answering(act.rsvp), facts, matcher)
    case "propose":
    case "ask":
    case "counter":
      return proposeTime(act.kind, readScope(rest, matcher), facts, matcher)
    case "create":
    case "arrange":
    case "block":
      return create(rest, act.kind, facts, matcher)
    case "find":
      return findSlot(rest, facts, matcher)
    case "clear": {
      const cleared = readCleared(rest)
      return cleared ? clear(cleared, facts, matcher) : NOT_UNDERSTOOD
    }
  }
}

/** "clear Friday afternoon and move everything to Monday": what is done with what stands there. Null where the two are no such pair. */
export function planClearing(
  first: readonly Token[],
  second: readonly Token[],
  facts: PlannerFacts,
  matcher: Matcher,
): PlanAnswer | null {
  const lead = readAct(first)
  const cleared = lead?.act.kind === "clear" ? readCleared(lead.rest) : null
  if (!cleared || isTurned(second)) return null
  const act = readAct(second)
  if (act) return act.act.kind === "cancel" && isThem(act.rest) ? cancelGroup(cleared, facts, matcher) : null
  return moveAway(cleared, second, facts, matcher)
}

function moveAway(cleared: Group, tokens: readonly Token[], facts: PlannerFacts, matcher: Matcher): PlanAnswer | null {
  const { intents, scope } = parse(tokens, matcher)
  const [intent, ...others] = intents
  if (!intent || others.length > 0 || scope !== "this") return null
  if (intent.kind === "swap" || intent.kind === "bare" || !isThem(intent.target)) return null
  return answer(moveGroup(cleared, intent, facts, matcher, "touches"), facts)
}
