import type { McpServer, RegisteredTool } from "@modelcontextprotocol/sdk/server/mcp.js"
import { toJsonSchemaCompat } from "@modelcontextprotocol/sdk/server/zod-json-schema-compat.js"
import { ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js"
import type { Scope } from "../../domain/agent-key"

/** THE list of tools, each with the scope that a key needs for it. null: any key. */
const TOOL_SCOPES = {
  whoami: null,
  get_availability: "availability:read",
  create_hold: "holds:write",
  release_hold: "holds:write",
  commit_booking: "bookings:write",
  cancel_booking: "bookings:write",
  read_record: "records:read",
  list_records: "records:read",
  write_record: "records:write",
  edit_record: "records:write",
  delete_record: "records:write",
  claim_record: "records:write",
  keep_claim: "records:write",
  release_claim: "records:write",
  admit_effect: "records:write",
  list_events: "calendar:read",
  get_event: "calendar:read",
  find_slots: "calendar:read",
  propose: "calendar:propose",
  get_proposal: "calendar:propose",
} as const satisfies Record<string, Scope | null>

export type ToolName = keyof typeof TOOL_SCOPES

/** The scope that a key with these lacks for a tool. null: it may call it. */
export function missingScope(name: ToolName, scopes: readonly Scope[]): Scope | null {
  const scope = TOOL_SCOPES[name]
  return scope === null || scopes.includes(scope) ? null : scope
}

/**
 * Lists these tools and no others of the server's, in the SDK's own words. A tool that the SDK is told to leave out is unknown to it when it is called; ours stays there and
 * says which scope is missing.
 */
export function listOnly({ server }: McpServer, tools: ReadonlyMap<ToolName, RegisteredTool>): void {
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [...tools].map(([name, { title, description, inputSchema, annotations, execution }]) => ({
      name,
      title,
      description,
      inputSchema: {
        ...(inputSchema && toJsonSchemaCompat(inputSchema, { pipeStrategy: "input" })),
        type: "object" as const,
      },
      annotations,
      execution,
    })),
  }))
}
