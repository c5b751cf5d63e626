import { type LeafRow, rowLeaf } from "./leaf"
import { append, EMPTY_FRONTIER, type Frontier, rootOf } from "./merkle"

export type ProblemKind =
  | "row-missing"
  | "row-changed"
  | "gap"
  | "checkpoint-root"
  | "checkpoint-signature"
  | "checkpoint-beyond"
  | "outside-root"
  | "outside-beyond"
  | "outside-missing"
  | "text-changed"

export interface ChainProblem {
  readonly kind: ProblemKind
  readonly seq: number | null
}

/** A place in the chain as the database gives it. `row` null: the chain names a row that is not there. */
export interface ChainLink {
  readonly seq: number
  readonly leafHash: string
  readonly row: LeafRow | null
}

export interface KnownHead {
  readonly size: number
  readonly root: string
}

/** Walks a chain once, in order, in constant memory. Feed it links, then ask for the end. */
export class ChainWalk {
  private frontier: Frontier = EMPTY_FRONTIER
  readonly problems: ChainProblem[] = []
  private readonly inside: Map<number, string>
  private readonly outside: Map<number, string>

  /** `inside`: signed heads from the database; `outside`: heads kept elsewhere, which the database's keeper cannot rewrite. */
  constructor(inside: readonly KnownHead[], outside: readonly KnownHead[]) {
    this.inside = new Map(inside.map((head) => [head.size, head.root]))
    this.outside = new Map(outside.map((head) => [head.size, head.root]))
  }

  add({ seq, leafHash, row }: ChainLink): void {
    if (seq !== this.frontier.size) this.problems.push({ kind: "gap", seq: this.frontier.size })
    if (row === null) this.problems.push({ kind: "row-missing", seq })
    else if (rowLeaf(seq, row) !== leafHash) this.problems.push({ kind: "row-changed", seq })
    this.frontier = append(this.frontier, leafHash)
    this.compare(this.inside, "checkpoint-root")
    this.compare(this.outside, "outside-root")
  }

  private compare(heads: Map<number, string>, kind: ProblemKind): void {
    const expected = heads.get(this.frontier.size)
    if (expected !== undefined && expected !== rootOf(this.frontier))
      this.problems.push({ kind, seq: this.frontier.size - 1 })
  }

  end(): { readonly size: number; readonly root: string; readonly problems: readonly ChainProblem[] } {
    const { size } = this.frontier
    const beyond = (heads: Map<number, string>, kind: ProblemKind) =>
      [...heads.keys()].filter((known) => known > size).map((known): ChainProblem => ({ kind, seq: known - 1 }))
    const problems = [
      ...this.problems,
      ...beyond(this.inside, "checkpoint-beyond"),
      ...beyond(this.outside, "outside-beyond"),
    ]
    return { size, root: rootOf(this.frontier), problems }
  }
}
