import type { Matcher, Operation, Plan, PlanAnswer, PlannerFacts, QuestionAbout } from "../../domain/plan"
import { factsAfter } from "../../domain/plan-effect"
import { oneOf } from "./option"
import { planClearing, planRequest } from "./request"
import type { Token } from "./tokens"

/** More orders than this at once are not read. */
const MOST_REQUESTS = 5

/**
 * Several requests at once, each on the calendar as the ones before it leave it. All of them become one plan, or nothing does: half of what was asked for is not
 * what was asked for. One of them may leave a question; then each choice holds the rest as well.
 */
export function planAll(requests: readonly (readonly Token[])[], facts: PlannerFacts, matcher: Matcher): PlanAnswer {
  const [first, second, ...more] = requests
  if (!first || requests.length > MOST_REQUESTS) return { kind: "refusal", reason: "not-understood" }
  if (!second) return planRequest(first, facts, matcher)
  const clearing = more.length === 0 ? planClearing(first, second, facts, matcher) : null
  if (clearing) return clearing
  let ways: readonly Plan[] = [{ operations: [], readings: [] }]
  let about: QuestionAbout | null = null
  for (const request of requests) {
    const next = ways.map((way) =>
      planRequest(request, way.operations.length > 0 ? factsAfter(facts, way) : facts, matcher),
    )
    const [only] = next
    if (next.length === 1 && only?.kind === "question") about = only.about
    else if (!next.every(({ kind }) => kind === "plan")) return refusalOf(next)
    const joined = ways.flatMap((way, index) => plansOf(next[index]).map((plan) => together(way, plan, facts)))
    if (joined.some((way) => way === null)) return { kind: "refusal", reason: "not-understood" }
    ways = joined.filter((way) => way !== null)
  }
  return oneOf(ways, about ?? "which-event")
}

const plansOf = (answer: PlanAnswer | undefined): readonly Plan[] =>
  answer?.kind === "plan" ? [answer.plan] : answer?.kind === "question" ? answer.choices : []

function refusalOf(answers: readonly PlanAnswer[]): PlanAnswer {
  return answers.find(({ kind }) => kind === "refusal") ?? { kind: "refusal", reason: "not-understood" }
}

/** One after the other. Two moves of one event are the later one; anything else done twice to one event, or to one that is not there yet, contradicts itself. */
function together(way: Plan, plan: Plan, facts: PlannerFacts): Plan | null {
  let operations: readonly Operation[] = way.operations
  for (const op of plan.operations) {
    const earlier = operations.findIndex(
      (one) => one.kind !== "create" && op.kind !== "create" && one.target === op.target,
    )
    const before = operations[earlier]
    if (op.kind !== "create" && !facts.events.some(({ id }) => id === op.target)) return null
    if (!before) operations = [...operations, op]
    else if (before.kind !== "move" || op.kind !== "move" || before.scope !== op.scope) return null
    else operations = operations.map((one, index) => (index === earlier ? op : one))
  }
  return { operations, readings: [...new Set([...way.readings, ...plan.readings])] }
}
