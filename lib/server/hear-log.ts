import "server-only"
import type { LogStore } from "../ports/log-store"
import type { SealedEvents } from "../ports/sealed-events"

export interface HearLogDeps {
  readonly sealedEvents: SealedEvents
  readonly logStore: Pick<LogStore, "frontier">
}

/**
 * Tells how long a workspace's log is by now, whenever it has grown: each length once, and never a shorter one after a longer.
 *
 * @param since the length that the listener has seen the effects of; what was sealed between that and now is told at once. Null: only what comes
 * @returns ends it
 */
export async function hearLog(
  { sealedEvents, logStore }: HearLogDeps,
  workspaceId: string,
  since: number | null,
  tell: (size: number) => void,
): Promise<() => void> {
  let told = since ?? 0
  const grown = (size: number) => {
    if (size <= told) return
    told = size
    tell(size)
  }
  const unsubscribe = await sealedEvents.subscribe(workspaceId, grown)
  if (since === null) return unsubscribe
  try {
    // after the subscription: what is sealed from here on, that tells
    grown((await logStore.frontier(workspaceId)).size)
    return unsubscribe
  } catch (error) {
    unsubscribe()
    throw error
  }
}
