import type { Settings } from "./env"

/** The language model that plans. */
export interface ModelSettings {
  readonly provider: "openai-compatible" | "anthropic" | "google"
  readonly model: string
  /** Null: the provider's own. */
  readonly baseUrl: string | null
  /** Null: a server without keys. */
  readonly key: string | null
  /** For one line of chat, all of its steps. */
  readonly timeoutMs: number
  /** `chosen`: by the installation, a private host too. Else by a workspace, and only hosts of that kind are asked. */
  readonly hosts: "chosen" | "public" | "loopback"
  /** Per million tokens in and out, in whatever unit; null where nobody said. */
  readonly price: { readonly input: number; readonly output: number } | null
}

/** Null: none is set up, and the grammar plans alone. */
export function modelSettings(settings: Settings): ModelSettings | null {
  const { IFMATCH_LLM: provider, IFMATCH_LLM_MODEL: model } = settings
  if (!provider || !model) return null
  return {
    provider,
    model,
    baseUrl: settings.IFMATCH_LLM_BASE_URL ?? null,
    key: settings.IFMATCH_LLM_KEY ?? null,
    timeoutMs: settings.IFMATCH_LLM_TIMEOUT_MS,
    hosts: "chosen",
    price: settings.IFMATCH_LLM_PRICE ?? null,
  }
}
