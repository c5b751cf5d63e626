import { setTimeout as sleep } from "node:timers/promises"
import { addDays } from "../../domain/zoned-time"
import { recoverIntents } from "../../server/recover-intents"
import { proposeMove } from "../propose-move"
import { CAST, type Scene } from "../scene"
import { broken, tracesOf } from "./invariants"
import type { Moment } from "./moments"
import { type PlantName, plantOf } from "./plants"
import { startSender } from "./run-sender"

/** How a sender ends. `stopped` processes go on after recovery took their work away: zombies. */
export type Ending =
  | { readonly kind: "killedAt"; readonly moment: Moment }
  /** Its requests have reached the provider, which takes a while; killed in the middle. */
  | { readonly kind: "killedInFlight"; readonly requestTakesMs: number }
  /** So long after the first yes was recorded. */
  | { readonly kind: "killedAfter"; readonly ms: number }
  | { readonly kind: "stoppedAt"; readonly moment: Moment }

export interface RoundOptions {
  readonly ending: Ending
  /** Writes that are under way at once. */
  readonly writes: number
  readonly plant?: PlantName
}

export interface RoundResult {
  readonly broken: readonly string[]
  /** How each write ended: by its intent, or where there is none, that there is none. */
  readonly ends: readonly string[]
  /** From the kill until the last intent was finished. */
  readonly settledMs: number
  /** Proposals that say "applying" although nothing is under way. */
  readonly stuck: number
}

let days = 0

/** One process that dies, and one that comes after it. Rounds may run side by side, but for those with a bug in their recovery. */
export async function crashRound(scene: Scene, { ending, writes, plant }: RoundOptions): Promise<RoundResult> {
  const { deps } = scene
  const mark = await scene.sandbox.lastExchange()
  const [sender, targets] = await Promise.all([startSender(), prepareWrites(scene, writes)])
  const inFlight = ending.kind === "killedInFlight"
  if (inFlight) for (const target of targets) await slowDown(scene, target, ending.requestTakesMs)
  await sender.begin({
    parts: scene.parts,
    proposals: targets.map(({ proposal: { id, planHash } }) => ({ id, planHash })),
    strike: strikeOf(ending),
    plant: plant ?? null,
  })
  const under = intentsOf(scene, targets)
  if (inFlight) await until(async () => (await under("SENT")) === writes)
  if (inFlight) await sleep(ending.requestTakesMs / 4)
  if (ending.kind === "killedAfter") await until(() => someApproved(scene, targets))
  if (ending.kind === "killedAfter") await sleep(ending.ms)
  if (inFlight || ending.kind === "killedAfter") sender.kill("SIGKILL")
  // a process that stops itself does not say so; what it began does
  if (ending.kind === "stoppedAt") await until(async () => (await under("PREPARED", "SENT")) > 0)
  else await sender.ended
  const killedAt = performance.now()

  const recovery = (plant && plantOf(plant).recovery?.(deps)) ?? deps
  const allRecovered = () =>
    until(async () => {
      await recoverIntents(recovery)
      return (await under("PREPARED", "SENT")) === 0
    }, deps.times.leaseMs / 4)
  await allRecovered()
  const settledMs = performance.now() - killedAt
  if (ending.kind === "stoppedAt") {
    sender.kill("SIGCONT")
    await sender.ended
    // what it began after it woke up may have lost its answer, as any write may
    await allRecovered()
  }
  return { ...(await verdict(scene, targets, mark)), settledMs }
}

const PATIENCE_MS = 60_000

/** Gives up after a minute: the invariants then say what is wrong. */
async function until(isSo: () => Promise<boolean>, pauseMs = 10): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(pauseMs))
    if (await isSo()) return
}

const intentsOf =
  (scene: Scene, targets: readonly Target[]) =>
  (...states: ("PREPARED" | "SENT")[]): Promise<number> =>
    scene.db.intent.count({
      where: { proposalId: { in: targets.map(({ proposal }) => proposal.id) }, state: { in: states } },
    })

const someApproved = async (scene: Scene, targets: readonly Target[]): Promise<boolean> =>
  (await scene.db.proposal.count({
    where: { id: { in: targets.map(({ proposal }) => proposal.id) }, state: { not: "open" } },
  })) > 0

const slowDown = ({ sandbox, provider }: Scene, { ref }: Target, delayMs: number) =>
  sandbox.fault({ provider, kind: "latency", method: "PATCH", pathIncludes: encodeURIComponent(ref.eventId), delayMs })

const strikeOf = (ending: Ending) => {
  if (ending.kind === "killedAt") return { moment: ending.moment, signal: "SIGKILL" as const }
  return ending.kind === "stoppedAt" ? { moment: ending.moment, signal: "SIGSTOP" as const } : null
}

type Target = Awaited<ReturnType<typeof prepareWrites>>[number]

async function prepareWrites(scene: Scene, writes: number) {
  const { provider, sandbox, account, connectionId } = scene
  const { person, guest } = CAST[provider]
  const own = await account.calendars()
  const primary = own.kind === "calendars" ? own.calendars.find((calendar) => calendar.primary) : undefined
  if (!primary) throw new Error("no primary calendar")
  const date = addDays(scene.parts.startsAt.slice(0, 10), 2 + (days++ % 30))
  const at = (minutes: number) => new Date(Date.parse(`${date}T06:00:00Z`) + minutes * 60_000).toISOString()
  const targets = []
  for (let n = 0; n < writes; n++) {
    const wish = {
      provider,
      person,
      summary: `Crash ${n}`,
      attendees: [guest],
      start: at(n * 10),
      end: at(n * 10 + 10),
    }
    const { id } = await sandbox.control<{ id: string }>("POST", "events", wish)
    const ref = { connectionId, calendarId: primary.id, eventId: id }
    const to = { start: at(480 + n * 10), end: at(490 + n * 10) }
    targets.push({ ref, proposal: await proposeMove(scene.deps, scene, ref, to) })
  }
  return targets
}

async function verdict(
  scene: Scene,
  targets: readonly Target[],
  mark: number,
): Promise<Omit<RoundResult, "settledMs">> {
  const traces = await Promise.all(
    targets.map(({ ref, proposal }) => tracesOf(scene, { proposalId: proposal.id, eventId: ref.eventId, mark })),
  )
  const stuck = await scene.db.proposal.count({
    where: { id: { in: targets.map(({ proposal }) => proposal.id) }, state: "applying" },
  })
  return {
    broken: traces.flatMap((each) => broken(each)),
    ends: traces.map(({ intents }) =>
      intents.length === 0
        ? "nothing begun"
        : intents.map((i) => `${i.outcome}${i.corrected ? ", corrected" : ""}`).join(" then "),
    ),
    stuck,
  }
}
