import "server-only"
import { repeat } from "./repeat"
import { onShutdown } from "./shutdown"
import { wired } from "./wiring"

const HOUR_MS = 60 * 60 * 1_000

/** Starts the loops of this process. All of them may run in several processes at once. */
export function startBackground(): void {
  const { log, identities } = wired
  onShutdown(repeat("over-sessions", HOUR_MS, () => identities.removeOverSessions(), log))
}
