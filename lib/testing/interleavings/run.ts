import fc from "fast-check"
import type { SandboxProvider } from "../sandbox"
import type { Scene } from "../scene"
import { PLANTS, type PlantName } from "./plants"
import { type Story, stories } from "./story"
import { type Tally, tell } from "./tell"

export interface InterleavingOptions {
  readonly runs: number
  readonly seed: number
  /** Where a failing run stopped shrinking, as a report printed it: only that story is told. */
  readonly path?: string
  readonly plant?: PlantName
  /** Stories that fail are made as small as they go. Slow; off where only red or green matters. */
  readonly shrink?: boolean
}

export interface InterleavingReport {
  readonly provider: SandboxProvider
  readonly seed: number
  readonly runs: number
  readonly seconds: number
  /** How often each ending was met. */
  readonly met: Readonly<Record<string, number>>
  readonly violation: { readonly what: string; readonly story: Story | undefined; readonly path: string | null } | null
}

/** Tells random stories about one event each until all are told or one goes wrong. */
export async function runInterleavings(scene: Scene, options: InterleavingOptions): Promise<InterleavingReport> {
  await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
  const { provider } = scene
  const { runs, seed, path, plant, shrink = true } = options
  const deps = plant ? PLANTS[plant](scene) : scene.deps
  const tally: Tally = new Map()
  const startedAt = performance.now()
  const property = fc.asyncProperty(stories, (story) => tell(scene, deps, story, tally))
  const details = await fc.check(property, { numRuns: runs, seed, endOnFailure: !shrink, ...(path && { path }) })
  return {
    provider,
    seed,
    runs: details.numRuns,
    seconds: Math.round(performance.now() - startedAt) / 1000,
    met: Object.fromEntries([...tally].sort(([a], [b]) => a.localeCompare(b))),
    violation: details.failed
      ? {
          what: String(details.errorInstance instanceof Error ? details.errorInstance.message : details.errorInstance),
          story: details.counterexample?.[0],
          path: details.counterexamplePath,
        }
      : null,
  }
}
