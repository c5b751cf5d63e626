import { recoverIntents } from "../../server/recover-intents"
import type { Scene, SceneDeps } from "../scene"
import { recovered, runWhole, verdictOf } from "./crash-at"
import type { CrashCase } from "./crash-cases"
import { type CrashPoint, mortal } from "./mortal"
import type { Plant } from "./plants"

/** Sets the database's clock forward by so many minutes, or back. */
export type JumpClock = (minutes: number) => Promise<void>

/** Every instant that something is judged by: whether a lease, a yes, a proposal, a session or a token is over. */
const JUDGED_BY: Readonly<Record<string, readonly string[]>> = {
  intents: ["lease_until", "look_again_at"],
  approvals: ["created_at", "expires_at"],
  proposals: ["expires_at"],
  heads: ["lease_until"],
  sessions: ["expires"],
  connections: ["access_expires_at"],
  invitations: ["expires_at"],
}

/**
 * To a clock that jumps, everything that was written down before lies that much nearer or further: so it is moved, and the clock left alone. Needs no library (`jumping-server.ts` does).
 * @param sql runs a statement as the owner of the tables
 */
export const movedInstants =
  (sql: (statement: string) => Promise<unknown>): JumpClock =>
  async (minutes) => {
    for (const [table, columns] of Object.entries(JUDGED_BY)) {
      const moved = columns.map((column) => `${column} = ${column} - interval '${minutes} minutes'`)
      await sql(`update ${table} set ${moved.join(", ")}`)
    }
  }

export interface JumpVerdict {
  readonly hit: boolean
  readonly broken: readonly string[]
  /** Something was finished before its time: a lease that the jump prolonged was taken over all the same. */
  readonly early: boolean
}

export interface Jump {
  readonly minutes: number
  /** The process ends there too. */
  readonly dies: boolean
  /** Absent: it stays the provider's. */
  readonly clocksAgree?: boolean
}

const asItIs = (deps: SceneDeps): SceneDeps => deps

/**
 * F9: the database's clock, which all that is judged by time is judged by, jumps at one point of a process, and recovery looks at once. Safety never breaks; what a jump back prolongs ends when the time has
 * passed, not before and not much later.
 */
export async function jumpAt(
  scene: Scene,
  { prepare }: CrashCase,
  at: CrashPoint,
  { minutes, dies, clocksAgree }: Jump,
  jump: JumpClock,
  { sender = asItIs, recovery = asItIs }: Plant = {},
): Promise<JumpVerdict> {
  const healer = recovery(scene.deps)
  const prepared = await prepare(scene)
  const mark = await scene.sandbox.lastExchange()
  let hit = false
  const { deps, died } = mortal(scene.deps, dies ? at : null, async (point) => {
    if (point !== at || hit) return
    hit = true
    await jump(minutes)
    await recoverIntents(healer)
  })
  await Promise.race([runWhole(sender(deps), prepared.run).catch(() => undefined), died])
  const unfinished = () => scene.db.intent.count({ where: { state: { in: ["PREPARED", "SENT"] } } })
  const before = await unfinished()
  if (minutes < 0) await recoverIntents(healer)
  const early = minutes < 0 && (await unfinished()) < before
  // the time that the jump took back passes
  if (minutes < 0) await jump(-minutes)
  await recovered(scene, prepared)
  return { hit, early, broken: await verdictOf(scene, prepared, mark, clocksAgree) }
}
