import { createServer } from "node:net"
import { afterEach, expect, test } from "vitest"
import { freePort, isFree } from "./ports.mjs"

/** @type {import("node:net").Server[]} */
const servers = []
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))))

/** @param {number} port @param {string} host */
const listen = (port, host) =>
  new Promise((resolve, reject) => {
    servers.push(
      createServer()
        .once("error", reject)
        .listen(port, host, () => resolve(undefined)),
    )
  })

test("a free port can be listened on, is none that the system gives to connections, and is not named twice", async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, freePort))
  expect(new Set(ports).size).toBe(20)
  for (const port of ports) {
    expect(port).toBeGreaterThan(10_080) // browsers refuse that one
    expect(port).toBeLessThan(32_768)
    await listen(port, "127.0.0.1")
  }
})

test.each(["127.0.0.1", "0.0.0.0"])("one that somebody listens on at %s is not free", async (host) => {
  const port = await freePort()
  await listen(port, host)
  expect(await isFree(port)).toBe(false)
})
