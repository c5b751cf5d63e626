import type { ModelView } from "@/lib/client/model"
import type { ModelProvider } from "@/lib/domain/model-choice"

export const PROVIDER_NAMES: Readonly<Record<ModelProvider, string>> = {
  "openai-compatible": "OpenAI-compatible",
  anthropic: "Anthropic",
  google: "Google",
}

/** What stands, in a few words. */
export function choiceWords({ choice, installation }: ModelView): string {
  switch (choice.kind) {
    case "grammar":
      return "off"
    case "installation":
      return `the installation's (${installation})`
    case "own":
      return `${choice.model} (${PROVIDER_NAMES[choice.provider]})`
    default:
      return choice satisfies never
  }
}
