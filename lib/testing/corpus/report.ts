import { grammarPlanner } from "../../adapters/planner-grammar/planner"
import { type Judged, judge, utterances, type Verdict } from "./corpus"

/**
 * Prints how the grammar planner does on the corpus, per operation, for the cases its rules were made with and for those set aside: `npx tsx
 * lib/testing/corpus/report.ts`, with `--misses` also every dev case missed. What was set aside is only ever counted here.
 */
const VERDICTS: readonly Verdict[] = ["right", "asked", "refused", "wrong"]
const SPLITS = ["dev", "held-out"] as const

function row(name: string, cases: readonly Judged[]): Readonly<Record<string, string | number>> {
  const of = (verdict: Verdict) => cases.filter((one) => one.verdict === verdict).length
  const counts = VERDICTS.map((verdict) => [verdict, of(verdict)] as const)
  return {
    operation: name,
    cases: cases.length,
    ...Object.fromEntries(counts),
    "right %": ((100 * of("right")) / cases.length).toFixed(1),
  }
}

async function report(): Promise<void> {
  const judged = await Promise.all(utterances.map((utterance) => judge(grammarPlanner, utterance)))
  for (const split of SPLITS) {
    const cases = judged.filter(({ utterance }) => utterance.split === split)
    const operations = [...new Set(cases.map(({ utterance }) => utterance.operation))]
    console.log(split === "dev" ? "seen" : "unseen")
    console.table([
      ...operations.map((name) =>
        row(
          name,
          cases.filter(({ utterance }) => utterance.operation === name),
        ),
      ),
      row("all", cases),
    ])
  }

  if (process.argv.includes("--misses"))
    for (const { utterance, verdict, got } of judged)
      if (verdict !== "right" && utterance.split === "dev")
        console.log(
          `${utterance.id} ${verdict.toUpperCase()} "${utterance.words}"\n  expected ${JSON.stringify(utterance.expect)}\n  got      ${JSON.stringify(got)}`,
        )
}

void report()
