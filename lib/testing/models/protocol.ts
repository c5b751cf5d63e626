import { type Explored, explore, type Graph, type Model, stuck, unfired, withBug } from "./explore"
import { differenceBetween } from "./lockstep"
import { checkTla, specOf, withConstant } from "./tla"

/** One protocol: its models, the guards that are taken out of them, and its module in TLA+. */
export interface Protocol<S, A, G> {
  readonly name: string
  readonly guards: G
  /** Explored with every guard; together they have every class of edges. Without a guard, the first that shows its loss counts. */
  readonly models: readonly ((guards: G) => Model<S, A>)[]
  /** Where what has to come is kept from coming, bug by bug: small, and still stuck. */
  readonly stalled: Model<S, A>
  /** Compared with the first model. */
  readonly tla: {
    readonly write: (state: S) => string
    /** Guards that the module does not know. */
    readonly without: readonly (keyof G & string)[]
    /** Guards whose loss shows only with more of something, by what the configuration then says. */
    readonly wider?: { readonly [guard in keyof G & string]?: Readonly<Record<string, string>> }
  } | null
}

export interface ModelFigures {
  readonly protocol: string
  readonly bounds: string
  readonly states: number
  readonly edges: number
  readonly ms: number
}

export interface MutantFigures {
  readonly protocol: string
  readonly guard: string
  /** Actions of a shortest way to what is broken. Null: nothing broke. */
  readonly steps: number | null
  readonly broken: string
  /** The same in TLA+; "-": the module does not know the guard. */
  readonly tlaSteps: number | null | "-"
}

export interface StallFigures {
  readonly protocol: string
  readonly bug: string
  /** What cannot come any more. */
  readonly progress: string
  /** Actions of a shortest way to a state from which it cannot. Null: it still comes from everywhere. */
  readonly steps: number | null
}

export interface Checked {
  readonly models: readonly ModelFigures[]
  readonly mutants: readonly MutantFigures[]
  readonly stalls: readonly StallFigures[]
  /** Everything that is not as it has to be, in sentences. */
  readonly problems: readonly string[]
}

/** Explores, compares and takes out every guard. */
export function check<S, A, G extends object>(protocol: Protocol<S, A, G>): Checked {
  const runs = protocol.models.map((model) => run(model(protocol.guards)))
  const first = runs[0]
  const tla = protocol.tla && first?.graph ? compareWithTla(protocol.name, first.graph, protocol.tla.write) : null
  const mutants = (Object.keys(protocol.guards) as (keyof G & string)[]).map((guard) => mutant(protocol, guard))
  const stalls = stallsOf(protocol.stalled)
  return {
    models: [...runs.map(({ figures }) => figures), ...(tla ? [tla.figures] : [])],
    mutants,
    stalls,
    problems: [
      ...runs.flatMap(({ problems }) => problems),
      ...neverFired(runs),
      ...(tla?.difference ? [`${protocol.name}.tla and ${protocol.name}.ts differ: ${tla.difference}`] : []),
      ...mutants.flatMap(problemsOf),
      ...stalls.flatMap(({ bug, steps }) => (steps === null ? [`${protocol.name}: nothing is stuck with ${bug}`] : [])),
    ],
  }
}

interface Run<S, A> {
  readonly model: Model<S, A>
  readonly graph: Graph<S, A> | null
  readonly figures: ModelFigures
  readonly problems: readonly string[]
}

function run<S, A>(model: Model<S, A>): Run<S, A> {
  const start = performance.now()
  const explored = explore(model)
  const graph = explored.kind === "whole" ? explored.graph : null
  const figures = {
    protocol: model.name,
    bounds: model.bounds,
    states: graph?.states.length ?? 0,
    edges: explored.kind === "whole" ? explored.edgeCount : 0,
    ms: Math.round(performance.now() - start),
  }
  const problems = graph
    ? stuck(model, graph).map(({ name, path }) => `${model.name}: not so after ${JSON.stringify(path)}: ${name}`)
    : [`${model.name} is broken: ${toldOf(explored)}`]
  return { model, graph, figures, problems }
}

const toldOf = (explored: Explored<unknown, unknown>): string =>
  explored.kind === "broken" ? `${explored.broken.join(", ")} by ${JSON.stringify(explored.path)}` : "nothing"

/** A class of edges has to come in one of a protocol's models, and none may come that is not named. */
function neverFired<S, A>(runs: readonly Run<S, A>[]): string[] {
  const missing = runs.map(({ model, graph }) => (graph ? unfired(model, graph) : []))
  const [first = []] = missing
  const never = first.filter((one) => missing.every((other) => other.includes(one)))
  return [...new Set([...never, ...missing.flat().filter((one) => one.startsWith("not named"))])]
}

function compareWithTla<S>(name: string, graph: Graph<S, unknown>, write: (state: S) => string) {
  const start = performance.now()
  const verdict = checkTla(specOf(name))
  const figuresOf = (states: number, edges: number): ModelFigures => ({
    protocol: name,
    bounds: "TLA+; edges that change something, once each",
    states,
    edges,
    ms: Math.round(performance.now() - start),
  })
  if (verdict.kind === "broken")
    return { figures: figuresOf(0, 0), difference: `the module breaks ${verdict.invariant}` }
  const { difference, edges } = differenceBetween(graph, verdict.graph, write)
  return { figures: figuresOf(verdict.graph.states.length, edges), difference }
}

function mutant<S, A, G extends object>(protocol: Protocol<S, A, G>, guard: keyof G & string): MutantFigures {
  const guards = { ...protocol.guards, [guard]: false }
  let found: Extract<Explored<S, A>, { kind: "broken" }> | null = null
  for (const model of protocol.models) {
    const explored = explore(model(guards))
    if (explored.kind === "broken") {
      found = explored
      break
    }
  }
  return {
    protocol: protocol.name,
    guard,
    steps: found?.path.length ?? null,
    broken: found?.broken.join(", ") ?? "",
    tlaSteps: tlaStepsOf(protocol, guard),
  }
}

function tlaStepsOf<S, A, G>({ name, tla }: Protocol<S, A, G>, guard: keyof G & string): number | null | "-" {
  if (!tla || tla.without.includes(guard)) return "-"
  const constant = guard[0]?.toUpperCase() + guard.slice(1)
  const constants: Readonly<Record<string, string>> = { ...tla.wider?.[guard], [constant]: "FALSE" }
  const verdict = checkTla(
    Object.entries(constants).reduce((spec, [each, value]) => withConstant(spec, each, value), specOf(name)),
  )
  return verdict.kind === "broken" ? verdict.steps : null
}

const stallsOf = <S, A>(model: Model<S, A>): StallFigures[] =>
  model.progress.map((progress) => {
    const broken = withBug(model, progress)
    const explored = explore(broken)
    const found = explored.kind === "whole" ? stuck({ ...broken, progress: [progress] }, explored.graph)[0] : undefined
    const { name, bug } = progress
    return { protocol: model.name, bug: bug.name, progress: name, steps: found?.path.length ?? null }
  })

function problemsOf({ protocol, guard, steps, tlaSteps }: MutantFigures): string[] {
  if (steps === null) return [`${protocol}: nothing breaks without ${guard}`]
  if (tlaSteps === null) return [`${protocol}.tla: nothing breaks without ${guard}`]
  return tlaSteps === "-" || tlaSteps === steps
    ? []
    : [`${protocol}: without ${guard} it takes ${steps} steps here and ${tlaSteps} in TLA+`]
}
