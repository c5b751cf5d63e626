import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { answer, ORIGIN } from "../app"

/** The protocol's own client, with an agent's key, at the app's own route module. */
export async function mcpClient(key: string): Promise<Client> {
  const connected = new Client({ name: "test", version: "1" })
  const transport = new StreamableHTTPClientTransport(new URL(`${ORIGIN}/api/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${key}`, host: new URL(ORIGIN).host } },
    fetch: (url, init) => answer(new Request(url, init as RequestInit)),
  })
  await connected.connect(transport as never)
  return connected
}

export const call = async (who: Client, name: string, args: Record<string, unknown> = {}) => {
  const { structuredContent, content, isError } = await who.callTool({ name, arguments: args })
  return { is: structuredContent as Record<string, unknown>, content, isError }
}
