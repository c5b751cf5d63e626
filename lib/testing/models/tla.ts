import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { check_spec_with_cfg, initSync } from "tla-checker"
import { z } from "zod"

/** A specification in TLA+ and what it is checked with, in the words of TLC's configuration files. */
export interface Spec {
  readonly module: string
  readonly config: string
}

export interface TlaGraph {
  /** By their variables as TLA+ writes them, one a line. */
  readonly states: readonly string[]
  /** Pairs of numbers of states, each once; what stays where it is left out. */
  readonly edges: ReadonlySet<string>
}

export type TlaVerdict =
  | { readonly kind: "whole"; readonly graph: TlaGraph }
  /** `invariant` by its name; `steps` of a shortest way there. */
  | { readonly kind: "broken"; readonly invariant: string; readonly steps: number }

const FOLDER = new URL("../../domain/protocol/", import.meta.url)
const MOST = 200_000

const Result = z.object({
  success: z.boolean(),
  error_type: z.string().nullable(),
  error_message: z.string().nullable(),
  states_explored: z.number(),
  trace: z.array(z.string()).nullable(),
  dot: z.string().nullable(),
  warnings: z.array(z.string()),
})

/** The module and its configuration, as they lie beside the rule. */
export const specOf = (name: string): Spec => ({
  module: readFileSync(new URL(`${name}.tla`, FOLDER), "utf8"),
  config: readFileSync(new URL(`${name}.cfg`, FOLDER), "utf8"),
})

/** @throws {RangeError} when the configuration sets no such constant */
export function withConstant({ module, config }: Spec, name: string, value: string): Spec {
  const line = new RegExp(`^(\\s*${name} = ).*$`, "m")
  if (!line.test(config)) throw new RangeError(`the configuration sets no ${name}`)
  return { module, config: config.replace(line, `$1${value}`) }
}

let isLoaded = false
function load(): void {
  if (isLoaded) return
  const wasm = createRequire(import.meta.url).resolve("tla-checker/tla_checker_bg.wasm")
  initSync({ module: readFileSync(wasm) })
  isLoaded = true
}

/**
 * Checks every invariant in every state.
 *
 * @throws {Error} for what the checker would pass falsely or in part: temporal properties, warnings, more states than are looked at, an error of the specification
 */
export function checkTla(spec: Spec): TlaVerdict {
  const { module, config } = spec
  if (/^\s*PROPERT(Y|IES)\b/m.test(config)) throw new Error("temporal properties are not checked, so none may be asked for")
  load()
  const result = Result.parse(JSON.parse(check_spec_with_cfg(module, config, "{}", MOST, MOST, true, true)))
  if (result.warnings.length > 0) throw new Error(`the checker warns: ${result.warnings.join("; ")}`)
  if (result.success) {
    const graph = graphOf(result.dot ?? "")
    if (graph.states.length !== result.states_explored) throw new Error("the graph is not all that was explored")
    return { kind: "whole", graph }
  }
  const number = /^Invariant (\d+) violated/.exec(result.error_message ?? "")?.[1]
  const invariant = number === undefined ? undefined : invariantsOf(config)[Number(number)]
  if (!invariant || !result.trace) throw new Error(`the checker says: ${result.error_type} ${result.error_message}`)
  return { kind: "broken", invariant, steps: (result.trace.join("\n").match(/^State \d+$/gm)?.length ?? 1) - 1 }
}

export const invariantsOf = (config: string): string[] =>
  /^INVARIANTS\s+(.*)$/m.exec(config)?.[1]?.trim().split(/\s+/) ?? []

function graphOf(dot: string): TlaGraph {
  const states: string[] = []
  const edges = new Set<string>()
  for (const line of dot.split("\n")) {
    const edge = /^\s*s(\d+) -> s(\d+)\b/.exec(line)
    const state = edge ? null : /^\s*s(\d+) \[label="(.*)"[^"]*\];/.exec(line)
    if (edge && edge[1] !== edge[2]) edges.add(`${edge[1]} ${edge[2]}`)
    if (state) states[Number(state[1])] = (state[2] ?? "").replaceAll('\\"', '"').replaceAll("\\n", "\n")
  }
  return { states, edges }
}

type TlaValue = number | boolean | string | readonly TlaValue[] | { readonly [field: string]: TlaValue }

/** A value as the checker writes it: lists are tuples, objects are records. */
export function tla(value: TlaValue): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  if (typeof value === "string") return `"${value}"`
  if (Array.isArray(value)) return `<<${value.map(tla).join(", ")}>>`
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `[${fields.map(([field, one]) => `${field} |-> ${tla(one)}`).join(", ")}]`
}

/** A state: its variables in the order in which the module declares them. */
export const tlaState = (variables: Readonly<Record<string, TlaValue>>): string =>
  [...Object.entries(variables).map(([name, value]) => `${name}=${tla(value)}`), "broken={}"].join("\n")
