import type { Edge, Graph, Model } from "./explore"

/** A walk is begun anew after as many moves: what is found by one is to be read by people. */
const LONGEST = 40
/** With `ALL_EDGES=1`: as many single edges, spread over all there are. */
const MOST = 10_000

/** How long a replay may take. */
export const REPLAY_MS = process.env.ALL_EDGES ? 3_600_000 : 120_000

/** Names an edge by what is to be met once: its class, or finer. The move and the state it leaves from are of the walk. */
export type ClassOf<S, A> = (edge: { readonly action: A; readonly edge: string }, before: S) => string

export interface Walks<A> {
  readonly walks: readonly (readonly A[])[]
  /** How many classes, or edges, are met. */
  readonly met: number
}

/**
 * Walks from where everything starts that meet every class of edges at least once, and with `ALL_EDGES=1` every edge of up to 10,000: each goes on to the nearest that was
 * not met yet, so that answers that change little are asked one after the other instead of each on a way of its own.
 */
export function walksOf<S, A>(
  model: Model<S, A>,
  graph: Graph<S, A>,
  classOf: ClassOf<S, A> = ({ edge }) => edge,
): Walks<A> {
  const asked = process.env.ALL_EDGES ? everyEdge(graph) : byClass(graph, classOf)
  const left = new Set(asked.flat().flatMap((name) => (name === null ? [] : [name])))
  const met = left.size
  const walks: A[][] = []
  while (left.size > 0) {
    const walk: A[] = []
    let [world, at] = [model.initial, 0]
    while (walk.length < LONGEST) {
      const way = wayToNext(graph, at, asked, left)
      if (!way) break
      for (const n of way) {
        left.delete(asked[at]?.[n] as string)
        const edge = graph.edges[at]?.[n] as Edge<A>
        const step = sameMove(model, world, n, edge, model.pack(graph.states[edge.to] as S))
        walk.push(step.action)
        world = step.state
        at = edge.to
      }
    }
    if (walk.length === 0) throw new Error(`${model.name}: ${left.size} classes are reached by no way`)
    walks.push(walk)
  }
  return { walks, met }
}

/**
 * An edge's move as the walk has it: ids, and by them the order of moves, differ by the way that was taken.
 *
 * @throws {Error} when there is none: states were packed alike that are not
 */
function sameMove<S, A>(model: Model<S, A>, world: S, n: number, { edge }: Edge<A>, to: string) {
  const actions = model.actions(world)
  for (const action of [...actions.slice(n, n + 1), ...actions]) {
    const next = model.next(world, action)
    if (next.edge === edge && model.pack(next.state) === to) return { action, state: next.state }
  }
  throw new Error(`${model.name}: states are packed alike that are not: no ${edge} from ${model.pack(world)}`)
}

/** By state and edge, the class; null: it need not be met. */
type Asked = readonly (readonly (string | null)[])[]

const byClass = <S, A>({ states, edges }: Graph<S, A>, classOf: ClassOf<S, A>): Asked =>
  edges.map((leaving, from) => leaving.map((edge) => classOf(edge, states[from] as S)))

function everyEdge<S, A>({ edges }: Graph<S, A>): Asked {
  const every = Math.max(1, edges.flat().length / MOST)
  let n = 0
  return edges.map((leaving, from) =>
    leaving.map((_, edge) => (Math.floor(n / every) !== Math.floor(++n / every) ? `${from} ${edge}` : null)),
  )
}

/** The numbers of the edges of a shortest way to one that is still left, that one included. */
function wayToNext<S, A>({ edges }: Graph<S, A>, start: number, asked: Asked, left: ReadonlySet<string>) {
  const by = new Map<number, readonly [number, number] | null>([[start, null]])
  for (const at of by.keys()) {
    const last = (asked[at] ?? []).findIndex((name) => name !== null && left.has(name))
    if (last >= 0) {
      const way = [last]
      for (let step = by.get(at); step; step = by.get(step[0])) way.unshift(step[1])
      return way
    }
    edges[at]?.forEach(({ to }, n) => {
      if (!by.has(to)) by.set(to, [at, n])
    })
  }
  return null
}
