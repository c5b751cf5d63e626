import "server-only"
import { parseEventKey } from "../domain/event"
import { judgeReadBack } from "../domain/protocol/intent"
import type { Reclaimed } from "../ports/guarded-store"
import type { CommitDeps } from "./commit-operation"
import { type Flight, finishIntent } from "./finish-intent"
import { endOfReadBack } from "./read-back"
import { found } from "./read-outcome"

const BATCH = 20

/**
 * Finishes what a dead or silent sender left behind: by reading, never by sending again (reliability-security.md section 1, step 5). PREPARED was
 * certainly not sent. SENT is looked for; what shows no trace is looked for once more after twice the time-out before it is called not applied.
 *
 * @returns how many were taken over
 */
export async function recoverIntents(deps: CommitDeps): Promise<number> {
  const due = await deps.guarded.reclaim(BATCH, deps.times.leaseMs)
  for (const intent of due) await recoverIntent(deps, intent)
  return due.length
}

async function recoverIntent(deps: CommitDeps, intent: Reclaimed): Promise<void> {
  const proposal = await deps.store.findProposal(intent.workspaceId, intent.userId, intent.proposalId)
  const flight: Flight = {
    ...intent,
    intentId: intent.id,
    origin: proposal?.origin ?? "assistant",
    stateWhenApplied: proposal && proposal.operations.length > intent.position + 1 ? "stopped" : "done",
  }
  if (intent.state === "PREPARED") {
    await finishIntent(deps, flight, { outcome: { kind: "notApplied", reason: "too-late-to-send" }, state: "failed" })
    return
  }
  const ref = parseEventKey(intent.key)
  const provider = await deps.calendars.open(intent.workspaceId, intent.userId, ref.connectionId)
  if (!provider) {
    await finishIntent(deps, flight, {
      outcome: { kind: "reconnect", connectionId: ref.connectionId },
      state: "failed",
    })
    return
  }
  const read = await provider.get(ref)
  // the provider cannot be asked just now: the lease runs out again, and somebody looks again
  if (read.kind !== "found" && read.kind !== "gone") return
  const now = found(read)
  const verdict = judgeReadBack(intent, now, intent.lookedBefore)
  if (verdict.kind === "lookAgain") await deps.guarded.defer(intent, deps.times.lookAgainMs)
  else await finishIntent(deps, flight, await endOfReadBack(provider, flight, verdict, now))
}
