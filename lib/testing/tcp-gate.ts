import { type AddressInfo, connect, createServer, type Socket } from "node:net"

/** A way to a server that can be cut: a network that is gone, a database that is down. */
export interface Gate {
  /** The same address, through the gate. */
  readonly url: string
  /** Breaks every connection and refuses new ones. */
  cut(): void
  restore(): Promise<void>
  close(): Promise<void>
}

/** @param target address of the real server; only its host and port are replaced */
export async function openGate(target: string): Promise<Gate> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  let closed = false

  const server = createServer((client) => {
    if (closed) return client.destroy()
    const upstream = connect(Number(port), hostname)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on("error", () => other.destroy())
      one.on("close", () => {
        open.delete(one)
        other.destroy()
      })
    }
  })
  const listen = (on: number) => new Promise<void>((resolve) => server.listen(on, "127.0.0.1", resolve))
  await listen(0)
  const { port: gatePort } = server.address() as AddressInfo

  const cut = (): void => {
    closed = true
    for (const socket of open) socket.destroy()
    // a closed listener refuses, as a server that is down does; an open one would accept and hang up
    server.close()
  }
  return {
    url: target.replace(`:${port}/`, `:${gatePort}/`).replace(`@${hostname}:`, "@127.0.0.1:"),
    cut,
    async restore() {
      await listen(gatePort)
      closed = false
    },
    close: async () => cut(),
  }
}
