import { type FunctionTool, tool } from "@openai/agents"
import { agentTools, type ToolsOptions } from "./tools"

/** Shared records for an agent of the OpenAI Agents SDK (C11): `new Agent({ name, tools: await ifmatchTools({ baseUrl, key }) })`. One call, one run: give each agent its own. */
export async function ifmatchTools(options: ToolsOptions): Promise<FunctionTool[]> {
  const tools = await agentTools(options)
  return tools.map(({ name, description, parameters: { properties, required }, run }) =>
    tool({
      name,
      description,
      // values are any JSON, which a strict schema cannot say
      strict: false,
      parameters: { type: "object", properties, required: [...required], additionalProperties: true },
      execute: run,
    }),
  ) as FunctionTool[]
}
