import { once } from "node:events"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Somebody's server that webhooks go to. It keeps what came, whatever it answered. */
export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** Status and headers of the next answers; 204 unless set. Null: no answer at all. */
  answer: (message: Received) => { status: number; headers?: Record<string, string> } | null
  close(): Promise<void>
}

export async function openReceiver(): Promise<Receiver> {
  const receiver: Omit<Receiver, "url" | "close"> = { received: [], answer: () => ({ status: 204 }) }
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const message = { path: incoming.url ?? "", headers: incoming.headers, body: Buffer.concat(chunks).toString() }
    receiver.received.push(message)
    const answer = receiver.answer(message)
    if (answer) outgoing.writeHead(answer.status, answer.headers).end()
  })
  server.on("clientError", () => {})
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  })
}
