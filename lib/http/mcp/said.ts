import type { ToolCallback } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { ToolAnnotations } from "@modelcontextprotocol/sdk/types.js"
import type { ZodRawShape } from "zod"
import type { ToolName } from "./tool-list"

/** What a tool says: `kind` first. */
export interface Said {
  readonly [field: string]: unknown
  readonly kind: string
}

/** As text for models that read it, and as data for programs. */
export const said = (content: Said, isError = false) => ({
  content: [{ type: "text" as const, text: JSON.stringify(content) }],
  structuredContent: { ...content },
  ...(isError && { isError }),
})

/** Answers only for a key that has the tool's scope. */
export type Allowed = (
  tool: ToolName,
  answer: () => Promise<ReturnType<typeof said>>,
) => Promise<ReturnType<typeof said>>

/** Adds a tool to the server of a request. */
export type Register = <Input extends ZodRawShape>(
  name: ToolName,
  config: {
    readonly title: string
    readonly description: string
    readonly inputSchema: Input
    readonly annotations: ToolAnnotations
  },
  answer: ToolCallback<Input>,
) => void
