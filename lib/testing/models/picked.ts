import { type Edge, type Graph, pathTo } from "./explore"

/** Of each class of edges as many, spread over all there are. */
const EACH = 4

/**
 * A path to each edge that is replayed, that edge included.
 *
 * @param classOf finer than the model's own classes, where those do not tell enough apart
 */
export function picked<S, A>(
  graph: Graph<S, A>,
  classOf: (edge: Edge<A>, before: S) => string = ({ edge }) => edge,
): ReadonlyMap<string, readonly A[][]> {
  const byClass = new Map<string, { from: number; action: A }[]>()
  graph.edges.forEach((leaving, from) => {
    for (const edge of leaving) {
      const name = classOf(edge, graph.states[from] as S)
      const those = byClass.get(name) ?? []
      those.push({ from, action: edge.action })
      byClass.set(name, those)
    }
  })
  return new Map([...byClass].map(([name, those]) => [name, spread(those).map((edge) => wayOf(graph, edge))]))
}

function spread<T>(those: readonly T[]): T[] {
  const some = Array.from({ length: EACH }, (_, n) => those[Math.floor((n * (those.length - 1)) / (EACH - 1))])
  return [...new Set(some)].flatMap((one) => (one ? [one] : []))
}

const wayOf = <A>({ reachedBy }: Graph<unknown, A>, { from, action }: { from: number; action: A }): A[] => [
  ...pathTo(reachedBy, from),
  action,
]
