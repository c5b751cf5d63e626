import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"

export interface Relay {
  readonly url: string
  readonly heard: { came: number; dropped: number; doubled: number; passed: number }
  /** Until nothing is held back any more. */
  quiet(): Promise<void>
  close(): void
}

/** Calls of providers on their way to us: 5 % never come, 20 % come twice, and each is held back for a while of its own, so that they come in any order. */
export async function openRelay(target: string, chance: () => number, holdMs = 400): Promise<Relay> {
  const heard = { came: 0, dropped: 0, doubled: 0, passed: 0 }
  let held = 0

  async function pass(path: string, headers: Record<string, string>, body: string): Promise<void> {
    held += 1
    await sleep(chance() * holdMs)
    await fetch(target + path, { method: "POST", headers, body }).catch(() => undefined)
    heard.passed += 1
    held -= 1
  }

  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    response.writeHead(204).end()
    const own = ["host", "connection", "content-length", "transfer-encoding"]
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) => (own.includes(name) ? [] : [[name, String(value)]])),
    )
    heard.came += 1
    if (chance() < 0.05) {
      heard.dropped += 1
      return
    }
    const twice = chance() < 0.2
    if (twice) heard.doubled += 1
    for (let n = 0; n < (twice ? 2 : 1); n++)
      void pass(request.url ?? "/", headers, Buffer.concat(parts).toString("utf8"))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    async quiet() {
      while (held > 0) await sleep(20)
    },
    close: () => void server.close(),
  }
}
