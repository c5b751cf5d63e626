import { grammarPlanner } from "../adapters/planner-grammar/planner"
import { llmPlanner } from "../adapters/planner-llm/planner"
import type { ModelSettings } from "../config/model-settings"
import { openScriptedModel, type ScriptedModel } from "./scripted-model"

/** A scripted model, and planners that ask it over HTTP. */
export interface ModelServer extends ScriptedModel {
  planner(over?: Partial<ModelSettings>): ReturnType<typeof llmPlanner>
}

/** A planner with the grammar behind it; a local model without a key, where nothing else is said. */
export const modelPlanner = (over: Partial<ModelSettings>): ReturnType<typeof llmPlanner> =>
  llmPlanner({ settings: { ...LOCAL, ...over }, fallback: grammarPlanner })

const LOCAL: ModelSettings = {
  provider: "openai-compatible",
  model: "small",
  baseUrl: null,
  key: null,
  timeoutMs: 5_000,
  hosts: "chosen",
  price: null,
}

export async function openModelServer(): Promise<ModelServer> {
  const model = await openScriptedModel()
  return { ...model, planner: (over) => modelPlanner({ baseUrl: model.url, ...over }) }
}
