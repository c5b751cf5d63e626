import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { ModelSettings } from "../../config/model-settings"
import { type ModelServer, openModelServer } from "../../testing/model-server"
import { byModel, obedient } from "../../testing/office-chat"

let server: ModelServer
beforeAll(async () => {
  server = await openModelServer()
})
afterAll(() => server.stop())

const asked = async (over: Partial<ModelSettings>) =>
  (await byModel({ planner: (more) => server.planner({ ...more, key: "sk-canary", ...over }) })).model?.failure

describe("P1 a model whose address a workspace has named", () => {
  test("is asked as any other where it may be", async () => {
    server.plays(obedient)
    expect(await asked({ hosts: "loopback" })).toBe(null)
    expect(server.received()).toHaveLength(2)
  })

  test.each(["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])(
    "is not asked on this machine: %s",
    async (host) => {
      server.plays(obedient)
      const { port } = new URL(server.url)
      for (const scheme of ["http", "https"])
        expect(await asked({ hosts: "public", baseUrl: `${scheme}://${host}:${port}/v1` })).toBe("not-public")
      expect(server.received()).toEqual([])
    },
  )

  test.each(["public", "loopback"] as const)("is not asked in a private network: %s", async (hosts) => {
    for (const host of ["169.254.169.254", "10.0.0.1", "192.168.1.1", "[fd00::1]"])
      for (const scheme of ["http", "https"])
        expect(await asked({ hosts, baseUrl: `${scheme}://${host}/v1`, timeoutMs: 500 })).toBe("not-public")
  })

  test.each([301, 302, 307, 308])("is not followed elsewhere: %i", async (status) => {
    server.plays(obedient)
    const elsewhere = createServer((request, response) => {
      response.writeHead(status, { location: `${server.url}${request.url?.replace("/v1", "")}` }).end()
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve))
    const { port } = elsewhere.address() as AddressInfo
    expect(await asked({ hosts: "loopback", baseUrl: `http://127.0.0.1:${port}/v1` })).toBe("unreachable")
    expect(server.received()).toEqual([])
    elsewhere.close()
  })

  test("whose answer never ends is not read to its end", async () => {
    const endless = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" })
      const more = () => {
        while (response.write("x".repeat(65_536)));
        response.once("drain", more)
      }
      more()
    })
    await new Promise<void>((resolve) => endless.listen(0, "127.0.0.1", resolve))
    const { port } = endless.address() as AddressInfo
    const began = performance.now()
    expect(await asked({ hosts: "loopback", baseUrl: `http://127.0.0.1:${port}/v1` })).not.toBe(null)
    expect(performance.now() - began).toBeLessThan(4_000)
    endless.closeAllConnections()
    endless.close()
  })
})
