import { corpusFigures, judgedCases } from "./figures"

/**
 * Prints how the grammar planner does on the corpus, for the cases its rules were made with and for those set aside: `npx tsx
 * lib/testing/corpus/report.ts`, with `--misses` also every dev case missed.
 */
async function report(): Promise<void> {
  for (const split of ["dev", "held-out"] as const) {
    console.log(split === "dev" ? "seen" : "unseen")
    console.table(await corpusFigures(split))
  }
  if (!process.argv.includes("--misses")) return
  for (const { utterance, verdict, got } of await judgedCases("dev"))
    if (verdict !== "right")
      console.log(
        `${utterance.id} ${verdict.toUpperCase()} "${utterance.words}"\n  expected ${JSON.stringify(utterance.expect)}\n  got      ${JSON.stringify(got)}`,
      )
}

void report()
