import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { When } from "../../domain/event"
import type { FactId, Plan, PlanAnswer, QuestionAbout, RefusalReason, Scope } from "../../domain/plan"
import { wallOf } from "../../domain/zoned-time"
import type { Planner } from "../../ports/planner"
import { setting } from "./fixtures"

/** An event at its new place, in the person's wall clock (`YYYY-MM-DDTHH:MM`, or dates for all-day events). */
export interface EndState {
  readonly event: string
  readonly start: string
  readonly end: string
  readonly scope?: Exclude<Scope, "this">
}

export type Expected =
  | { readonly kind: "plan"; readonly moves: readonly EndState[] }
  | { readonly kind: "question"; readonly about: QuestionAbout; readonly choices?: readonly (readonly EndState[])[] }
  | { readonly kind: "refusal"; readonly reason: RefusalReason }

export interface Utterance {
  readonly id: string
  /** Held-out cases were set aside before any rule was written, and no rule is made for one of them. */
  readonly split: "dev" | "held-out"
  readonly words: string
  readonly fixture: string
  readonly now: string
  readonly timeZone: string
  readonly it: string | null
  readonly expect: Expected
}

/** `wrong`: a plan that nobody asked for. The others are right answers that were not reached. */
export type Verdict = "right" | "asked" | "refused" | "wrong"

export interface Judged {
  readonly utterance: Utterance
  readonly verdict: Verdict
  readonly got: Expected
}

export const utterances: readonly Utterance[] = readFileSync(
  fileURLToPath(new URL("./utterances.jsonl", import.meta.url)),
  "utf8",
)
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Utterance)

export async function judge(planner: Planner, utterance: Utterance): Promise<Judged> {
  const { facts, matcher, nameOf } = setting(utterance.fixture, utterance.now, utterance.timeZone, utterance.it)
  const answer = await planner.plan(utterance.words, facts, matcher)
  const got = described(answer, nameOf, utterance.timeZone)
  return { utterance, got, verdict: isRight(got, utterance.expect) ? "right" : VERDICTS[got.kind] }
}

const VERDICTS = { plan: "wrong", question: "asked", refusal: "refused" } as const satisfies Record<
  Expected["kind"],
  Verdict
>

function isRight(got: Expected, expected: Expected): boolean {
  if (got.kind === "question" && expected.kind === "question" && expected.choices === undefined)
    return got.about === expected.about
  return JSON.stringify(sorted(got)) === JSON.stringify(sorted(expected))
}

/** Keys and choices in one order, so that two descriptions can be compared as text. */
function sorted(expected: Expected): unknown {
  const text = (moves: readonly EndState[]) =>
    moves.map(({ event, start, end, scope }) => [event, start, end, scope ?? "this"].join(" "))
  if (expected.kind === "plan") return ["plan", text(expected.moves)]
  if (expected.kind === "refusal") return ["refusal", expected.reason]
  return ["question", expected.about, (expected.choices ?? []).map((choice) => text(choice).join(";")).sort()]
}

function described(answer: PlanAnswer, nameOf: ReadonlyMap<FactId, string>, timeZone: string): Expected {
  if (answer.kind === "refusal") return answer
  const moves = (plan: Plan) =>
    plan.operations.map(({ target, scope, to }) => ({
      event: nameOf.get(target) ?? target,
      start: wallText(to.start, timeZone),
      end: wallText(to.end, timeZone),
      ...(scope !== "this" ? { scope } : {}),
    }))
  if (answer.kind === "plan") return { kind: "plan", moves: moves(answer.plan) }
  return { kind: "question", about: answer.about, choices: answer.choices.map(moves) }
}

function wallText(when: When, timeZone: string): string {
  if (when.kind === "allDay") return when.on
  const { date, minutes } = wallOf(when.at, timeZone)
  const clock = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":")
  return `${date}T${clock}`
}
