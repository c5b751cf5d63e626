import { type ChaosConfig, type ChatCompletionRequest, type FixtureResponse, LLMock } from "@copilotkit/aimock"
import type { AnswerWire } from "../adapters/planner-llm/wire"

/** What a model says: to the whole conversation so far, `step` counted from 0. */
export type Script = (request: ChatCompletionRequest, step: number) => FixtureResponse

/** An OpenAI-compatible server on a port of its own. */
export interface ScriptedModel {
  readonly url: string
  plays(script: Script, chaos?: ChaosConfig): void
  /** Everything that went over the wire to it since it last got a script, headers included (but for the key). */
  received(): string[]
  stop(): Promise<void>
}

export async function openScriptedModel(): Promise<ScriptedModel> {
  const mock = new LLMock({ port: 0 })
  await mock.start()
  return {
    url: `${mock.url}/v1`,
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
