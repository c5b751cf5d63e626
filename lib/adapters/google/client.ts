import "server-only"
import { calendar_v3, type MethodOptions } from "googleapis/build/src/apis/calendar/index.js"
import type { WriteOptions } from "../../ports/calendar-provider"

const READ_TIMEOUT_MS = 10_000

/**
 * The Calendar v3 SDK without its own sign-in: the SDK's OAuth client sends a request again after a 401 or 403, writes too, so the token is
 * put on each request instead. `rootUrl` replaces the origin (a path would be lost).
 */
export const googleClient = (rootUrl?: string): calendar_v3.Calendar =>
  new calendar_v3.Calendar({ ...(rootUrl && { rootUrl }), fetchImplementation: (...request) => fetch(...request) })

/** For reads: bounded, tried again on a 5xx or a dropped connection, never on a rate limit. */
export const forRead = (token: string): MethodOptions => ({
  headers: bearer(token),
  timeout: READ_TIMEOUT_MS,
  retryConfig: { retry: 2, noResponseRetries: 1, retryDelay: 100, statusCodesToRetry: [[500, 599]] },
})

/** For writes: one request and no more, whatever comes back (T4); not even a redirect is followed. `ifMatch` goes out verbatim. */
export const forWrite = (token: string, options: WriteOptions, ifMatch?: string): MethodOptions => ({
  headers: { ...bearer(token), ...(ifMatch && { "If-Match": ifMatch }) },
  retry: false,
  redirect: "error",
  timeout: options.timeoutMs,
  ...(options.signal && { signal: options.signal }),
})

/** For channels: neither a read that may be repeated nor a write to anybody's calendar. One request. */
export const forOrder = (token: string): MethodOptions => ({
  headers: bearer(token),
  timeout: READ_TIMEOUT_MS,
  retry: false,
  redirect: "error",
})

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
