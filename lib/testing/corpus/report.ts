import { grammarPlanner } from "../../adapters/planner-grammar/planner"
import { type Judged, judge, utterances, type Verdict } from "./corpus"

/** Prints how the grammar planner does on the corpus: `npx tsx lib/testing/corpus/report.ts`, with `--misses` also every dev case missed. */
const VERDICTS: readonly Verdict[] = ["right", "asked", "refused", "wrong"]

function row(name: string, cases: readonly Judged[]): Readonly<Record<string, string | number>> {
  const counts = VERDICTS.map((verdict) => [verdict, cases.filter((one) => one.verdict === verdict).length] as const)
  const right = cases.filter((one) => one.verdict === "right").length
  return {
    split: name,
    cases: cases.length,
    ...Object.fromEntries(counts),
    "right %": ((100 * right) / cases.length).toFixed(1),
  }
}

async function report(): Promise<void> {
  const judged = await Promise.all(utterances.map((utterance) => judge(grammarPlanner, utterance)))
  console.table(
    (["dev", "held-out"] as const).map((split) =>
      row(
        split,
        judged.filter(({ utterance }) => utterance.split === split),
      ),
    ),
  )

  if (process.argv.includes("--misses"))
    for (const { utterance, verdict, got } of judged)
      if (verdict !== "right" && utterance.split === "dev")
        console.log(
          `${utterance.id} ${verdict.toUpperCase()} "${utterance.words}"\n  expected ${JSON.stringify(utterance.expect)}\n  got      ${JSON.stringify(got)}`,
        )
}

void report()
