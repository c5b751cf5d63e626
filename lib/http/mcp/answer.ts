import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"
import { wired } from "../../server/wiring"
import { problem } from "../problem"
import { letIn } from "../v1/key-check"
import { mcpServer } from "./server"

/**
 * MCP over streamable HTTP, without sessions: a server and a transport for each request, so that any process answers. Only for whoever shows an agent key; a request
 * that a browser sends from another origin is refused (DNS rebinding).
 */
export async function answerMcp(request: Request): Promise<Response> {
  const entry = await letIn(request)
  if (entry.kind === "refused") return entry.response
  if (request.method !== "POST") return problem("method-not-allowed", undefined, { allow: "POST" })
  const { origin, host } = new URL(wired.origin)
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: true,
    enableDnsRebindingProtection: true,
    allowedHosts: [host],
    allowedOrigins: [origin],
    maxRequestBodySize: 64 * 1024,
  })
  const server = mcpServer(entry.caller)
  await server.connect(transport)
  const response = await transport.handleRequest(request)
  for (const [name, value] of Object.entries(entry.headers)) response.headers.set(name, value)
  return response
}
