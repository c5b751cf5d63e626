import { setTimeout as sleep } from "node:timers/promises"
import { INTENT_TIMES } from "../../domain/protocol/intent"
import { recoverIntents } from "../../server/recover-intents"
import { settleSplits } from "../../server/settle-split"
import { undoProposal } from "../../server/undo-proposal"
import type { Scene, SceneDeps } from "../scene"
import { inSandbox, type SeriesPlace, seriesOf } from "../series-stage"
import { stageOf } from "../stage"
import { type CrashPoint, mortal } from "./mortal"

/** What a process does to a series of four weeks when it ends. `arrives late`: the second write is carried out when everybody has given it up. */
export const SPLITS = ["applied", "refused", "answer lost", "never arrived", "arrives late", "undone"] as const
export type SplitCase = (typeof SPLITS)[number]

export interface SplitVerdict {
  readonly at: CrashPoint | null
  readonly hit: boolean
  readonly broken: readonly string[]
}

interface Everywhere {
  /** Those calls; absent: all of them. */
  readonly only?: RegExp
  /** One of so many of them, others each time; absent: every one. */
  readonly oneOf?: number
  readonly atOnce?: number
  /** Absent: in the sandbox. */
  readonly place?: SeriesPlace
}

/** The process ended at every call it makes, in turn, so many side by side. */
export async function splitEverywhere(
  scene: Scene,
  which: SplitCase,
  { only = /./, oneOf = 1, atOnce = 12, place = inSandbox(scene) }: Everywhere = {},
): Promise<readonly SplitVerdict[]> {
  const { deps, passed } = mortal(which === "arrives late" ? scene.deps : unhurried(scene), null)
  await (await prepared(scene, which, place)).run(deps)
  const from = Math.floor(Math.random() * oneOf)
  const waiting = passed.filter((point) => only.test(point)).filter((_, i) => i % oneOf === from)
  const verdicts: SplitVerdict[] = []
  const worker = async () => {
    for (let at = waiting.shift(); at; at = waiting.shift()) verdicts.push(await splitAt(scene, which, at, { place }))
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return verdicts
}

interface SplitOptions {
  /** A bug put into everybody. */
  readonly plant?: (deps: SceneDeps) => SceneDeps
  readonly place?: SeriesPlace
}

/** @param at null: the process lives */
export async function splitAt(
  scene: Scene,
  which: SplitCase,
  at: CrashPoint | null,
  { plant = (deps) => deps, place = inSandbox(scene) }: SplitOptions = {},
): Promise<SplitVerdict> {
  const story = await prepared(scene, which, place)
  const { deps, died } = mortal(scene.deps, at)
  const end = await Promise.race([story.run(plant(deps)).then(() => "lived"), died.then(() => "died")])
  const broken = await recovered(scene, plant(scene.deps), story)
  return { at, hit: end === "died", broken }
}

/** For what is to succeed: with the scene's shortened times a busy machine makes any request late. */
const unhurried = ({ deps }: Scene): SceneDeps => ({ ...deps, times: INTENT_TIMES })

type Story = Awaited<ReturnType<typeof prepared>>

async function prepared(scene: Scene, which: SplitCase, place: SeriesPlace) {
  const stage = stageOf({ ...scene, deps: unhurried(scene) })
  const series = await seriesOf(scene, place).weekly({ count: 4 })
  const proposal = await series.proposed(2, 15)
  if (which === "undone") await stage.apply(proposal)
  if (which === "refused") await series.editBeforeTrim({ location: "Room 9" })
  if (which === "answer lost") await series.trimFails("reset-after-execution")
  if (which === "arrives late") await series.trimFails("latency", LATE_MS)
  if (which === "never arrived") await series.trimFails("reset-before-execution")
  const run = async (deps: SceneDeps): Promise<unknown> =>
    which === "undone"
      ? undoProposal(deps, scene.person, proposal.id)
      : stageOf({ ...scene, deps })
          .apply(proposal)
          .catch(ignoreRefused)
  return { which, series, proposal, run }
}

/** Cut off between the yes and the rest, an apply is answered with a refusal: that is an end too. */
const ignoreRefused = (error: unknown): null => {
  if (error instanceof Error && error.message.startsWith("not carried out")) return null
  throw error
}

/** A bound for what never ends: a busy machine takes its time. */
const PATIENCE_MS = 60_000
const LATE_MS = 5_000

/** The loops of the app, until nothing is left to do; at no time may an instance be missing. */
async function recovered(scene: Scene, deps: SceneDeps, { which, series, proposal }: Story): Promise<string[]> {
  const { times, store } = deps
  const wanted = [series.untouched(), series.split(2, 15)]
  const found = new Set<string>()
  const settle = async () => {
    for (
      const deadline = performance.now() + PATIENCE_MS;
      performance.now() < deadline;
      await sleep(times.leaseMs / 4)
    ) {
      const now = await series.instances()
      for (const missing of missingFrom(now, wanted)) found.add(`lost: ${missing}`)
      // others settle too, and what is read one after the other can be of two moments: only what holds twice is an end
      if ((await isSettled(scene, proposal.id)) && (await isSettled(scene, proposal.id))) return
      await recoverIntents(deps)
      await store.endCutOff(times.approvalTtlMs + times.leaseMs)
      await settleSplits(deps)
    }
  }
  await settle()
  if (which === "arrives late") await sleep(LATE_MS)
  // an undo that was cut off is pressed again; made late by a busy machine it would be cut off again, and would want a third press
  if (which === "undone") await undoProposal({ ...deps, times: INTENT_TIMES }, scene.person, proposal.id).then(settle)
  const end = await series.instances()
  if (!wanted.some((dates) => dates.join() === end.join())) found.add(`in the end: ${end.join(", ")}`)
  const { state, operations } = await scene.proposal(proposal.id)
  if (!(await isSettled(scene, proposal.id))) {
    const steps = operations.map((op) => `${op.change.kind} ${op.state} ${op.outcome?.kind ?? ""}`)
    found.add(`not settled: ${state}, ${steps.join(", ")}; intents ${await intentsOf(scene, proposal.id)}`)
  }
  const isSplit = end.join() === wanted[1]?.join()
  if (which !== "undone" && isSplit !== (state === "done"))
    found.add(`says ${state} (${operations.map((op) => op.state).join()}), and the calendar ${end.join(", ")}`)
  return [...found]
}

const missingFrom = (now: readonly string[], [before = [], after = []]: readonly (readonly string[])[]) =>
  before.filter((at, i) => !now.includes(at) && !now.includes(after[i] ?? ""))

async function isSettled({ db, deps }: Scene, proposalId: string): Promise<boolean> {
  const [live, moving, half] = await Promise.all([
    db.intent.count({
      where: { OR: [{ proposalId }, { proposalId: { in: await undosOf(db, proposalId) } }], state: { not: "DONE" } },
    }),
    db.proposal.count({ where: { OR: [{ id: proposalId }, { undoOf: proposalId }], state: { in: ["applying"] } } }),
    deps.store.halfSplits(1_000),
  ])
  return live === 0 && moving === 0 && half.every(({ id }) => id !== proposalId)
}

const intentsOf = async ({ db }: Scene, proposalId: string): Promise<string> => {
  const rows = await db.intent.findMany({ where: { proposalId }, orderBy: { preparedAt: "asc" } })
  return rows
    .map(({ position, state, lookAgainAt }) => `${position} ${state}${lookAgainAt ? " looked" : ""}`)
    .join(", ")
}

const undosOf = async (db: Scene["db"], proposalId: string): Promise<string[]> =>
  (await db.proposal.findMany({ where: { undoOf: proposalId }, select: { id: true } })).map(({ id }) => id)
