import "server-only"
import pg from "pg"
import type { SealedEvents } from "../../ports/sealed-events"

const RECONNECT_MS = 500

/**
 * One LISTEN connection a process. What was missed while it was away is not replayed here: whoever subscribed looks for itself when told of a new
 * size, and a browser asks anew when its stream breaks.
 * @param url a direct connection; LISTEN does not pass a transaction pooler
 */
export function postgresSealedEvents(url: string): SealedEvents & { close(): Promise<void> } {
  const heard = new Map<string, Set<(size: number) => void>>()
  let client: pg.Client | null = null
  let ready: Promise<void> | null = null
  let closed = false

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, keepAlive: true })
    next.on("error", () => {})
    next.on("end", () => {
      client = null
      if (!closed) setTimeout(() => void connect().catch(() => {}), RECONNECT_MS)
    })
    next.on("notification", ({ payload }) => tell(payload ?? ""))
    try {
      await next.connect()
      await next.query("listen sealed")
    } catch (error) {
      await next.end().catch(() => {})
      throw error
    }
    client = next
  }

  function tell(payload: string): void {
    const { workspaceId, size } = JSON.parse(payload) as { workspaceId: string; size: number }
    for (const listener of heard.get(workspaceId) ?? []) listener(size)
  }

  return {
    async subscribe(workspaceId, listener) {
      ready ??= connect().catch((error: unknown) => {
        ready = null
        throw error
      })
      await ready
      const listeners = heard.get(workspaceId) ?? new Set()
      heard.set(workspaceId, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) heard.delete(workspaceId)
      }
    },
    async close() {
      closed = true
      await client?.end()
    },
  }
}
