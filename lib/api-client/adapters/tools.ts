import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import type { ClientOptions } from "../index"

/** What a tool answers. `kind` says what came of it; a lost race is one of them, with `recovery`, and no exception: it is for the model to act on. */
export interface Said {
  readonly [field: string]: unknown
  readonly kind: string
}

/** One of the tools at /api/mcp, with nothing of the protocol left. */
export interface AgentTool {
  readonly name: string
  readonly description: string
  /** JSON Schema of an object. */
  readonly parameters: {
    readonly type: "object"
    readonly properties: Readonly<Record<string, object>>
    readonly required: readonly string[]
  }
  run(args: unknown): Promise<Said>
}

export interface ToolsOptions extends ClientOptions {
  /** One agent's piece of work. What it reads is remembered under it: it is told what is no longer so, and writes nothing on it. Absent: a new one. */
  readonly runId?: string
  /** Absent: the tools for records. */
  readonly only?: (name: string) => boolean
}

/** read_record, list_records, write_record, edit_record, delete_record, claim_record, keep_claim, release_claim, admit_effect */
const isOfRecords = (name: string): boolean => /_(records?|claim|effect)$/.test(name)

/**
 * The tools that the server offers to this key, as it describes them: for each framework they are wrapped, and nothing is said twice. Those that take a run are given it by us, not by the model.
 * @throws when the server cannot be reached, or does not know the key
 */
export async function agentTools({
  baseUrl,
  key,
  fetch,
  runId = crypto.randomUUID(),
  only = isOfRecords,
}: ToolsOptions): Promise<readonly AgentTool[]> {
  const client = new Client({ name: "@ifmatch/client", version: "1.0.0" })
  const transport = new StreamableHTTPClientTransport(new URL("/api/mcp", baseUrl), {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
    ...(fetch && { fetch: (url, init) => fetch(new Request(url, init)) }),
  })
  // its `sessionId` is optional in another way than their own interface has it
  await client.connect(transport as Parameters<Client["connect"]>[0])
  const { tools } = await client.listTools()
  return tools
    .filter(({ name }) => only(name))
    .map(({ name, description = "", inputSchema: { properties = {}, required = [] } }) => {
      const { run_id: takesRun, ...asked } = properties
      return {
        name,
        description,
        parameters: { type: "object", properties: asked, required: required.filter((field) => field !== "run_id") },
        run: (args) => answerOf(client, name, { ...(args as object), ...(takesRun && { run_id: runId }) }),
      }
    })
}

async function answerOf(client: Client, name: string, args: Record<string, unknown>): Promise<Said> {
  try {
    const { structuredContent, content } = await client.callTool({ name, arguments: args })
    return (structuredContent as Said | undefined) ?? { kind: "refused", message: textOf(content) }
  } catch (error) {
    // what was asked for may have been done all the same; a version shown again tells
    return { kind: "unknown", message: `no answer: ${error instanceof Error ? error.message : error}` }
  }
}

const textOf = (content: unknown): string =>
  Array.isArray(content) ? content.map((part: { readonly text?: string }) => part.text ?? "").join(" ") : ""
