import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { getRequestListener, type HttpBindings } from "@hono/node-server"
import { createClock } from "./clock"
import { sandboxFetch } from "./http/routes"
import { deliver } from "./push/deliver"
import { seedIfEmpty } from "./seed/seed"
import { openDatabase } from "./store/database"
import { defaultSwitches } from "./switches"
import type { World } from "./world"

export interface SandboxOptions {
  /** 0: any free one. */
  readonly port: number
  /** Its role owns `schema`, or may make it. */
  readonly databaseUrl: string
  readonly schema?: string
  /** ISO instant at which the sandbox's "now" starts; without it, real time. */
  readonly clock?: string
  /** The bearer token of /control/*. */
  readonly controlToken: string
  /** Where clients reach it, if not at http://localhost:port. */
  readonly publicUrl?: string
  /** For tests: what real providers take seconds for comes after 50 ms. */
  readonly fast?: boolean
}

export interface RunningSandbox {
  readonly url: string
  readonly close: () => Promise<void>
}

/** Starts a sandbox in this process, on loopback only. @throws when the port is taken or the database cannot be reached. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const clock = createClock(options.clock)
  const db = openDatabase(options.databaseUrl, options.schema ?? "sandbox", clock.now)
  const timers = new Set<NodeJS.Timeout>()
  let closed = false
  const later: World["later"] = (delayMs, work) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work().catch((error: Error) => closed || console.error(`sandbox: ${error.message}`))
    }, delayMs)
    timers.add(timer)
  }
  const world: World = { db, clock, later, switches: defaultSwitches(options.fast ?? false), publicUrl: "" }
  db.onWrite((provider) => later(0, () => deliver(world, provider)))
  const servers: Server[] = []
  const close = async () => {
    closed = true
    for (const timer of timers) clearTimeout(timer)
    await Promise.all(servers.map(stop))
    await db.close()
  }
  try {
    await db.prepare(() => seedIfEmpty(db, clock.now()))
    const answer = sandboxFetch(world, options)
    const listener = getRequestListener((request, env) => answer(request, env as HttpBindings))
    const first = await listen(createServer(KEPT_OPEN, listener), options.port, "127.0.0.1")
    servers.push(first)
    const { port } = first.address() as AddressInfo
    // "localhost" may mean ::1 first; a machine without IPv6 does without.
    await listen(createServer(KEPT_OPEN, listener), port, "::1").then(
      (server) => servers.push(server),
      () => undefined,
    )
    world.publicUrl = options.publicUrl ?? `http://localhost:${port}`
    return { url: world.publicUrl, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** As long as the providers do: with Node's 5 s, a request can meet the end of the connection that it is sent on. */
const KEPT_OPEN = { keepAliveTimeout: 240_000 }

const listen = (server: Server, port: number, host: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, () => resolve(server))
  })

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
