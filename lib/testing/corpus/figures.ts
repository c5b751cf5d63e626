import { grammarPlanner } from "../../adapters/planner-grammar/planner"
import { type Judged, judge, utterances, type Verdict } from "./corpus"

export const VERDICTS: readonly Verdict[] = ["right", "asked", "refused", "wrong"]

/** How many of an operation's cases came out how. */
export type Row = { readonly operation: string; readonly cases: number } & Readonly<Record<Verdict, number>>

/** How the grammar planner does on the corpus, per operation and in all; what was set aside is only ever counted. */
export async function corpusFigures(split: "dev" | "held-out"): Promise<readonly Row[]> {
  const cases = await judgedCases(split)
  const operations = [...new Set(cases.map(({ utterance }) => utterance.operation))]
  const of = (operation: string) => cases.filter(({ utterance }) => utterance.operation === operation)
  return [...operations.map((operation) => row(operation, of(operation))), row("all", cases)]
}

export const judgedCases = (split: "dev" | "held-out"): Promise<readonly Judged[]> =>
  Promise.all(utterances.filter((one) => one.split === split).map((utterance) => judge(grammarPlanner, utterance)))

function row(operation: string, cases: readonly Judged[]): Row {
  const count = (verdict: Verdict) => cases.filter((one) => one.verdict === verdict).length
  const [right, asked, refused, wrong] = VERDICTS.map(count) as [number, number, number, number]
  return { operation, cases: cases.length, right, asked, refused, wrong }
}
