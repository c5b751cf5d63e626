import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { serve } from "@hono/node-server"
import type { Json } from "../../../lib/domain/record"
import { answer, ORIGIN } from "../../../lib/testing/app"

/** A request and its answer, as they went over the wire. */
export interface Exchange {
  readonly method: string
  readonly status: number
  readonly asked: string
  readonly told: string
}

/** The app's own routes over HTTP, under the address that the installation knows itself by. Ends with `close`. @param watch is shown everything */
export async function serveApp(watch: (exchange: Exchange) => void = () => {}) {
  const server = serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { method } = request
      const headers = new Headers(request.headers)
      headers.set("host", new URL(ORIGIN).host)
      const { pathname, search } = new URL(request.url)
      const asked = await request.text()
      const passed = { method, headers, ...(asked !== "" && { body: asked }) }
      const response = await answer(new Request(`${ORIGIN}${pathname}${search}`, passed))
      watch({ method, status: response.status, asked, told: await response.clone().text() })
      return response
    },
  })
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, close: () => server.close() }
}

/** What a tool answered: the text that a model is shown, and the same as data. */
export interface ToolAnswer {
  readonly text: string
  readonly is: { readonly kind: string; readonly [field: string]: unknown }
}

export interface ApiAnswer {
  readonly status: number
  readonly text: string
  readonly etag: string | null
  /** The keys of the header `Ifmatch-Dead-Views`; none outside a run. */
  readonly dead: readonly string[]
}

/** One agent's way to the app; each call is one request. */
export interface Door {
  /** `/records/{key}`, with the value as its body if there is one. */
  api(method: "GET" | "PUT", key: string, headers: Readonly<Record<string, string>>, value?: Json): Promise<ApiAnswer>
  /** @param asked the call as a model makes it: `{"name", "arguments"}` */
  tool(asked: string): Promise<ToolAnswer>
  /** What the app says of its tools: names, descriptions and schemas. */
  tools(): Promise<string>
}

/** @param sent called before each request */
export function openDoor(url: string, agentKey: string, sent: () => void): Door {
  const authorization = `Bearer ${agentKey}`
  async function request(path: string, init: RequestInit): Promise<Response> {
    sent()
    const response = await fetch(`${url}${path}`, init)
    if (response.status === 429 || response.status >= 500) throw new Error(`${path}: ${response.status}`)
    return response
  }
  async function rpc<T>(method: string, params: string): Promise<T> {
    const body = `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`
    const accept = "application/json, text/event-stream"
    const headers = { authorization, accept, "content-type": "application/json" }
    const told = await (await request("/api/mcp", { method: "POST", headers, body })).json()
    if (told.error) throw new Error(`${method}: ${told.error.message}`)
    return told.result
  }
  return {
    async api(method, key, headers, value) {
      const path = `/api/v1/records/${encodeURIComponent(key)}`
      const shown = { authorization, "content-type": "application/json", ...headers }
      const body = value === undefined ? null : JSON.stringify({ value })
      const response = await request(path, { method, headers: shown, body })
      const dead = response.headers.get("ifmatch-dead-views")?.split(", ") ?? []
      return { status: response.status, text: await response.text(), etag: response.headers.get("etag"), dead }
    },
    async tool(asked) {
      const { content, structuredContent } = await rpc<{
        content: { text: string }[]
        structuredContent: ToolAnswer["is"]
      }>("tools/call", asked)
      return { text: content.map(({ text }) => text).join("\n"), is: structuredContent }
    },
    tools: async () => JSON.stringify((await rpc<{ tools: unknown }>("tools/list", "{}")).tools),
  }
}
