import "server-only"
import type { Jobs } from "../ports/jobs"
import type { SyncStore } from "../ports/sync-store"

const BATCH = 100

export interface OrderDeps {
  readonly sync: SyncStore
  readonly jobs: Jobs
  readonly pollMs: number
}

/**
 * The safety net: orders a re-read of every calendar whose turn it is, whether anybody called or not, and begins to follow accounts that are not followed yet.
 * Safe beside itself: of several processes one takes each turn.
 */
export async function orderSyncs(deps: OrderDeps): Promise<void> {
  for (const account of await deps.sync.unfollowed()) await deps.jobs.enqueue("follow-account", account)
  for (const calendar of await deps.sync.takeDue(BATCH, deps.pollMs)) await deps.jobs.enqueue("sync-calendar", calendar)
}
