import type { Clock } from "./clock"
import type { Bearer } from "./oauth/grants"
import type { Database } from "./store/database"
import type { Switches } from "./switches"

/** What every part of the sandbox works with. */
export interface World {
  readonly db: Database
  readonly clock: Clock
  switches: Switches
  /** Where clients reach the sandbox, without a slash at the end. Known once it listens. */
  publicUrl: string
  /** Runs `work` after `delayMs`, unless the sandbox is closed before. Its failures are printed. */
  readonly later: (delayMs: number, work: () => Promise<unknown>) => void
}

/** What the API routes know of a request: who sent it. */
export interface ApiEnv {
  Bindings: { bearer: Bearer | null }
  Variables: { person: Bearer }
}
