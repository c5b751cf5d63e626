import "server-only"
import { type Hosts, sendOnce } from "../outside-request"

/** More than any answer that is meant. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024
/** Answers that may not have a body (the Response class refuses one). */
const BARE = new Set([204, 205, 304])

/**
 * `fetch` for a model whose address a workspace's admin has named: to public hosts only, judged as the socket is opened, no redirect followed.
 *
 * @throws what `sendOnce` throws, HostRefused among it
 */
export const outsideFetch =
  (hosts: Exclude<Hosts, "private">, timeoutMs: number): typeof fetch =>
  async (input, init = {}) => {
    const request = input instanceof Request ? input : new Request(input, init)
    const answer = await sendOnce(
      request.url,
      {
        method: request.method,
        headers: Object.fromEntries(request.headers),
        ...(request.body && { body: await request.text() }),
        timeoutMs,
        signal: request.signal,
        maxBytes: MAX_ANSWER_BYTES,
      },
      hosts,
    )
    return new Response(BARE.has(answer.status) ? null : answer.text, {
      status: answer.status,
      headers: answer.headers,
    })
  }
