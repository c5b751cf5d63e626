/*
 * C12. What is run, fixed before the first run. From agent-coherence (arXiv 2603.15183), whose figures are the goals' measure: the agents, the reads to writes and the percentages are those of its
 * published table; that a fleet shares a plan, a design and a state, and that an agent takes 40 steps, is its "high churn" scenario; how long a text is, its "read-heavy" one (shorter than the
 * 4,096 tokens of the other, which would flatter whoever saves texts). Its agents work one after the other; ours all at once, which is harder on every column but the first.
 */

export interface Artifact {
  readonly name: string
  readonly form: "text" | "json"
  /** As it is before the first step; a write changes one entry of it for another of about the same length. */
  readonly tokens: number
}

export interface Workload {
  readonly name: string
  readonly agents: number
  /** Each agent's; a step is a look at all that it works with, and a write or none. */
  readonly steps: number
  /** Of the steps, how many end in a write: what the published table has as writes to reads. */
  readonly writeShare: number
}

export const ARTIFACTS: readonly Artifact[] = [
  { name: "plan.md", form: "text", tokens: 1_200 },
  { name: "design.md", form: "text", tokens: 1_200 },
  { name: "state.json", form: "json", tokens: 900 },
]

const STEPS = 40

/** `goal`: of the tokens of resending everything, the share that ours has to save. */
export const WORKLOADS: readonly (Workload & { readonly published: number; readonly goal: number })[] = [
  { name: "read-heavy", agents: 4, steps: STEPS, writeShare: 1 / 12, published: 0.69, goal: 0.7 },
  { name: "moderate", agents: 3, steps: STEPS, writeShare: 3 / 8, published: 0.47, goal: 0.5 },
  { name: "write-heavy", agents: 4, steps: STEPS, writeShare: 4 / 8, published: 0.29, goal: 0.3 },
]

/** The figures of a workload are the sums over these scripts. */
export const SEEDS: readonly number[] = [1, 2, 3]

/** The curve: four agents, from no write at all to a write in every step; one script each. */
export const CURVE: readonly Workload[] = Array.from({ length: 11 }, (_, n) => ({
  name: `${n * 10} % write`,
  agents: 4,
  steps: STEPS,
  writeShare: n / 10,
}))
