import { jsonSchema, type ToolSet, tool } from "ai"
import { agentTools, type ToolsOptions } from "./tools"

/**
 * Shared records for an agent of the Vercel AI SDK (C11): `generateText({ model, tools: await ifmatchTools({ baseUrl, key }), ... })`. One call, one run: give each agent its own.
 */
export async function ifmatchTools(options: ToolsOptions): Promise<ToolSet> {
  const tools = await agentTools(options)
  return Object.fromEntries(
    tools.map(({ name, description, parameters, run }) => [
      name,
      tool({ description, inputSchema: jsonSchema(parameters as never), execute: run }),
    ]),
  )
}
