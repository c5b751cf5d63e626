import { parseArgs } from "node:util"
import { MOMENTS } from "../../lib/testing/crashes/moments"
import { PLANTS, type PlantName } from "../../lib/testing/crashes/plants"
import { crashRound, type Ending, type RoundResult } from "../../lib/testing/crashes/round"
import { scaledTimes } from "../../lib/testing/crashes/scaled"
import { runHarness } from "../../lib/testing/harness"
import { openScene, type Scene } from "../../lib/testing/scene"
import { killApp } from "./parts/kill-app"

/*
 * F4: processes that apply proposals are killed (SIGKILL) or stopped at every moment of a write, several processes on one database and several writes in each,
 * and another one comes after them: one provider write at most, one outcome, found by reading (reliability-security.md, I1 I2 I4 I5). Then the whole app is killed
 * and started again and again under a person who keeps dragging events about.
 *
 *   npm run faults -- kill [--n 1000] [--app 50] [--at-once 6] [--writes 2] [--factor 10] [--provider google|microsoft] [--plant NAME]
 */

const { values } = parseArgs({
  options: {
    n: { type: "string", default: "1000" },
    app: { type: "string", default: "50" },
    "at-once": { type: "string", default: "6" },
    writes: { type: "string", default: "2" },
    /** So many times shorter than in production are the protocol's times. */
    factor: { type: "string", default: "10" },
    provider: { type: "string" },
    plant: { type: "string" },
  },
})
const [rounds, writes, factor, atOnce] = [values.n, values.writes, values.factor, values["at-once"]].map(Number) as [
  number,
  number,
  number,
  number,
]
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

runHarness("kill", 30, async () => {
  console.log(
    `${rounds} kills of ${writes} writes each, ${atOnce} processes at once, times divided by ${factor}${plant ? `, with ${plant}` : ""}`,
  )
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
      let round = 0
      const worker = async () => {
        while (round < rounds / providers.length) {
          const ending = endingOf(round++)
          count(ending, await crashRound(scene, { ending, writes, ...(plant && { plant }) }))
        }
      }
      // a bug in the recovery is put into one of them only: the others would mend what it breaks
      await Promise.all(Array.from({ length: plant ? 1 : atOnce }, worker))
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
  const app = plant ? null : await killApp(Number(values.app))
  missed.push(...(app?.broken ?? []))
  const figures = {
    rounds,
    app: app && { kills: app.kills, writes: app.writes, acknowledged: app.acknowledged },
    writes,
    factor,
    plant: plant ?? null,
    slowestSeconds: slowest,
    stuck,
    ends: Object.fromEntries(ends),
  }
  return { figures, missed }
})
