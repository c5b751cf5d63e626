import type { Json } from "../../../lib/domain/record"
import type { Artifact, Workload } from "./token-mix"
import { entriesOf, entry, firstOf, oneOf, seeded } from "./token-texts"

/**
 * An agent looks at what it works with, thinks, and then writes or does not; what the others do comes between. `about`: the artifact that the step is about, by its number.
 */
export type Event =
  | { readonly do: "look"; readonly agent: number; readonly about: number }
  | {
      readonly do: "write"
      readonly agent: number
      readonly about: number
      readonly entry: number
      readonly to: string
    }

export interface Script {
  readonly agents: number
  readonly artifacts: readonly Artifact[]
  readonly first: readonly Json[]
  readonly events: readonly Event[]
}

interface Step {
  readonly about: number
  readonly writes: boolean
}

/** The same for every column: one order of events, in which agents of equal speed overlap by chance, with as many writes as the workload says. */
export function scriptOf(workload: Workload, artifacts: readonly Artifact[], seed: number): Script {
  const chance = seeded(seed)
  const first = artifacts.map((artifact) => firstOf(artifact, chance))
  const waiting = stepsOf(workload, artifacts.length, chance)
  const thinks = new Map<number, Step>()
  const events: Event[] = []
  let changes = 0
  for (;;) {
    const busy = waiting.flatMap((steps, agent) => (steps.length > 0 || thinks.has(agent) ? [agent] : []))
    if (busy.length === 0) return { agents: workload.agents, artifacts, first, events }
    const agent = oneOf(busy, chance)
    const step = thinks.get(agent)
    thinks.delete(agent)
    if (!step) {
      const next = waiting[agent]?.pop()
      if (!next) throw new Error("a busy agent without a step")
      thinks.set(agent, next)
      events.push({ do: "look", agent, about: next.about })
    } else if (step.writes) {
      const { about } = step
      const at = Math.floor(chance() * entriesOf(first[about] ?? "").length)
      events.push({ do: "write", agent, about, entry: at, to: entry(++changes, chance) })
    }
  }
}

/** For each agent; which of all steps write is dealt out by chance, how many do is not. */
function stepsOf({ agents, steps, writeShare }: Workload, artifacts: number, chance: () => number): Step[][] {
  const all = Array.from({ length: agents * steps }, (_, n) => n)
  const order = new Map(all.map((n) => [n, chance()]))
  const byChance = [...all].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
  const writing = new Set(byChance.slice(0, Math.round(all.length * writeShare)))
  const step = (n: number): Step => ({ about: Math.floor(chance() * artifacts), writes: writing.has(n) })
  return Array.from({ length: agents }, (_, agent) => all.slice(agent * steps, (agent + 1) * steps).map(step))
}
