import { googleNotification } from "../google/watch"
import { graphNotification } from "../graph/subscriptions"
import type { SandboxProvider } from "../store/database"
import { rowsSince } from "../store/events"
import type { World } from "../world"
import { claimDue } from "./channels"

const TIMEOUT_MS = 3000

/**
 * Tells every channel of a provider whose calendar has moved. One attempt: delivery is not guaranteed, as the real ones do not
 * guarantee it, so clients poll too.
 */
export async function deliver(world: World, provider: SandboxProvider): Promise<void> {
  for (const channel of await claimDue(world.db.query, provider)) {
    const rows = await rowsSince(world.db.query, channel.calendarId, channel.since)
    const request = provider === "google" ? googleNotification(channel, "exists") : graphNotification(channel, rows)
    if (request) await send(request)
  }
}

/** Posts, and puts up with a receiver that is not there. @returns whether it answered 2xx in time. */
export async function send(request: Request): Promise<boolean> {
  try {
    return (await fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" })).ok
  } catch {
    return false
  }
}

/** The sandbox calls nobody but this machine. */
export function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return ["http:", "https:"].includes(protocol) && ["localhost", "127.0.0.1", "[::1]"].includes(hostname)
}
