import { parseArgs } from "node:util"
import { MOMENTS } from "../../lib/testing/crashes/moments"
import { PLANTS, type PlantName } from "../../lib/testing/crashes/plants"
import { crashRound, type Ending, type RoundResult } from "../../lib/testing/crashes/round"
import { scaledTimes } from "../../lib/testing/crashes/scaled"
import { runHarness } from "../../lib/testing/harness"
import { openScene, type Scene } from "../../lib/testing/scene"

/*
 * Processes that apply proposals are killed (SIGKILL) or stopped at every moment of a write, several writes at once, and another one comes after
 * them: one provider write at most, one outcome, found by reading (reliability-security.md, I1 I2 I4 I5).
 *
 *   npm run faults -- kills [--rounds 100] [--writes 4] [--factor 10] [--provider google|microsoft] [--plant NAME]
 */

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "100" },
    writes: { type: "string", default: "4" },
    /** So many times shorter than in production are the protocol's times. */
    factor: { type: "string", default: "10" },
    provider: { type: "string" },
    plant: { type: "string" },
  },
})
const [rounds, writes, factor] = [Number(values.rounds), Number(values.writes), Number(values.factor)]
const providers = (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each)
const plant = (Object.keys(PLANTS) as PlantName[]).find((each) => each === values.plant)
if (values.plant && !plant) throw new Error(`no plant ${values.plant}; there is: ${Object.keys(PLANTS).join(", ")}`)

/** I5, in the protocol's real times. */
const FINISHED_WITHIN_MS = 60_000
/** The first commit of a process takes about so long: kills fall anywhere in it. */
const COMMIT_MS = 800

const atRandom = (): Ending => ({ kind: "killedAfter", ms: Math.random() * COMMIT_MS })
const inFlight = (): Ending => ({ kind: "killedInFlight", requestTakesMs: 100 + Math.random() * 200 })
/** Taken in turn: every moment, and as many at random. */
const ENDINGS: readonly (() => Ending)[] = [
  ...MOMENTS.flatMap((moment) => [atRandom, (): Ending => ({ kind: "killedAt", moment })]),
  atRandom,
  inFlight,
  () => ({ kind: "stoppedAt", moment: "sent" }),
  () => ({ kind: "stoppedAt", moment: "answered" }),
]
const endingOf = (round: number): Ending => (ENDINGS[round % ENDINGS.length] ?? atRandom)()

const nameOf = (ending: Ending) => ("moment" in ending ? `${ending.kind} ${ending.moment}` : ending.kind)

runHarness("kills", 30, async () => {
  console.log(`${rounds} kills of ${writes} writes each, times divided by ${factor}${plant ? `, with ${plant}` : ""}`)
  const ends = new Map<string, number>()
  const missed: string[] = []
  let [slowestMs, stuck] = [0, 0]
  const count = (ending: Ending, result: RoundResult) => {
    for (const end of result.ends) {
      const label = `${nameOf(ending).padEnd(22)} ${end}`
      ends.set(label, (ends.get(label) ?? 0) + 1)
    }
    slowestMs = Math.max(slowestMs, result.settledMs)
    stuck += result.stuck
    missed.push(...result.broken.map((what) => `${nameOf(ending)}: ${what}`))
  }
  for (const provider of providers) {
    const scene: Scene = await openScene(provider, { times: scaledTimes(factor) })
    try {
      await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
      for (let round = 0; round < rounds / providers.length; round++) {
        const ending = endingOf(round)
        count(ending, await crashRound(scene, { ending, writes, ...(plant && { plant }) }))
      }
    } finally {
      await scene.close()
    }
  }
  for (const [label, times] of [...ends].sort(([a], [b]) => a.localeCompare(b)))
    console.log(`${String(times).padStart(6)}  ${label}`)
  const slowest = (slowestMs * factor) / 1000
  console.log(
    `slowest to be finished: ${slowest.toFixed(1)} s in the protocol's times; proposals left "applying": ${stuck}`,
  )
  if (slowestMs * factor > FINISHED_WITHIN_MS) missed.push(`I5: an intent took ${slowest.toFixed(1)} s`)
  const figures = {
    rounds,
    writes,
    factor,
    plant: plant ?? null,
    slowestSeconds: slowest,
    stuck,
    ends: Object.fromEntries(ends),
  }
  return { figures, missed }
})
