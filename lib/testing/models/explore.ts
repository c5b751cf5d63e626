/** One step of a model: where it leads, what class of edge it is, and which properties it breaks. */
export interface Next<S> {
  readonly state: S
  /** Such as `commit: claimed`. */
  readonly edge: string
  readonly broken: readonly string[]
}

/** A protocol among those who use it, with as many of them as its bounds say. */
export interface Model<S, A> {
  readonly name: string
  /** What there is of everything, for people. */
  readonly bounds: string
  readonly initial: S
  /** What somebody may do now. */
  actions(state: S): readonly A[]
  next(state: S, action: A): Next<S>
  /** A state in few characters: equal if and only if the states are. */
  pack(state: S): string
  /** Every class of edges that there has to be. */
  readonly edges: readonly string[]
  readonly progress: readonly Progress<S, A>[]
}

/** From every state `goal` is reached by `helped` actions alone: whatever the others do, or however dead they are. */
export interface Progress<S, A> {
  readonly name: string
  goal(state: S): boolean
  helped(action: A): boolean
  /** A bug by which it is not so any more: where a step leads then, by where it leads without. */
  readonly bug: { readonly name: string; lead(next: Next<S>, from: S, action: A): S }
}

/** The same with that bug. What else breaks by it is not looked at. */
export const withBug = <S, A>(model: Model<S, A>, { bug }: Progress<S, A>): Model<S, A> => ({
  ...model,
  next: (state, action) => {
    const next = model.next(state, action)
    return { ...next, state: bug.lead(next, state, action), broken: [] }
  },
})

export interface Graph<S, A> {
  readonly states: readonly S[]
  /** By the number of the state they leave from, in the order in which they were found. */
  readonly edges: readonly (readonly Edge<A>[])[]
  /** How the state was first reached. Null: it is where everything starts. */
  readonly reachedBy: readonly ({ readonly from: number; readonly action: A } | null)[]
}

export interface Edge<A> {
  readonly action: A
  readonly to: number
  readonly edge: string
}

export type Explored<S, A> =
  | { readonly kind: "whole"; readonly graph: Graph<S, A>; readonly edgeCount: number }
  /** `path`: a shortest way there. */
  | { readonly kind: "broken"; readonly broken: readonly string[]; readonly path: readonly A[] }

/**
 * Goes breadth-first through all there is, so that the first broken property comes with a shortest way to it.
 *
 * @throws {RangeError} beyond `most` states: nothing is ever left out in silence.
 */
export function explore<S, A>(model: Model<S, A>, most = 200_000): Explored<S, A> {
  const numberOf = new Map([[model.pack(model.initial), 0]])
  const states: S[] = [model.initial]
  const edges: Edge<A>[][] = []
  const reachedBy: ({ from: number; action: A } | null)[] = [null]
  let edgeCount = 0
  for (let from = 0; from < states.length; from++) {
    const state = states[from] as S
    const leaving: Edge<A>[] = []
    for (const action of model.actions(state)) {
      const next = model.next(state, action)
      if (next.broken.length > 0)
        return { kind: "broken", broken: next.broken, path: [...pathTo(reachedBy, from), action] }
      const key = model.pack(next.state)
      let to = numberOf.get(key)
      if (to === undefined) {
        to = states.length
        if (to >= most) throw new RangeError(`${model.name} has more than ${most} states`)
        numberOf.set(key, to)
        states.push(next.state)
        reachedBy.push({ from, action })
      }
      leaving.push({ action, to, edge: next.edge })
    }
    edgeCount += leaving.length
    edges.push(leaving)
  }
  return { kind: "whole", graph: { states, edges, reachedBy }, edgeCount }
}

/** The actions that lead to a state, by a shortest way. */
export function pathTo<A>(reachedBy: Graph<unknown, A>["reachedBy"], to: number): A[] {
  const path: A[] = []
  for (let step = reachedBy[to]; step; step = reachedBy[step.from]) path.push(step.action)
  return path.reverse()
}

/** Classes of edges that never came, or that nobody named. */
export function unfired<S, A>({ edges: named }: Model<S, A>, { edges }: Graph<S, A>): string[] {
  const fired = new Set(edges.flat().map(({ edge }) => edge))
  return [
    ...named.filter((each) => !fired.has(each)).map((each) => `never: ${each}`),
    ...[...fired].filter((each) => !named.includes(each)).map((each) => `not named: ${each}`),
  ]
}

/** States from which something that has to come cannot, with a shortest way to the first of them. */
export function stuck<S, A>({ progress }: Model<S, A>, graph: Graph<S, A>): { name: string; path: readonly A[] }[] {
  return progress.flatMap(({ name, goal, helped }) => {
    const before: number[][] = graph.states.map(() => [])
    graph.edges.forEach((leaving, from) => {
      for (const { action, to } of leaving) if (helped(action)) before[to]?.push(from)
    })
    const reached = new Set(graph.states.flatMap((state, n) => (goal(state) ? [n] : [])))
    for (const to of reached) for (const from of before[to] ?? []) reached.add(from)
    const first = graph.states.findIndex((_, n) => !reached.has(n))
    return first < 0 ? [] : [{ name, path: pathTo(graph.reachedBy, first) }]
  })
}
