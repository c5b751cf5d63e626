import type { ModelChoice } from "../domain/model-choice"
import type { SealedLogEntry } from "./audit-log"

export interface StoredChoice {
  readonly choice: ModelChoice
  /** Counts the choices; 0 where nobody has chosen. */
  readonly version: number
  /** Sealed (lib/ports/vault.ts) for the address of the choice. */
  readonly sealedKey: string | null
}

/**
 * `stale`: the choice that was seen is no longer the one that stands. `key-again`: another address, and the key would go there; give it again. `key-needed`: that provider
 * answers nobody without one. `not-admin`: whoever asks is none any more.
 */
export type Choosing = "chosen" | "stale" | "key-again" | "key-needed" | "not-admin"

/** Which planner reads the words of each workspace's people. */
export interface ModelChoices {
  find(workspaceId: string): Promise<StoredChoice>
  /**
   * The choice and its log row, in one transaction, on the version that was seen; anything but `chosen` has written nothing.
   * @param sealedKey undefined: the key stays as it is; null: there is none any more
   */
  choose(
    workspaceId: string,
    by: string,
    seen: number,
    choice: ModelChoice,
    sealedKey: string | null | undefined,
    log: SealedLogEntry,
  ): Promise<Choosing>
  /** Takes a token of the workspace's bucket for trials, where there is one. `tokens`: what is left then. */
  takeTrial(workspaceId: string): Promise<{ readonly passed: boolean; readonly tokens: number }>
  /** The same of the person's bucket for lines of chat. */
  takeLine(workspaceId: string, userId: string): Promise<boolean>
}
