import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { canonicalHash } from "../../domain/canonical"
import type { Rsvp, Span, When } from "../../domain/event"
import type {
  EventOperation,
  FactId,
  Operation,
  Plan,
  PlanAnswer,
  QuestionAbout,
  RefusalReason,
  Scope,
  Telling,
} from "../../domain/plan"
import { wallOf } from "../../domain/zoned-time"
import type { Planner } from "../../ports/planner"
import { instantAt, type Setting, setting } from "./fixtures"

/** In the person's wall clock: `YYYY-MM-DDTHH:MM`, or dates for all-day events. */
interface WallSpan {
  readonly start: string
  readonly end: string
}

/** How one event stands afterwards: at its new place, gone, answered, or newly made. Whatever is not named stands as before. */
export type EndState = { readonly scope?: Exclude<Scope, "this"> } & (
  | ({ readonly event: string } & WallSpan)
  | { readonly event: string; readonly gone: true }
  | { readonly event: string; readonly answer: Rsvp; readonly proposed?: WallSpan }
  | ({ readonly created: string; readonly guests: readonly string[] } & WallSpan)
)

export type Expected =
  | { readonly kind: "plan"; readonly moves: readonly EndState[] }
  | { readonly kind: "free"; readonly free: readonly WallSpan[] }
  | { readonly kind: "changes"; readonly since: string }
  | { readonly kind: "undo"; readonly event: string | null }
  /** Something kept in mind, or asked about: no utterance of the corpora is meant so. */
  | { readonly kind: "remember" | "preferences" }
  /** It stands proposed already, for as much of the series as was said. */
  | { readonly kind: "proposed"; readonly scope: Scope }
  | { readonly kind: "question"; readonly about: QuestionAbout; readonly choices?: readonly (readonly EndState[])[] }
  | { readonly kind: "refusal"; readonly reason: RefusalReason }

export interface Utterance {
  readonly id: string
  /** Held-out cases were set aside before any rule was written, and no rule is made for one of them. */
  readonly split: "dev" | "held-out"
  readonly operation: string
  readonly words: string
  readonly fixture: string
  readonly now: string
  readonly timeZone: string
  readonly it: string | null
  /** What stands proposed as it is said: a move or a cancelling. */
  readonly proposed?: EndState
  readonly expect: Expected
}

/** `wrong`: a plan that nobody asked for, or something told that was not asked. The others are right answers that were not reached. */
export type Verdict = "right" | "asked" | "refused" | "wrong"

export interface Judged {
  readonly utterance: Utterance
  readonly verdict: Verdict
  readonly got: Expected
}

/** `utterances` moves, resizes and swaps; `operations` is everything else that can be asked for. */
export const utterances: readonly Utterance[] = ["utterances", "operations"].flatMap((name) =>
  readFileSync(fileURLToPath(new URL(`./${name}.jsonl`, import.meta.url)), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Utterance),
)

export async function judge(planner: Planner, utterance: Utterance): Promise<Judged> {
  const { timeZone } = utterance
  const known = settingOf(utterance)
  const got = described(await planner.plan(utterance.words, known.facts, known.matcher), known, timeZone)
  return { utterance, got, verdict: isRight(got, utterance.expect) ? "right" : VERDICTS[got.kind] }
}

/** The calendar over which it is said, and what stands proposed there. */
export function settingOf({ fixture, now, timeZone, it, proposed }: Utterance): Setting {
  const known = setting(fixture, now, timeZone, it)
  if (!proposed) return known
  const operation = operationOf(proposed, known, timeZone)
  return { ...known, facts: { ...known.facts, proposed: { operation, readings: [] } } }
}

/** @throws {TypeError} for what is neither a move nor a cancelling of an event that is there */
function operationOf(state: EndState, { nameOf }: Setting, timeZone: string): EventOperation {
  const target = [...nameOf].find(([, name]) => "event" in state && name === state.event)?.[0]
  if (!target || "answer" in state || "created" in state) throw new TypeError(`not proposed: ${JSON.stringify(state)}`)
  const { scope = "this" } = state
  if ("gone" in state) return { kind: "cancel", target, scope }
  const moment = (wall: string) => ({ kind: "timed" as const, at: instantAt(wall, timeZone), timeZone })
  return { kind: "move", target, scope, to: { start: moment(state.start), end: moment(state.end) } }
}

const VERDICTS = {
  plan: "wrong",
  free: "wrong",
  changes: "wrong",
  undo: "wrong",
  remember: "wrong",
  preferences: "wrong",
  proposed: "wrong",
  question: "asked",
  refusal: "refused",
} as const satisfies Record<Expected["kind"], Verdict>

function isRight(got: Expected, expected: Expected): boolean {
  if (got.kind === "question" && expected.kind === "question" && expected.choices === undefined)
    return got.about === expected.about
  return JSON.stringify(sorted(got)) === JSON.stringify(sorted(expected))
}

/** Keys, steps and choices in one order, so that two descriptions can be compared as text. */
function sorted(expected: Expected): unknown {
  const text = (moves: readonly EndState[]) => moves.map((move) => canonicalHash(move)).sort()
  if (expected.kind === "plan") return ["plan", text(expected.moves)]
  if (expected.kind === "question")
    return ["question", expected.about, (expected.choices ?? []).map((choice) => text(choice).join(";")).sort()]
  return canonicalHash(expected)
}

function described(answer: PlanAnswer, known: Setting, timeZone: string): Expected {
  const nameOf = (id: FactId) => known.nameOf.get(id) ?? id
  const wall = ({ start, end }: Span): WallSpan => ({ start: wallText(start, timeZone), end: wallText(end, timeZone) })
  const scopeOf = (op: EventOperation) => (op.scope === "this" ? {} : { scope: op.scope })
  const step = (op: Operation): EndState => {
    switch (op.kind) {
      case "move":
        return { event: nameOf(op.target), ...wall(op.to), ...scopeOf(op) }
      case "cancel":
        return { event: nameOf(op.target), gone: true, ...scopeOf(op) }
      case "respond":
        return {
          event: nameOf(op.target),
          answer: op.rsvp,
          ...(op.proposed && { proposed: wall(op.proposed) }),
          ...scopeOf(op),
        }
      case "create":
        return {
          created: op.title,
          ...wall(op.to),
          guests: op.guests.map((id) => known.people.find((person) => person.id === id)?.name ?? id),
        }
    }
  }
  const steps = (plan: Plan) => plan.operations.map(step)
  switch (answer.kind) {
    case "refusal":
      return answer
    case "plan":
      return { kind: "plan", moves: steps(answer.plan) }
    case "question":
      return { kind: "question", about: answer.about, choices: answer.choices.map(steps) }
    case "undo":
      return { kind: "undo", event: answer.target && nameOf(answer.target) }
    case "remember":
      return { kind: "remember" }
    case "tell":
      return told(answer.telling, timeZone)
  }
}

function told(telling: Telling, timeZone: string): Expected {
  const at = (instant: string) => wallText({ kind: "timed", at: instant, timeZone }, timeZone)
  if (telling.kind === "changes") return { kind: "changes", since: at(telling.since) }
  if (telling.kind !== "free") return telling
  return { kind: "free", free: telling.free.map(({ start, end }) => ({ start: at(start), end: at(end) })) }
}

function wallText(when: When, timeZone: string): string {
  if (when.kind === "allDay") return when.on
  const { date, minutes } = wallOf(when.at, timeZone)
  const clock = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":")
  return `${date}T${clock}`
}
