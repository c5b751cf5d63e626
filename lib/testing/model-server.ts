import { type ChaosConfig, type ChatCompletionRequest, type FixtureResponse, LLMock } from "@copilotkit/aimock"
import { grammarPlanner } from "../adapters/planner-grammar/planner"
import { llmPlanner } from "../adapters/planner-llm/planner"
import type { AnswerWire } from "../adapters/planner-llm/wire"
import type { ModelSettings } from "../config/model-settings"

/** What a model says: to the whole conversation so far, `step` counted from 0. */
export type Script = (request: ChatCompletionRequest, step: number) => FixtureResponse

/** An OpenAI-compatible server on a port of its own, and planners that ask it over HTTP. */
export interface ModelServer {
  readonly url: string
  planner(over?: Partial<ModelSettings>): ReturnType<typeof llmPlanner>
  plays(script: Script, chaos?: ChaosConfig): void
  /** Everything that went over the wire to it since it last got a script, headers included. */
  received(): string[]
  stop(): Promise<void>
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
  const mock = new LLMock({ port: 0 })
  await mock.start()
  const url = `${mock.url}/v1`
  return {
    url,
    planner: (over) => modelPlanner({ baseUrl: url, ...over }),
    plays(script, chaos = {}) {
      mock.clearRequests()
      mock.clearFixtures()
      mock.setChaos(chaos)
      mock.on({ predicate: () => true }, (request) => script(request, stepOf(request)))
    },
    received: () => mock.getRequests().map(({ headers, body }) => JSON.stringify({ headers, body })),
    stop: () => mock.stop(),
  }
}

const stepOf = ({ messages }: ChatCompletionRequest): number =>
  messages.filter(({ role }) => role === "assistant").length

/** Figures that every scripted reply costs. */
export const USAGE = { prompt_tokens: 100, completion_tokens: 20 }

export const calls = (name: string, input: unknown): FixtureResponse => ({
  toolCalls: [{ name, arguments: JSON.stringify(input) }],
  usage: USAGE,
})

export const answers = (answer: AnswerWire): FixtureResponse => calls("answer", { answer })

/** The best match of the look-up that came last. */
export function lastMatch({ messages }: ChatCompletionRequest): string {
  const content = messages.findLast(({ role }) => role === "tool")?.content
  const [best] = JSON.parse(typeof content === "string" ? content : "[]") as { readonly id: string }[]
  return best?.id ?? "none"
}
