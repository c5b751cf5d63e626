import type { EventRef } from "../../../lib/domain/event"
import type { StoredProposal } from "../../../lib/ports/assistant-store"
import { applyProposal } from "../../../lib/server/apply-proposal"
import { proposeMove } from "../../../lib/testing/propose-move"
import type { SandboxProvider } from "../../../lib/testing/sandbox"
import { CAST, type Scene, type SceneDeps } from "../../../lib/testing/scene"
import { bareSdk } from "./bare-sdk"
import { PLANTS, type PlantName } from "./plants"
import { median, timed } from "./steps"

const DAY_MS = 86_400_000

export interface Figures {
  readonly provider: SandboxProvider
  readonly latencyMs: number
  readonly bareMs: number
  readonly oursMs: number
  readonly addedMs: number
  readonly ratio: number
  /** Processor time of this process (the SDK and the app, not the sandbox or the database): what a busy machine does not change. */
  readonly bareCpuMs: number
  readonly oursCpuMs: number
  /** Median of each call of a port. */
  readonly stepMs: Readonly<Record<string, number>>
}

export interface Bench {
  readonly rounds: number
  readonly latencyMs: number
  /** Rounds before those that count. */
  readonly warmUp?: number
  readonly plant?: PlantName
}

/** One round of each in turn; the proposal is made before, and what runs afterwards has run before the next. */
export async function measure(scene: Scene, { rounds, latencyMs, warmUp = 15, plant }: Bench): Promise<Figures> {
  const { provider, sandbox } = scene
  const steps = new Map<string, number[]>()
  let counts = false
  const deps = timed(plant ? PLANTS[plant](scene.deps) : scene.deps, (step, ms) => {
    if (counts) steps.set(step, [...(steps.get(step) ?? []), ms])
  })
  const latency = (ms: number) => sandbox.control("POST", "latency", { provider, ms })
  const bare = await bareSdk(scene)
  const [theirs, mine] = [await newEvent(scene, 2), await newEvent(scene, 3)]
  const bareTimes: Taken[] = []
  const ourTimes: Taken[] = []
  for (let round = -warmUp; round < rounds; round++) {
    const hour = 14 + (round & 1)
    const proposal = await proposeMove(deps, scene, mine, slot(scene, 3, hour))
    await latency(latencyMs)
    const bareTook = await took(() => bare(theirs.eventId, slot(scene, 2, hour)))
    counts = round >= 0
    const oursTook = await took(() => commit(deps, scene, proposal))
    counts = false
    await latency(0)
    await scene.settled()
    if (round < 0) continue
    bareTimes.push(bareTook)
    ourTimes.push(oursTook)
  }
  const [bareMs, oursMs] = [median(bareTimes.map(wallOf)), median(ourTimes.map(wallOf))]
  const [bareCpuMs, oursCpuMs] = [median(bareTimes.map(cpuOf)), median(ourTimes.map(cpuOf))]
  const stepMs = Object.fromEntries([...steps].map(([step, calls]) => [step, median(calls)]))
  return {
    provider,
    latencyMs,
    bareMs,
    oursMs,
    addedMs: oursMs - bareMs,
    ratio: oursMs / bareMs,
    bareCpuMs,
    oursCpuMs,
    stepMs,
  }
}

async function commit(deps: SceneDeps, { person }: Scene, { id, planHash }: StoredProposal): Promise<void> {
  const applied = await applyProposal(deps, person, id, planHash)
  if (applied.kind !== "carriedOut" || applied.last.kind !== "applied" || applied.last.notes.length > 0)
    throw new Error(`not a plain commit: ${JSON.stringify(applied)}`)
}

interface Taken {
  readonly wallMs: number
  readonly cpuMs: number
}
const wallOf = ({ wallMs }: Taken): number => wallMs
const cpuOf = ({ cpuMs }: Taken): number => cpuMs

async function took(work: () => Promise<void>): Promise<Taken> {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 }
}

/** Half an hour on a day of its own, in instants. */
function slot({ deps }: Scene, daysAhead: number, hour: number): { start: string; end: string } {
  const start = (Math.floor(deps.clock.now() / DAY_MS) + daysAhead) * DAY_MS + hour * 3_600_000
  return { start: new Date(start).toISOString(), end: new Date(start + 1_800_000).toISOString() }
}

async function newEvent(scene: Scene, daysAhead: number): Promise<EventRef> {
  const { provider, sandbox, account, connectionId } = scene
  const { person, guest } = CAST[provider]
  const wish = { provider, person, summary: "Bench", attendees: [guest], ...slot(scene, daysAhead, 12) }
  const { id } = await sandbox.control<{ id: string }>("POST", "events", wish)
  const own = await account.calendars()
  const primary = own.kind === "calendars" ? own.calendars.find((calendar) => calendar.primary) : undefined
  if (!primary) throw new Error("no primary calendar")
  return { connectionId, calendarId: primary.id, eventId: id }
}
