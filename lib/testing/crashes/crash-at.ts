import { setTimeout as sleep } from "node:timers/promises"
import { type EventKey, parseEventKey } from "../../domain/event"
import { INTENT_TIMES } from "../../domain/protocol/intent"
import { checkSlotAfter } from "../../server/check-slot-after"
import { recoverIntents } from "../../server/recover-intents"
import type { Scene, SceneDeps } from "../scene"
import type { CrashCase, Prepared } from "./crash-cases"
import { broken, tracesOf } from "./invariants"
import { type CrashPoint, mortal } from "./mortal"

/** Where a case's process can end: every call it makes to a database or a provider, before and after. Nothing dies here, and nothing is late: what is called late goes another way. */
export async function pointsOf(scene: Scene, { prepare }: CrashCase): Promise<readonly CrashPoint[]> {
  const { run } = await prepare(scene)
  const { deps, passed } = mortal({ ...scene.deps, times: INTENT_TIMES }, null)
  await runWhole(deps, run)
  return [...passed]
}

export interface CrashVerdict {
  /** False: the process came to its end without passing the point. */
  readonly hit: boolean
  readonly broken: readonly string[]
}

/** One process that ends at one point, and a recovery after it that only reads. @param plant a bug put into the dying process */
export async function crashAt(
  scene: Scene,
  { prepare }: CrashCase,
  at: CrashPoint,
  plant: (deps: SceneDeps) => SceneDeps = (deps) => deps,
): Promise<CrashVerdict> {
  const prepared = await prepare(scene)
  const mark = await scene.sandbox.lastExchange()
  const { deps, died } = mortal(scene.deps, at)
  const end = await Promise.race([runWhole(plant(deps), prepared.run).then(() => "lived"), died.then(() => "died")])
  await recovered(scene, prepared)
  return { hit: end === "died", broken: await verdictOf(scene, prepared, mark) }
}

/** A case's process ended at every point in turn, so many side by side: most of the time is spent waiting for leases to run out. */
export async function crashEverywhere(
  scene: Scene,
  each: CrashCase,
  { atOnce = 6, plant }: { readonly atOnce?: number; readonly plant?: (deps: SceneDeps) => SceneDeps } = {},
): Promise<readonly (CrashVerdict & { readonly at: CrashPoint })[]> {
  const waiting = [...(await pointsOf(scene, each))]
  const verdicts: (CrashVerdict & { at: CrashPoint })[] = []
  /** With shortened times a busy machine is late now and then, and the process goes another way; whatever way it goes is judged. */
  async function untilHit(at: CrashPoint, tries: number): Promise<CrashVerdict> {
    const verdict = await crashAt(scene, each, at, plant)
    if (verdict.hit || verdict.broken.length > 0 || tries === 1) return verdict
    return untilHit(at, tries - 1)
  }
  async function worker(): Promise<void> {
    for (let at = waiting.shift(); at; at = waiting.shift()) verdicts.push({ at, ...(await untilHit(at, TRIES)) })
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return verdicts
}

/** With the looks at slots that its writes have ordered: a process that works may be the one that wrote. */
export async function runWhole(deps: SceneDeps, run: Prepared["run"]): Promise<void> {
  const later: Promise<void>[] = []
  await run({
    ...deps,
    guarded: {
      ...deps.guarded,
      async finish(end) {
        const done = await deps.guarded.finish(end)
        if (done === "finished" && end.slotCheck) later.push(checkSlotAfter(deps, end.slotCheck))
        return done
      },
    },
  })
  await Promise.all(later)
}

const TRIES = 3
const PATIENCE_MS = 20_000

export async function recovered(scene: Scene, prepared: Prepared): Promise<void> {
  const { leaseMs } = scene.deps.times
  const unfinished = async () => {
    const proposalId = { in: (await operationsOf(scene, prepared)).map((operation) => operation.proposalId) }
    return scene.db.intent.count({ where: { proposalId, state: { in: ["PREPARED", "SENT"] } } })
  }
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(leaseMs / 4)) {
    if ((await unfinished()) === 0) return
    await recoverIntents(scene.deps)
  }
}

export async function verdictOf(
  scene: Scene,
  prepared: Prepared,
  mark: number,
  clocksAgree?: boolean,
): Promise<string[]> {
  const found: string[] = []
  for (const { proposalId, eventKey } of await operationsOf(scene, prepared)) {
    const { eventId } = parseEventKey(eventKey)
    found.push(
      ...broken(await tracesOf(scene, { proposalId, eventId, eventKey: eventKey as EventKey, mark }), clocksAgree),
    )
  }
  return found
}

/** Everything that was begun about a case's events. */
const operationsOf = ({ db }: Scene, { titles, finished }: Prepared) =>
  db.proposalOperation.findMany({
    where: {
      OR: titles.map((title) => ({ base: { path: ["summary"], equals: title } })),
      proposalId: { notIn: [...finished] },
    },
    select: { proposalId: true, eventKey: true },
  })
