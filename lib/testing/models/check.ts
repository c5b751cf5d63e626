import { readFileSync } from "node:fs"
import type { Checked, ModelFigures, MutantFigures, StallFigures } from "./protocol"
import { PROTOCOLS } from "./protocols"

/*
 * npm run check:models: every protocol explored whole and compared with its module in TLA+, every guard taken out once.
 * Prints a table, and a last line of JSON. Its figures have to be those of the decision note.
 */

const NOTE = new URL("../../decisions/018-model-checked-protocols.md", import.meta.url)

const HEADS = ["protocol", "model", "states", "edges", "ms"]
const MUTANT_HEADS = ["protocol", "without", "steps", "in TLA+", "breaks"]

const STALL_HEADS = ["protocol", "with", "stuck after", "what cannot come"]

const modelRow = ({ protocol, bounds, states, edges }: ModelFigures) => [protocol, bounds, `${states}`, `${edges}`]
const mutantRow = ({ protocol, guard, steps, tlaSteps }: MutantFigures) => [
  protocol,
  guard,
  `${steps ?? "GREEN"}`,
  `${tlaSteps ?? "GREEN"}`,
]
const stallRow = ({ protocol, bug, steps, progress }: StallFigures) => [protocol, bug, `${steps ?? "GREEN"}`, progress]
/** What the note has to say, word for word: figures are the note's, or one of the two is wrong. */
function claimsOf({ models, mutants, stalls }: Omit<Checked, "problems">): string[] {
  const names = [...new Set(mutants.map(({ protocol }) => protocol))]
  return [
    ...models.map(({ protocol, bounds, states, edges }) => `${protocol}, ${bounds}: ${states} states, ${edges} edges`),
    ...names.map((name) => {
      const own = mutants.filter(({ protocol }) => protocol === name)
      return `${name} without: ${own.map(({ guard, steps }) => `${guard} ${steps}`).join(", ")}`
    }),
    ...stalls.map(({ protocol, bug, steps }) => `${protocol} with ${bug} ${steps}`),
  ]
}

/** @returns what of it the note does not say */
export const notInNote = (checked: Omit<Checked, "problems">): string[] => {
  const note = readFileSync(NOTE, "utf8").replace(/\s+/g, " ")
  return claimsOf(checked).flatMap((claim) => (note.includes(claim) ? [] : [`the note does not say: ${claim}`]))
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, n) => Math.max(head.length, ...rows.map((row) => (row[n] ?? "").length)))
  return [heads, ...rows]
    .map((row) =>
      row
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")
}

/** @returns the exit code */
export function checkModels(print: (text: string) => void): number {
  const start = performance.now()
  const all = PROTOCOLS.map((one) => one())
  const checked: Checked = {
    models: all.flatMap(({ models }) => models),
    mutants: all.flatMap(({ mutants }) => mutants),
    stalls: all.flatMap(({ stalls }) => stalls),
    problems: all.flatMap(({ problems }) => problems),
  }
  const problems = [...checked.problems, ...notInNote(checked)]
  print(
    table(
      HEADS,
      checked.models.map((figures) => [...modelRow(figures), `${figures.ms}`]),
    ),
  )
  print("")
  print(
    table(
      MUTANT_HEADS,
      checked.mutants.map((figures) => [...mutantRow(figures), figures.broken]),
    ),
  )
  print("")
  print(table(STALL_HEADS, checked.stalls.map(stallRow)))
  for (const problem of problems) print(`PROBLEM ${problem}`)
  const { models, mutants, stalls } = checked
  print(
    JSON.stringify({
      ok: problems.length === 0,
      ms: Math.round(performance.now() - start),
      models,
      mutants,
      stalls,
      problems,
    }),
  )
  return problems.length === 0 ? 0 : 1
}
