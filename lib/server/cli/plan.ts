import { once } from "node:events"
import { createReadStream } from "node:fs"
import { createInterface } from "node:readline"
import { grammarPlanner } from "../../adapters/planner-grammar/planner"
import { planLine } from "../plan-batch"

/**
 * `npm run -s plan -- --batch FILE.jsonl`: plans each line of a file (`batch-line.ts` says what a line is) and writes one line of JSON for each, in their order. No calendar is read or written. Exits 1 when the
 * file cannot be read, 2 when it is not said which.
 */
async function main([option, file, ...more]: readonly string[]): Promise<number> {
  if (option !== "--batch" || !file || more.length > 0) {
    console.error("npm run -s plan -- --batch FILE.jsonl")
    return 2
  }
  const lines = createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY })
  for await (const line of lines) {
    if (line.trim() === "") continue
    // A reader that is slower than the planner is waited for.
    if (!process.stdout.write(`${await planLine(grammarPlanner, line)}\n`)) await once(process.stdout, "drain")
  }
  return 0
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  },
)
