import { monitorEventLoopDelay } from "node:perf_hooks"
import { setTimeout as sleep } from "node:timers/promises"
import { actOnEvent, createEvent } from "../../server/act-on-event"
import { recoverIntents } from "../../server/recover-intents"
import { sealLog } from "../../server/seal-log"
import { checkChain } from "../../server/verify-log"
import type { Scene, SceneDeps } from "../scene"
import { type Cell, FATES, type Fate, faultOf, OPERATIONS, type Operation, setUpCell } from "./cells"
import { broken, evidenceOf } from "./judge"
import { PLANTS, type PlantName } from "./plants"

export interface OutcomesOptions {
  readonly seeds: number
  /** Cells that are under way at once. */
  readonly atOnce: number
  readonly plant?: PlantName
  readonly fates?: readonly Fate[]
  readonly operations?: readonly Operation[]
}

export interface OutcomesReport {
  readonly cells: number
  /** How many of each cell ended how. */
  readonly ends: Readonly<Record<string, number>>
  readonly broken: readonly string[]
  /** From the yes until the last intent was finished, as it was measured: the longest ones, longest first. */
  readonly slowest: readonly { readonly cell: string; readonly ms: number }[]
  /** The longest that this process, which is all of them at once, did nothing else. */
  readonly stalledMs: number
}

/** So many of the longest are told. */
const SHOWN = 10

/** Every fate of a request x every operation x `seeds`, on one provider; recovery runs beside them as it does in the app. */
export async function runOutcomes(scene: Scene, options: OutcomesOptions): Promise<OutcomesReport> {
  const { seeds, atOnce, plant, fates = FATES, operations = OPERATIONS } = options
  await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
  const deps: SceneDeps = plant ? PLANTS[plant](scene.deps, scene) : scene.deps
  const calendarIds = await calendarsOf(scene)
  const wanted = Array.from({ length: seeds }, () =>
    fates.flatMap((fate) => operations.map((op) => ({ fate, op }))),
  ).flat()
  const ends: Record<string, number> = {}
  const wrong: string[] = []
  let slowest: { cell: string; ms: number }[] = []
  const stalls = monitorEventLoopDelay({ resolution: 10 })
  stalls.enable()

  const recovery = recovering(deps)
  const next = wanted[Symbol.iterator]()
  const worker = async () => {
    for (const { fate, op } of next) {
      const cell = await setUpCell(scene, calendarIds, fate, op)
      const { told, faults, ms } = await runCell(scene, deps, cell)
      const name = `${op} ${fate}`
      ends[`${name}: ${told}`] = (ends[`${name}: ${told}`] ?? 0) + 1
      wrong.push(...faults.map((what) => `${name}: ${what}`))
      slowest = [...slowest, { cell: `${name}: ${told}`, ms }].sort((a, b) => b.ms - a.ms).slice(0, SHOWN)
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, worker))
  } finally {
    await recovery.stop()
    await scene.sandbox.clearFaults()
    stalls.disable()
  }
  await sealLog(scene.deps)
  const chain = await checkChain(scene.deps, scene.person.workspaceId)
  if (!chain.ok) wrong.push(`I6: ${JSON.stringify(chain.problems.slice(0, 3))}`)
  return { cells: wanted.length, ends, broken: wrong, slowest, stalledMs: stalls.max / 1e6 }
}

/** The loop of the app, at the scaled pace. */
function recovering(deps: SceneDeps) {
  let stopped = false
  const pauseMs = Math.max(10, deps.times.leaseMs / 8)
  const loop = (async () => {
    while (!stopped) {
      await recoverIntents(deps)
      await sleep(pauseMs)
    }
  })()
  return {
    stop: async () => {
      stopped = true
      await loop
    },
  }
}

async function runCell(
  scene: Scene,
  deps: SceneDeps,
  cell: Cell,
): Promise<{ told: string | null; faults: string[]; ms: number }> {
  const { sandbox, provider, person, connectionId } = scene
  const fault = faultOf(cell.fate, deps.times.timeoutMs, Math.random())
  await sandbox.fault({ provider, times: 1, ...cell.request, ...fault })
  const mark = await sandbox.lastExchange()
  const since = performance.now()
  const { change, base } = cell
  const acted =
    change.kind === "create"
      ? await createEvent(deps, person, { connectionId, calendarId: cell.calendarIds[0] ?? "" }, change.draft)
      : await actOnEvent(deps, person, base ?? never(), change)
  if ("kind" in acted) return { told: acted.kind, faults: [`refused: ${acted.reason}`], ms: 0 }
  const ms = await untilDone(scene, acted.proposalId, since)
  // a request that is still on its way has landed by then
  if (cell.fate === "appliedLate") await sleep(Math.max(0, (fault.delayMs ?? 0) + MARGIN_MS - ms))
  const evidence = await evidenceOf(scene, cell, acted.proposalId, mark)
  return { told: evidence.told, faults: broken(scene, cell, evidence), ms }
}

const MARGIN_MS = 100
const PATIENCE_MS = 60_000

/** Gives up after a minute of real time: the invariants then say what is wrong. */
async function untilDone(scene: Scene, proposalId: string, since: number): Promise<number> {
  while (performance.now() - since < PATIENCE_MS) {
    if ((await scene.db.intent.count({ where: { proposalId, state: { not: "DONE" } } })) === 0) break
    await sleep(20)
  }
  return performance.now() - since
}

/** The primary one first, then another one of the same account that can be written. */
async function calendarsOf({ account }: Scene): Promise<string[]> {
  const own = await account.calendars()
  if (own.kind !== "calendars") throw new Error(`no calendars: ${own.kind}`)
  const writable = own.calendars.filter((calendar) => calendar.writable)
  return [...writable.filter((c) => c.primary), ...writable.filter((c) => !c.primary)].map((c) => c.id)
}

function never(): never {
  throw new Error("only a create has no base")
}
