import "server-only"
import pg from "pg"
import type { SealedEvents } from "../../ports/sealed-events"

const RECONNECT_MS = 500
const CONNECT_MS = 5_000

/**
 * One LISTEN connection a process, made anew for as long as it takes when it breaks. Whatever was sealed meanwhile is made up for then: everybody who
 * listens is told the size that their log has by now.
 * @param url a direct connection; LISTEN does not pass a transaction pooler
 */
export function postgresSealedEvents(url: string): SealedEvents & { close(): Promise<void> } {
  const heard = new Map<string, Set<(size: number) => void>>()
  let client: pg.Client | null = null
  let ready: Promise<void> | null = null
  let closed = false

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: CONNECT_MS })
    next.on("error", () => {})
    next.on("end", () => {
      if (client !== next) return
      client = null
      reconnect()
    })
    next.on("notification", ({ payload }) => {
      const { workspaceId, size } = JSON.parse(payload ?? "") as { workspaceId: string; size: number }
      tell(workspaceId, size)
    })
    try {
      await next.connect()
      await next.query("listen sealed")
    } catch (error) {
      await next.end().catch(() => {})
      throw error
    }
    client = next
  }

  function reconnect(): void {
    if (closed) return
    setTimeout(() => void connect().then(catchUp).catch(reconnect), RECONNECT_MS)
  }

  async function catchUp(): Promise<void> {
    const { rows } = (await client?.query(
      "select workspace_id, max(size)::int as size from log_checkpoints where workspace_id = any($1) group by 1",
      [[...heard.keys()]],
    )) ?? { rows: [] }
    for (const { workspace_id, size } of rows as { workspace_id: string; size: number }[]) tell(workspace_id, size)
  }

  function tell(workspaceId: string, size: number): void {
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
