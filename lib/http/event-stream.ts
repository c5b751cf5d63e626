import { onShutdown } from "../server/shutdown"

const BEAT_MS = 15_000
const RETRY_MS = 1_000

export type Send = (event: string, id: string, data: unknown) => void

/**
 * Server-sent events (WHATWG HTML, 9.2) for as long as the browser listens, with a beat that keeps proxies from hanging up. Ends with the request
 * and with the process.
 *
 * @param subscribe starts the events; what it returns ends them, and it may end the stream itself: who listens then comes again
 * @param failed it could not be begun; it is ended then, and who listens comes again
 */
export function eventStream(
  request: Request,
  subscribe: (send: Send, end: () => void) => Promise<() => void>,
  failed: (error: unknown) => void,
): Response {
  const encoder = new TextEncoder()
  let close = () => {}
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      let open = true
      const write = (text: string) => {
        if (open) controller.enqueue(encoder.encode(text))
      }
      const beat = setInterval(() => write(": beat\n\n"), BEAT_MS)
      let unsubscribe = () => {}
      const forget = onShutdown(() => close())
      close = () => {
        if (!open) return
        open = false
        clearInterval(beat)
        unsubscribe()
        forget()
        try {
          controller.close()
        } catch {
          // the browser went first
        }
      }
      request.signal.addEventListener("abort", () => close())
      write(`retry: ${RETRY_MS}\n\n`)
      try {
        unsubscribe = await subscribe(
          (event, id, data) => write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`),
          () => close(),
        )
      } catch (error) {
        failed(error)
        close()
      }
      if (!open) unsubscribe()
    },
    cancel() {
      close()
    },
  })
  const headers = {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  }
  return new Response(body, { headers })
}

/** The id of the last event that a browser heard before it came again, where ids are numbers; null at its first coming. */
export function heardUpTo(request: Request): number | null {
  const id = request.headers.get("last-event-id") ?? ""
  return /^\d{1,15}$/.test(id) ? Number(id) : null
}
