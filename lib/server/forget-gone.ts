import "server-only"
import type { ConnectionStore } from "../ports/connection-store"
import type { RecallMemory } from "./recall-memory"

export interface ForgetDeps {
  readonly recalled: Pick<RecallMemory, "accounts" | "forget">
  readonly connections: Pick<ConnectionStore, "live">
}

/**
 * What this process recalls of accounts that are not there any more, or are paused, goes: another process may have disconnected them, or their person is gone. Nothing is asked where nothing is
 * recalled.
 */
export async function forgetGone({ recalled, connections }: ForgetDeps): Promise<void> {
  const accounts = recalled.accounts()
  if (accounts.length === 0) return
  const live = await connections.live(accounts)
  const stands = new Set(live.map(({ workspaceId, id }) => JSON.stringify([workspaceId, id])))
  for (const account of accounts)
    if (!stands.has(JSON.stringify([account.workspaceId, account.id]))) recalled.forget(account)
}
