import { isDeepStrictEqual } from "node:util"
import type pg from "pg"
import type { postgresClient } from "../../adapters/postgres/client"
import { postgresGuardedStore } from "../../adapters/postgres/guarded-store"
import type { IntentAction, IntentAnswer } from "../../domain/protocol/intent-step"
import type { AuditLog } from "../../ports/audit-log"
import { unsealedLog } from "../booking/twin"
import { intentModel } from "./intent-model"
import { draftOf, HALF_MS, intentRows, LOG, openApprovals, type Place, placeOf, TICK_MS } from "./intent-rows"
import type { IntentBounds, IntentMove, IntentWorld } from "./intent-world"

/*
 * The guarded statements as a pure step and as the database's, side by side: one walk on both, every answer and what is left after it compared. Times are ticks of an
 * hour and half of one more, so that what a run takes itself makes no difference; a tick moves them back.
 */

export interface IntentTwin {
  /** Answers the first difference, as a sentence; null: there was none. */
  tell(walk: readonly IntentMove[]): Promise<string | null>
}

export function intentTwinOf(
  db: ReturnType<typeof postgresClient>,
  owner: pg.Client,
  bounds: IntentBounds,
): IntentTwin {
  const store = postgresGuardedStore(db, unsealedLog as AuditLog, () => ({ key: "", queue: "" }))
  const model = intentModel(bounds)

  async function reclaim(at: Place, leaseMs: number): Promise<string[]> {
    const due = await store.reclaim(1_000_000, leaseMs)
    const own = due.filter(({ workspaceId }) => workspaceId === at.workspaceId)
    for (const { id, claimId } of own) at.claims.set(`r ${id}`, claimId)
    return own.map(({ id }) => id)
  }

  async function ask(at: Place, action: IntentAction): Promise<string> {
    const { workspaceId } = at
    const id = at.idOf(action.id)
    const own = { workspaceId, id, claimId: at.claimOf(id, "claimId" in action ? action.claimId : "") }
    switch (action.kind) {
      case "prepare":
        return (await store.prepare(draftOf(action, own, at), LOG, [])).kind
      case "sent":
        return store.markSent(own, action.needMs * TICK_MS)
      case "finish":
        return store.finish({
          ...own,
          // the statement looks at its kind alone
          outcome: { kind: action.outcome } as never,
          version: null,
          operation: { state: "pending" },
          conflictCase: null,
          proposalState: null,
          log: [],
          slotCheck: null,
        })
      case "reclaim":
        return (await reclaim(at, action.leaseMs * TICK_MS + HALF_MS)).includes(id) ? "reclaimed" : "notDue"
      case "defer":
        await store.defer(own, action.waitMs * TICK_MS + HALF_MS)
        return "deferred"
      case "correct":
        return store.correct(workspaceId, id, { kind: "applied" } as never, LOG)
      default:
        return action satisfies never
    }
  }

  async function differenceAfter(at: Place, world: IntentWorld): Promise<string | null> {
    for (const { action, answer } of world.asked) {
      // what stands in the way although no rule said so is a difference too
      const theirs = await ask(at, action).catch((error: Error) => `fault: ${error.message}`)
      if (theirs !== answer) return differ(action.kind, answer satisfies IntentAnswer, theirs)
    }
    const early = isDue(world) ? [] : await reclaim(at, 0)
    if (early.length > 0) return differ("reclaim", "notDue", "reclaimed")
    const [mine, theirs] = [standsBy(world), await intentRows(owner, at)]
    return isDeepStrictEqual(mine, theirs) ? null : differ("what stands", mine, theirs)
  }

  return {
    async tell(walk) {
      const at = placeOf()
      await openApprovals(owner, at.workspaceId, at.idOf, bounds.approvals)
      let world = model.initial
      for (const [n, move] of walk.entries()) {
        world = model.next(world, move).state
        if (move.kind === "tick")
          await owner.query(
            "update intents set lease_until = lease_until - $2 * interval '1 ms' where workspace_id = $1 and state <> 'DONE'",
            [at.workspaceId, TICK_MS],
          )
        const isTheirs = move.kind === "tick" || world.asked.length > 0
        const difference = isTheirs ? await differenceAfter(at, world) : null
        if (difference)
          return `move ${n} of ${walk.map((one) => Object.values(one).join(" ")).join(", ")}: ${difference}`
      }
      return null
    },
  }
}

const differ = (of: string, mine: unknown, theirs: unknown): string =>
  `${of}: the function has ${JSON.stringify(mine)}, the database ${JSON.stringify(theirs)}`

const isDue = ({ db }: IntentWorld): boolean =>
  Object.values(db.intents).some(({ state, leaseUntil }) => state !== "DONE" && leaseUntil < 0)

const standsBy = ({ db }: IntentWorld) => ({
  used: Object.fromEntries(Object.entries(db.approvals).map(([id, { used }]) => [id, used])),
  intents: Object.fromEntries(
    Object.entries(db.intents).map(([id, { approvalId, leaseUntil, ...row }]) => [
      id,
      { ...row, left: row.state === "DONE" ? 0 : leaseUntil },
    ]),
  ),
})
