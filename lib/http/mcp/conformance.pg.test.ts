import { execFile } from "node:child_process"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import path from "node:path"
import { promisify } from "node:util"
import { serve } from "@hono/node-server"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type ApiWorld, openApiWorld } from "../../testing/api/world"
import { answer, ORIGIN } from "../../testing/app"

/*
 * D24 with the protocol's public conformance suite: those of its scenarios that do not want its own demonstration tools. The suite sends no key, so one is put in on the
 * way; its own address counts as ours, any other stays as it is.
 */

const SUITE = path.join(import.meta.dirname, "../../../node_modules/@modelcontextprotocol/conformance/dist/index.js")
const run = promisify(execFile)
let world: ApiWorld
let server: ReturnType<typeof serve>
let port = 0

beforeAll(async () => {
  world = await openApiWorld()
  const ours = new URL(ORIGIN)
  server = serve({
    port: 0,
    hostname: "localhost",
    fetch(request) {
      const headers = new Headers(request.headers)
      headers.set("authorization", `Bearer ${world.keys.low}`)
      if (headers.get("host") === `localhost:${port}`) headers.set("host", ours.host)
      if (headers.get("origin") === `http://localhost:${port}`) headers.set("origin", ORIGIN)
      const body = request.method === "POST" ? { body: request.body, duplex: "half" } : {}
      return answer(
        new Request(`${ORIGIN}${new URL(request.url).pathname}`, {
          method: request.method,
          headers,
          ...body,
        } as RequestInit),
      )
    },
  })
  await once(server, "listening")
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.close()
  await world.close()
})

test.each([
  ["server-initialize", 1],
  ["ping", 1],
  ["tools-list", 1],
  ["dns-rebinding-protection", 2],
] as const)("D24 %s", { timeout: 60_000 }, async (scenario, checks) => {
  const { stdout } = await run(process.execPath, [
    SUITE,
    "server",
    "--url",
    `http://localhost:${port}/api/mcp`,
    "--scenario",
    scenario,
  ])
  expect(stdout).toContain(`Passed: ${checks}/${checks}, 0 failed, 0 warnings`)
})
