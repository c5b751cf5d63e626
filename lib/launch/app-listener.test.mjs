import { createServer } from "node:http"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { appListener } from "./app-listener.mjs"

/** @type {import("node:http").Server} */
let server
let isThere = false
const port = () => /** @type {import("node:net").AddressInfo} */ (server.address()).port
/** @param {string} path */
const get = async (path) => {
  const response = await fetch(`http://127.0.0.1:${port()}${path}`)
  return [response.status, await response.text().catch(() => "cut off")]
}

describe("the app's listener", () => {
  beforeAll(async () => {
    /** @type {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => boolean} */
    const api = (request, response) => {
      if (!request.url?.startsWith("/api/v1/")) return false
      response.end("the API")
      return true
    }
    server = createServer(
      appListener(
        () => (isThere ? api : undefined),
        async (request, response) => {
          if (request.url === "/fails") throw new Error("a page that fails")
          if (request.url === "/fails-late") {
            response.write("half a page")
            throw new Error("a page that fails late")
          }
          response.end("a page")
        },
      ),
    )
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)))
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))
  afterEach(() => vi.restoreAllMocks())

  test("everything is Next's until the API is there; then what is the API's goes to it alone", async () => {
    isThere = false
    expect(await get("/api/v1/whoami")).toEqual([200, "a page"])
    isThere = true
    expect(await get("/api/v1/whoami")).toEqual([200, "the API"])
    expect(await get("/")).toEqual([200, "a page"])
  })

  test("a page that fails is 500, is told on the console, and is no end of the server", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {})
    expect(await get("/fails")).toEqual([500, "Internal Server Error"])
    expect((await get("/fails-late"))[0]).toBe(200)
    expect(told).toHaveBeenCalledTimes(2)
    expect(await get("/")).toEqual([200, "a page"])
  })
})
