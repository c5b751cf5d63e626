const LINES = "application/x-ndjson"

export const takesLines = (request: Request): boolean => request.headers.get("accept") === LINES

/**
 * An answer that comes line by line, each one JSON (application/x-ndjson). The work goes on when the reader leaves. What is thrown ends the answer without its last line;
 * the status was sent long before.
 *
 * @param failed hears what was thrown
 */
export function lineStream(
  run: (send: (line: unknown) => void) => Promise<void>,
  failed: (error: unknown) => void,
): Response {
  const encoder = new TextEncoder()
  let isRead = true
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (line: unknown) => {
        if (isRead) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`))
      }
      run(send)
        .catch(failed)
        .finally(() => {
          if (isRead) controller.close()
        })
    },
    cancel() {
      isRead = false
    },
  })
  return new Response(body, {
    headers: {
      "content-type": LINES,
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  })
}
