import { createServer, request, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type ApiWorld, openApiWorld } from "../../testing/api/world"

/* The API as the server of `lib/launch/app-server.mjs` answers it, beside the way through Next. */

let world: ApiWorld
let server: Server
let port: number
/** What the listener left to others. */
const left: string[] = []
const ended: string[] = []

beforeAll(async () => {
  world = await openApiWorld()
  const { v1Listener } = await import("./listener")
  const api = v1Listener()
  server = createServer((asked, answered) => {
    answered.on("close", () => ended.push(asked.url ?? ""))
    if (api(asked, answered)) return
    left.push(`${asked.method} ${asked.url}`)
    answered.end("left")
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await world.close()
})

const url = (path: string) => `http://127.0.0.1:${port}${path}`
const asked = (path: string, init: RequestInit = {}) =>
  fetch(url(path), { ...init, headers: { authorization: `Bearer ${world.keys.low}`, ...init.headers } })

/** As it is, which `fetch` would not send. */
const raw = (method: string, path: string) =>
  new Promise<string>((done, failed) => {
    const sent = request({ port, method, path, host: "127.0.0.1" }, (answer) => {
      answer.resume()
      done(`${answer.statusCode}`)
    })
    sent.on("error", failed)
    sent.end()
  })

test("D17 the same answers as through Next, with the headers that all answers have", async () => {
  for (const path of ["/api/v1/whoami", "/api/v1/nothing", "/api/v1/bookings?limit=0"]) {
    const [here, there] = [await asked(path), await world.ask("GET", path.slice("/api/v1".length))]
    expect([path, here.status, await here.text()]).toEqual([path, there.status, await there.text()])
    for (const [name, value] of there.headers)
      if (!/^(x-request-id|ratelimit)$/.test(name))
        expect([path, name, here.headers.get(name)]).toEqual([path, name, value])
    expect(here.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/)
    expect(here.headers.get("content-security-policy")).toMatch(/frame-ancestors 'none'/)
    expect(here.headers.get("x-content-type-options")).toBe("nosniff")
  }
})

test("D18 a booking is made once, and its loser is told by whom", async () => {
  const body = JSON.stringify({ user_id: "ada", ...world.freshSlot(), title: "Over the wire" })
  const headers = { "content-type": "application/json", "idempotency-key": world.freshKey() }
  const book = (key: string, idempotency: string) =>
    asked("/api/v1/bookings", {
      method: "POST",
      body,
      headers: { ...headers, authorization: `Bearer ${key}`, "idempotency-key": idempotency },
    })
  const first = await book(world.keys.top, "wire-1")
  const again = await book(world.keys.top, "wire-1")
  expect([first.status, again.status, again.headers.get("idempotency-replayed")]).toEqual([201, 201, "true"])
  expect(await again.json()).toEqual(await first.json())
  const before = await world.owner.query("select count(*) from bookings")
  const lost = await book(world.keys.low, "wire-2")
  expect([lost.status, ((await lost.json()) as { error: string }).error]).toEqual([409, "outranked"])
  expect((await world.owner.query("select count(*) from bookings")).rows).toEqual(before.rows)
})

test("nobody comes in without a key, with a session's cookie or not, and a page of another site does not matter", async () => {
  const headers = { authorization: "", cookie: "ifmatch.session=x", origin: "https://evil.example" }
  expect((await fetch(url("/api/v1/whoami"), { headers })).status).toBe(401)
})

test("bad input: too much, no JSON, a body that is cut off; nothing is written and the server goes on", async () => {
  const before = await world.written()
  const post = (body: string, type = "application/json") =>
    asked("/api/v1/bookings", {
      method: "POST",
      body,
      headers: { "content-type": type, "idempotency-key": world.freshKey() },
    })
  expect((await post(JSON.stringify({ title: "x".repeat(70_000) }))).status).toBe(413)
  expect((await post("{")).status).toBe(400)
  expect((await post("{}", "text/plain")).status).toBe(415)
  await new Promise<void>((gone) => {
    const cut = request({
      port,
      host: "127.0.0.1",
      method: "POST",
      path: "/api/v1/bookings",
      headers: {
        authorization: `Bearer ${world.keys.low}`,
        "content-type": "application/json",
        "content-length": 1_000,
        "idempotency-key": world.freshKey(),
      },
    })
    cut.on("error", () => gone())
    cut.write('{"title":', () => setTimeout(() => cut.destroy(), 50))
    cut.on("close", () => gone())
  })
  expect(await world.written()).toBe(before)
  expect((await asked("/api/v1/whoami")).status).toBe(200)
})

test("what is not below /api/v1, and the methods that Next answers by itself, are left to it", async () => {
  left.length = 0
  for (const path of ["/", "/api/v1", "/api/v10/x", "/api/week", "/API/v1/whoami"]) await raw("GET", path)
  for (const method of ["OPTIONS", "HEAD", "TRACE"]) await raw(method, "/api/v1/whoami")
  expect(left).toEqual([
    "GET /",
    "GET /api/v1",
    "GET /api/v10/x",
    "GET /api/week",
    "GET /API/v1/whoami",
    "OPTIONS /api/v1/whoami",
    "HEAD /api/v1/whoami",
    "TRACE /api/v1/whoami",
  ])
  // what climbs out of it is not there, and comes to nobody else's door
  expect(await raw("GET", "/api/v1/../week")).toBe("404")
  expect(left).toHaveLength(8)
})

test("C6 a stream goes out as it comes, and ends when its reader goes", async () => {
  const key = "listener/streamed.json"
  const run = crypto.randomUUID()
  const put = (headers: Record<string, string>, value: unknown) =>
    asked(`/api/v1/records/${encodeURIComponent(key)}`, {
      method: "PUT",
      body: JSON.stringify({ value }),
      headers: { "content-type": "application/json", ...headers },
    })
  const made = await put({ "if-none-match": "*" }, 1)
  await asked(`/api/v1/records/${encodeURIComponent(key)}`, { headers: { "ifmatch-run": run } })
  const reading = new AbortController()
  const stream = await asked(`/api/v1/record-runs/${run}/dead-views`, { signal: reading.signal })
  const reader = stream.body?.getReader() ?? expect.unreachable()
  await put({ "if-match": made.headers.get("etag") ?? "" }, 2)
  let heard = ""
  while (!heard.includes(key)) heard += new TextDecoder().decode((await reader.read()).value)
  reading.abort()
  await expect.poll(() => ended).toContain(`/api/v1/record-runs/${run}/dead-views`)
})
