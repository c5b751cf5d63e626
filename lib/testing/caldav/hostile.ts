import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

/** A server that means no good: it answers as `answer` says, and counts who came. */
export interface Hostile {
  readonly url: string
  readonly port: number
  /** Requests so far, oldest first: `GET /path`. */
  readonly requests: readonly string[]
  /** Sockets opened so far, also those on which nothing came. */
  connections(): number
  close(): Promise<void>
}

export async function openHostile(
  answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Promise<Hostile> {
  const requests: string[] = []
  let connections = 0
  const server = createServer((incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.url}`)
    outgoing.on("error", () => {})
    answer(incoming, outgoing)
  })
  server.on("connection", () => {
    connections++
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => connections,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

const CHUNK = Buffer.alloc(65_536, "x")

/** Writes as fast as the other side takes it: `bytes`, or until it hangs up. */
export function pour(outgoing: ServerResponse, bytes: number): void {
  let left = bytes
  const more = () => {
    while (left > 0 && !outgoing.destroyed) {
      left -= CHUNK.length
      if (!outgoing.write(CHUNK)) {
        outgoing.once("drain", more)
        return
      }
    }
    if (!outgoing.destroyed) outgoing.end()
  }
  more()
}

/** A byte now and then, forever. */
export function drip(outgoing: ServerResponse): void {
  const timer = setInterval(() => outgoing.write("x"), 20)
  outgoing.once("close", () => clearInterval(timer))
}
