import "server-only"
import { oncePerProcess } from "./once"

const closers = oncePerProcess("closers", () => new Set<() => void>())

/**
 * Calls `close` when the process is asked to stop: `next start` waits for open responses, and an event stream would hold it for ever.
 * @returns takes it back, for what has ended by itself
 */
export function onShutdown(close: () => void): () => void {
  closers().add(close)
  return () => closers().delete(close)
}

/** Closes everything, each once. What one of them throws keeps none of the others open. */
export function shutDown(): void {
  const open = [...closers()]
  closers().clear()
  for (const close of open) {
    try {
      close()
    } catch {
      // it is going away in any case
    }
  }
}

export const listenForSignals = oncePerProcess("signals", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, shutDown)
})
