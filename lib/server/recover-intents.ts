import "server-only"
import { parseEventKey } from "../domain/event"
import { judgeReadBack } from "../domain/protocol/intent"
import { UNGUARDED_SLOT } from "../domain/slot"
import type { StoredProposal } from "../ports/assistant-store"
import type { Reclaimed } from "../ports/guarded-store"
import type { CommitDeps } from "./commit-operation"
import { type Flight, finishIntent, type IntentEnd } from "./finish-intent"
import { endOfReadBack, standingOf } from "./read-back"
import { halvesOf } from "./settle-split"

const BATCH = 20

/**
 * Finishes what a dead or silent sender left behind: by reading, never by sending again (reliability-security.md section 1, step 5). PREPARED was
 * certainly not sent. SENT is looked for; what shows no trace is looked for once more after twice the time-out before it is called not applied.
 *
 * All of them at once, so that neither a slow provider nor a fault of one holds up the others.
 *
 * @returns how many were taken over
 * @throws {AggregateError} after all were tried, with the faults of those that are left to the next turn
 */
export async function recoverIntents(deps: CommitDeps): Promise<number> {
  const due = await deps.guarded.reclaim(BATCH, deps.times.leaseMs)
  const ends = await Promise.allSettled(due.map((intent) => recoverIntent(deps, intent)))
  const faults = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []))
  if (faults.length > 0)
    throw new AggregateError(faults, `${faults.length} of ${due.length} intents were not recovered`)
  return due.length
}

async function recoverIntent(deps: CommitDeps, intent: Reclaimed): Promise<void> {
  const proposal = await deps.store.findProposal(intent.workspaceId, intent.userId, intent.proposalId)
  const flight: Flight = {
    ...intent,
    intentId: intent.id,
    origin: proposal?.origin ?? "assistant",
    agent: proposal?.agent ?? null,
    slot: proposal?.operations[intent.position]?.slot ?? UNGUARDED_SLOT,
    stateWhenApplied: proposal && !isLastStep(proposal, intent.position) ? "stopped" : "done",
  }
  const end = await endOf(deps, intent, flight)
  if (end === null) return
  await finishIntent(deps, flight, end)
  // nobody is there to go on with the rest of the plan
  await deps.store.skipFrom(intent.workspaceId, intent.proposalId, intent.position + 1)
}

/** What comes after a split's second half only takes the first one back. */
function isLastStep(proposal: StoredProposal, position: number): boolean {
  const trim = halvesOf(proposal)?.trim
  return position === (trim ? trim.position : proposal.operations.length - 1)
}

/** What became of it, or null when that is to be looked at again later. */
async function endOf(deps: CommitDeps, intent: Reclaimed, flight: Flight): Promise<IntentEnd | null> {
  if (intent.state === "PREPARED")
    return { outcome: { kind: "notApplied", reason: "too-late-to-send" }, state: "failed" }
  const ref = parseEventKey(intent.key)
  const provider = await deps.calendars.open(intent.workspaceId, intent.userId, ref.connectionId)
  // the account is gone from here, and with it the only way to know
  if (!provider) return { outcome: { kind: "unknown", cause: "account-disconnected" }, state: "failed" }
  const now = await standingOf(provider, intent)
  // the provider cannot be asked just now: the lease runs out again, and somebody looks again
  if (!now) return null
  const verdict = judgeReadBack(intent, now, intent.lookedBefore)
  if (verdict.kind !== "lookAgain") return endOfReadBack(provider, flight, verdict, now)
  await deps.guarded.defer(intent, deps.times.lookAgainMs)
  return null
}
