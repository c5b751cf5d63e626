import { createServer, type Server, type Socket } from "node:net"
import { describe, expect, test } from "vitest"
import { restOf, retryAfterMs, transportFailure } from "./transport"

const failed = (request: Promise<Response>) =>
  request
    .then((response) => response.text())
    .then(
      () => expect.unreachable("the request must fail"),
      (error: unknown) => error,
    )

async function listening(server: Server): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready))
  const address = server.address()
  return typeof address === "object" && address ? address.port : 0
}

async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise((closed) => server.close(closed))
  return port
}

/** A TCP server that does `act` with every connection; answers what a real `fetch` to it throws. */
async function fetchFrom(act: (socket: Socket) => void, init: RequestInit = {}): Promise<unknown> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy())
    act(socket)
  })
  const port = await listening(server)
  try {
    return await failed(fetch(`http://127.0.0.1:${port}/`, init))
  } finally {
    server.close()
  }
}

describe("transportFailure reads what fetch really throws", () => {
  test("a refused connection was never sent", async () => {
    const port = await closedPort()
    expect(transportFailure(await failed(fetch(`http://127.0.0.1:${port}/`)))).toBe("neverSent")
    expect(transportFailure(await failed(fetch(`http://localhost:${port}/`)))).toBe("neverSent")
  })

  test("a name that does not resolve was never sent", async () => {
    expect(transportFailure(await failed(fetch("http://nowhere.invalid/")))).toBe("neverSent")
  })

  test("a reset after the request arrived may have been carried out", async () => {
    const error = await fetchFrom((socket) => socket.once("data", () => socket.resetAndDestroy()))
    expect(transportFailure(error)).toBe("lost")
  })

  test("a body cut short may have been carried out", async () => {
    const cut = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"
    const error = await fetchFrom((socket) => socket.once("data", () => socket.end(cut)))
    expect(transportFailure(error)).toBe("lost")
  })

  test("our own timeout may have been carried out, wrapped or not", async () => {
    const error = await fetchFrom((socket) => socket.setTimeout(2_000, () => socket.destroy()), {
      signal: AbortSignal.timeout(50),
    })
    expect(transportFailure(error)).toBe("timedOut")
    expect(transportFailure(new Error("wrapped", { cause: error }))).toBe("timedOut")
  })

  test("what is not an error at all counts as sent", () => {
    expect(transportFailure(undefined)).toBe("lost")
  })
})

describe("retryAfterMs", () => {
  const nowMs = Date.parse("2026-11-26T14:00:00Z")
  test.each([
    ["7", 7_000],
    ["Thu, 26 Nov 2026 14:00:03 GMT", 3_000],
    ["Thu, 26 Nov 2026 13:00:00 GMT", 0],
    ["soon", null],
    ["", null],
    [null, null],
  ])("%s", (header, ms) => expect(retryAfterMs(header, nowMs)).toBe(ms))
})

test("what is left of a write's time: nothing once all of it is used up", () => {
  const write = { timeoutMs: 100, marker: "m" }
  expect(restOf(write, 30)).toEqual({ timeoutMs: 70, marker: "m" })
  expect(restOf(write, 100)).toBeNull()
  expect(restOf(write, 4_000)).toBeNull()
})
