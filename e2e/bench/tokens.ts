import { isDeepStrictEqual } from "node:util"
import { openApiWorld } from "../../lib/testing/api/world"
import { runHarness } from "../../lib/testing/harness"
import { COLUMN_NAMES, type ColumnName } from "./parts/token-columns"
import { serveApp } from "./parts/token-door"
import { type ChargeKind, KINDS, totalOf } from "./parts/token-ledger"
import { ARTIFACTS, type Artifact, CURVE, SEEDS, WORKLOADS, type Workload } from "./parts/token-mix"
import { type Played, play } from "./parts/token-play"
import { scriptOf } from "./parts/token-script"

/*
 * C12. What a fleet's models are given to read, in columns over the same script: every text resent in every step (the last write wins), a client that polls with ETags, and ours, the tools of
 * /api/mcp under a run, with their calls, their descriptions, what they say of dead views, refusals and second tries; and ours with a client between, for a like-for-like look at the second. Over
 * HTTP, counted by the tokenizer of current OpenAI models (o200k_base; the package is JavaScript alone, so the bench runs wherever the product does). The mix is in parts/token-mix.ts.
 *
 *   npm run bench -- tokens
 */

/*
 * Printed beside the workloads, for what in their mix flatters ours; no goal is about them, and they were added after the first run. With fewer steps what is paid once weighs more; where all work on
 * one artifact, every write concerns everybody.
 */
const LENGTHS: readonly number[] = [5, 10, 20]

/** One workload in one column, summed over its scripts. */
interface Figure extends Pick<Played, "column" | "requests" | "writes" | "lost" | "onStale"> {
  readonly workload: string
  readonly tokens: number
  /** Of the column that resends everything, what is not needed. */
  readonly saved: number
  readonly kinds: Readonly<Record<ChargeKind, number>>
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0)

function figured(workload: string, plays: readonly Played[]): readonly Figure[] {
  const tokensOf = (name: ColumnName) =>
    sum(plays.filter(({ column }) => column === name).map(({ tokens }) => totalOf(tokens)))
  return COLUMN_NAMES.map((column) => {
    const its = plays.filter((one) => one.column === column)
    const of = (what: "requests" | "writes" | "lost" | "onStale") => sum(its.map((one) => one[what]))
    const kinds = Object.fromEntries(KINDS.map((kind) => [kind, sum(its.map(({ tokens }) => tokens[kind]))]))
    return {
      workload,
      column,
      tokens: tokensOf(column),
      saved: 1 - tokensOf(column) / tokensOf("resends everything"),
      kinds: kinds as Figure["kinds"],
      requests: of("requests"),
      writes: of("writes"),
      lost: of("lost"),
      onStale: of("onStale"),
    }
  })
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

function print(figures: readonly Figure[]): void {
  for (const { workload, column, tokens, saved, requests, writes, lost, onStale } of figures)
    console.log(
      `${workload.padEnd(15)} ${column.padEnd(19)} ${String(tokens).padStart(9)} ${percent(saved).padStart(8)} ${[requests, writes, lost, onStale].map((n) => String(n).padStart(9)).join(" ")}`,
    )
}

function printKinds(figures: readonly Figure[]): void {
  console.log(`\nof these                            ${KINDS.map((kind) => kind.padStart(10)).join("")}`)
  for (const { workload, column, kinds } of figures)
    console.log(
      `${workload.padEnd(15)} ${column.padEnd(19)} ${KINDS.map((kind) => String(kinds[kind]).padStart(10)).join("")}`,
    )
}

/** What has to be so in any mix, whatever it costs. */
function wrong(workload: string, plays: readonly Played[]): readonly string[] {
  const its = (name: ColumnName) => plays.filter(({ column }) => column === name)
  return (["ours", "ours, by a client"] as const).flatMap((name) => {
    const [lost, onStale] = [sum(its(name).map((one) => one.lost)), sum(its(name).map((one) => one.onStale))]
    const apart = its(name).some(({ final }, n) => !isDeepStrictEqual(final, its("polls with ETags")[n]?.final))
    return [
      ...(lost > 0 ? [`${workload}, ${name}: ${lost} changes were lost`] : []),
      ...(onStale > 0 ? [`${workload}, ${name}: ${onStale} writes on what was no longer so`] : []),
      ...(apart ? [`${workload}, ${name}: other artifacts in the end than those of the client that polls`] : []),
    ]
  })
}

runHarness("tokens", 15, async () => {
  const world = await openApiWorld()
  const app = await serveApp()
  async function played(
    workload: Workload,
    seeds: readonly number[],
    artifacts: readonly Artifact[] = ARTIFACTS,
  ): Promise<readonly Played[]> {
    const plays: Played[] = []
    for (const seed of seeds) {
      const script = scriptOf(workload, artifacts, seed)
      for (const column of COLUMN_NAMES) plays.push(await play(world, app.url, column, script))
    }
    return plays
  }
  try {
    const missed: string[] = []
    const workloads: Figure[] = []
    console.log("workload        column                 tokens    saved  requests    writes      lost  on stale")
    for (const each of WORKLOADS) {
      const plays = await played(each, SEEDS)
      const figures = figured(each.name, plays)
      print(figures)
      console.log(
        `${"".padEnd(15)} published, computed: ${percent(each.published)}; wanted of ours: ${percent(each.goal)}`,
      )
      workloads.push(...figures)
      const saved = figures.find(({ column }) => column === "ours")?.saved ?? 0
      if (saved < each.goal) missed.push(`${each.name}: ours saves ${percent(saved)}, ${percent(each.goal)} wanted`)
      missed.push(...wrong(each.name, plays))
    }
    printKinds(workloads)
    async function curveOf(heading: string, mixes: readonly Workload[], artifacts?: readonly Artifact[]) {
      console.log(`\n${heading}`)
      const curve: Figure[] = []
      for (const each of mixes) {
        const plays = await played(each, SEEDS.slice(0, 1), artifacts)
        const figures = figured(each.name, plays)
        print(figures)
        curve.push(...figures)
        missed.push(...wrong(each.name, plays))
      }
      return curve
    }
    const curve = await curveOf("by the share of steps that write", CURVE)
    const shorter = LENGTHS.flatMap((steps) =>
      WORKLOADS.map((each) => ({ ...each, name: `${each.name}, ${steps}`, steps })),
    )
    const lengths = await curveOf("by the steps of an agent", shorter)
    const oneArtifact = await curveOf("all on one artifact", WORKLOADS, ARTIFACTS.slice(0, 1))
    const published = Object.fromEntries(WORKLOADS.map(({ name, published }) => [name, published]))
    return { figures: { published, workloads, curve, lengths, oneArtifact }, missed }
  } finally {
    app.close()
    await world.close()
  }
})
