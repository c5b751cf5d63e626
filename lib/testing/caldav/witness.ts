import { once } from "node:events"
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Passing } from "../contracts/calendar-world"
import { isWrite } from "../is-write"
import type { FaultKind } from "../sandbox"

/**
 * What befalls the next requests with a method, or with any: named as the sandbox names its faults. `hold`: runs before it is passed on. What is `stripped` are the properties that a client keeps its
 * own marks in.
 */
export type Mishap = { readonly method?: string; readonly pathIncludes?: string; readonly times?: number } & (
  | {
      readonly kind: Exclude<FaultKind, "latency" | "delayed-execution" | "edit-before-write">
    }
  | { readonly kind: "latency"; readonly delayMs: number }
  | { readonly kind: "hold"; readonly act: () => Promise<unknown> }
)

/** Stands between an adapter and a real server, passes everything on as it is, and keeps a journal. */
export interface Witness {
  readonly url: string
  /** Everything that went by while `act` ran: all of it, and what of it could change something. */
  watching<T>(act: () => Promise<T>): Promise<{ outcome: T; all: Passing[]; writes: Passing[] }>
  readonly journal: readonly Passing[]
  next(mishap: Mishap): void
  clear(): void
  close(): Promise<void>
}

/** @param target the server's address, without a slash at the end */
export async function openWitness(target: string): Promise<Witness> {
  const journal: Passing[] = []
  const mishaps: { readonly mishap: Mishap; left: number }[] = []

  function befalling(method: string, url: string): Mishap | null {
    const at = mishaps.findIndex(
      ({ mishap }) => (mishap.method ?? method) === method && url.includes(mishap.pathIncludes ?? ""),
    )
    const found = mishaps[at]
    if (!found) return null
    found.left -= 1
    if (found.left === 0) mishaps.splice(at, 1)
    return found.mishap
  }

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = incoming
    const body = await textOf(incoming)
    const mishap = befalling(method, url)
    if (mishap?.kind === "latency") await new Promise((resolve) => setTimeout(resolve, mishap.delayMs))
    if (mishap?.kind === "hold") await mishap.act()
    const [ifMatch, ifNoneMatch] = [headers["if-match"] ?? null, headers["if-none-match"] ?? null]
    const record = (status: number | null) => journal.push({ method, path: url, ifMatch, ifNoneMatch, body, status })
    const refusal = mishap && REFUSALS[mishap.kind]
    if (mishap?.kind === "reset-before-execution") {
      record(null)
      incoming.socket.destroy()
      return
    }
    if (refusal) {
      record(refusal.status)
      outgoing.writeHead(refusal.status, refusal.headers).end()
      return
    }
    const sent = mishap?.kind === "strip-unknown-properties" ? withoutMarks(body) : body
    const answer = await forward(`${target}${url}`, method, headers, sent)
    switch (mishap?.kind) {
      case "executed-but-503":
        record(503)
        outgoing.writeHead(503).end()
        return
      case "reset-after-execution":
        record(null)
        incoming.socket.destroy()
        return
      case "mid-body-reset":
        record(null)
        halved(incoming, outgoing, answer)
        return
      default:
        record(answer.status)
        outgoing.writeHead(answer.status, answer.headers).end(answer.body)
    }
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
      return { outcome, all, writes: all.filter(isWrite) }
    },
    journal,
    next: (mishap) => {
      mishaps.push({ mishap, left: mishap.times ?? 1 })
    },
    clear: () => {
      mishaps.length = 0
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

/** Answers of which the server itself knows nothing. */
const REFUSALS: Readonly<Partial<Record<Mishap["kind"], { status: number; headers: Record<string, string> }>>> = {
  "401": { status: 401, headers: { "www-authenticate": "Basic" } },
  "429": { status: 429, headers: { "retry-after": "1" } },
  "spurious-412": { status: 412, headers: {} },
}

const withoutMarks = (text: string) => text.replace(/^X-.*\r?\n([ \t].*\r?\n)*/gm, "")

/** Half of nothing would be a whole answer. */
function halved(incoming: IncomingMessage, outgoing: ServerResponse, { body }: { body: string }): void {
  const bytes = Buffer.from(body)
  if (bytes.length === 0) return void incoming.socket.destroy()
  outgoing.writeHead(200, { "content-length": bytes.length })
  outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => incoming.socket.destroy())
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

export const statusesOf = (passings: readonly Passing[]) => passings.map(({ status }) => status)
