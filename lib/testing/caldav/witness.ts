import { once } from "node:events"
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

/** One request as it went by. `status` is what the client saw: null where it saw none. */
export interface Passing {
  readonly method: string
  readonly path: string
  readonly ifMatch: string | null
  readonly ifNoneMatch: string | null
  readonly body: string
  readonly status: number | null
}

/** What befalls the next request with this method. `lost503`, `reset`: after the server has carried it out. `hold`: runs before it is passed on. */
export type Mishap =
  | { readonly kind: "lost503" | "reset"; readonly method: string }
  | { readonly kind: "latency"; readonly method: string; readonly delayMs: number }
  | { readonly kind: "hold"; readonly method: string; readonly act: () => Promise<unknown> }

/** Stands between an adapter and a real server, passes everything on as it is, and keeps a journal. */
export interface Witness {
  readonly url: string
  /** Everything that went by while `act` ran: all of it, and what of it could change something. */
  watching<T>(act: () => Promise<T>): Promise<{ outcome: T; all: Passing[]; writes: Passing[] }>
  next(mishap: Mishap): void
  close(): Promise<void>
}

const READS = ["GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"]

/** @param target the server's address, without a slash at the end */
export async function openWitness(target: string): Promise<Witness> {
  const journal: Passing[] = []
  const mishaps: Mishap[] = []

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = incoming
    const body = await textOf(incoming)
    const at = mishaps.findIndex((each) => each.method === method)
    const [mishap] = at < 0 ? [] : mishaps.splice(at, 1)
    if (mishap?.kind === "latency") await new Promise((resolve) => setTimeout(resolve, mishap.delayMs))
    if (mishap?.kind === "hold") await mishap.act()
    const answer = await forward(`${target}${url}`, method, headers, body)
    const status = mishap?.kind === "reset" ? null : mishap?.kind === "lost503" ? 503 : answer.status
    const [ifMatch, ifNoneMatch] = [headers["if-match"] ?? null, headers["if-none-match"] ?? null]
    journal.push({ method, path: url, ifMatch, ifNoneMatch, body, status })
    if (status === null) incoming.socket.destroy()
    else if (mishap?.kind === "lost503") outgoing.writeHead(503).end()
    else outgoing.writeHead(answer.status, answer.headers).end(answer.body)
  }

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => incoming.socket.destroy())
  }).listen(0, "127.0.0.1")
  await once(server, "listening")

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async watching(act) {
      const since = journal.length
      const outcome = await act()
      const all = journal.slice(since)
      return { outcome, all, writes: all.filter(({ method }) => !READS.includes(method)) }
    },
    next: (mishap) => {
      mishaps.push(mishap)
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString("utf8")
}

async function forward(url: string, method: string, headers: IncomingHttpHeaders, body: string) {
  // a connection of its own each time: an old one that the server drops would look like a mishap
  const { "transfer-encoding": _, connection: __, ...kept } = headers
  const sent = { ...kept, connection: "close", ...(body && { "content-length": String(Buffer.byteLength(body)) }) }
  const outgoing = request(url, { method, headers: sent, agent: false }).end(body)
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage]
  const { connection: ___, upgrade: ____, "transfer-encoding": _____, ...back } = answer.headers
  return { status: answer.statusCode ?? 502, headers: back, body: await textOf(answer) }
}
