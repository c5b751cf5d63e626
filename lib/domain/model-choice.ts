/** Who makes a language model that can be asked. */
export const MODEL_PROVIDERS = ["openai-compatible", "anthropic", "google"] as const
export type ModelProvider = (typeof MODEL_PROVIDERS)[number]

/** A language model of a workspace's own. */
export interface OwnModel {
  readonly provider: ModelProvider
  readonly model: string
  /** Where its API begins; null: the provider's own. */
  readonly baseUrl: string | null
}

/**
 * What reads the words of a workspace's people. `installation`: the model of the environment, where there is one; that is also so where nobody has chosen. Example:
 * `{ kind: "own", provider: "anthropic", model: "claude-haiku-4-5", baseUrl: null }`.
 */
export type ModelChoice =
  | { readonly kind: "grammar" }
  | { readonly kind: "installation" }
  | ({ readonly kind: "own" } & OwnModel)

/** Tokens a second, and how many may be saved up. */
export interface Budget {
  readonly perSecond: number
  readonly burst: number
}
/** How often a workspace may try its model: a trial goes to whatever address an admin has typed. */
export const TRIALS: Budget = { perSecond: 1 / 30, burst: 10 }
/** How many lines of chat of one person a model reads, which somebody pays for: more than anybody types. Beyond it the grammar reads them. */
export const LINES: Budget = { perSecond: 1 / 6, burst: 20 }
