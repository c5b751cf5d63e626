/**
 * What became of a request that got no complete answer. `neverSent`: no connection came about, so the provider cannot have seen it.
 * `timedOut` and `lost`: it may have been carried out.
 */
export type TransportFailure = "neverSent" | "timedOut" | "lost"

/** Why a provider's SDK did not return a value, in one form for all of them. `reason` is the provider's own code or "". */
export type ProviderFailure =
  | { readonly kind: "reconnect" }
  | { readonly kind: "transport"; readonly transport: TransportFailure }
  | { readonly kind: "answer"; readonly status: number; readonly reason: string; readonly retryAfterMs: number | null }

/**
 * Reads the error of a failed `fetch`, however deep the SDK has wrapped it. Anything not recognised is `lost`: a write must be taken for
 * sent unless the opposite is certain.
 */
export function transportFailure(error: unknown): TransportFailure {
  const chain = causes(error)
  if (chain.some(isTimeout)) return "timedOut"
  return chain.some(neverConnected) ? "neverSent" : "lost"
}

/** A `Retry-After` header in milliseconds (RFC 9110 section 10.2.3: seconds or a date); null when absent or unreadable. */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | null {
  const text = header?.trim()
  if (!text) return null
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs
  return Number.isFinite(ms) ? Math.max(0, ms) : null
}

/**
 * An id that may stand as one segment of a URL's path. A dot segment is resolved away even when it is escaped, and the request would then be
 * about something else: `DELETE calendars/x/events/..` is about the calendar.
 *
 * @throws {RangeError} for "", "." and "..".
 */
export function pathId(id: string): string {
  if (id === "" || id === "." || id === "..") throw new RangeError("not an id that can be addressed")
  return id
}

type Link = Readonly<Record<string, unknown>>

/** The error, its causes and, where several addresses were tried, each attempt's error. */
function causes(error: unknown, depth = 0): Link[] {
  if (typeof error !== "object" || error === null || depth > 8) return []
  const link = error as Link
  const inner = [link.cause, ...(Array.isArray(link.errors) ? link.errors : [])]
  return [link, ...inner.flatMap((next) => causes(next, depth + 1))]
}

const isTimeout = (link: Link) => link.name === "TimeoutError" || link.name === "AbortError"

/** A reset has a code too, but its call is `read` or `write`: only a failed connect or look-up proves that nothing was sent. */
const neverConnected = (link: Link) =>
  link.syscall === "connect" || link.syscall === "getaddrinfo" || link.code === "UND_ERR_CONNECT_TIMEOUT"

/**
 * What is left of a write's time after a read that had to come before it; null when nothing is. The sender's lease covers one time-out from the start: a request that left later could arrive
 * after recovery has given it up.
 * @param usedMs by a monotonic clock
 */
export function restOf<T extends { readonly timeoutMs: number }>(write: T, usedMs: number): T | null {
  const timeoutMs = Math.floor(write.timeoutMs - usedMs)
  return timeoutMs > 0 ? { ...write, timeoutMs } : null
}
