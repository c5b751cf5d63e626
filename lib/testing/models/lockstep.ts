import type { Graph } from "./explore"
import type { TlaGraph } from "./tla"

/**
 * Walks both graphs at once from where they start and compares, state by state, where each leads. Self-loops count on neither side: TLA+ lets everything stand still.
 *
 * @param write a state as TLA+ writes it
 * @returns the first difference, as a sentence; null: they are one and the same, with as many edges
 */
export function differenceBetween<S>(
  ours: Graph<S, unknown>,
  theirs: TlaGraph,
  write: (state: S) => string,
): { readonly difference: string | null; readonly edges: number } {
  const leaving = new Map<number, number[]>()
  for (const edge of theirs.edges) {
    const [from = 0, to = 0] = edge.split(" ").map(Number)
    leaving.set(from, [...(leaving.get(from) ?? []), to])
  }
  const written = ours.states.map(write)
  const queue: (readonly [number, number])[] = [[0, 0]]
  const met = new Set([0])
  let edges = 0
  if (written[0] !== theirs.states[0]) return { difference: `they do not start alike:\n${written[0]}\n${theirs.states[0]}`, edges }
  for (const [our, their] of queue) {
    const mine = new Map((ours.edges[our] ?? []).flatMap(({ to }) => (to === our ? [] : [[written[to] ?? "", to] as const])))
    const other = new Map((leaving.get(their) ?? []).map((to) => [theirs.states[to] ?? "", to] as const))
    const lone = [
      ...[...mine.keys()].filter((state) => !other.has(state)).map((state) => `the rule alone leads to\n${state}`),
      ...[...other.keys()].filter((state) => !mine.has(state)).map((state) => `the module alone leads to\n${state}`),
    ]
    if (lone.length > 0) return { difference: `from\n${written[our]}\n${lone.join("\n")}`, edges }
    edges += mine.size
    for (const [state, to] of mine) {
      if (met.has(to)) continue
      met.add(to)
      queue.push([to, other.get(state) ?? -1])
    }
  }
  const missed = ours.states.length - met.size
  return { difference: missed === 0 ? null : `${missed} states of the rule were not met`, edges }
}
