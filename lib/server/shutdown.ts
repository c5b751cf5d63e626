import "server-only"
import { oncePerProcess } from "./once"

/** What has to be closed before the process can end: open streams, loops, listeners. One set a process, whatever bundles load this module. */
const open = oncePerProcess("shutdown", () => new Set<() => void>())

/** @returns takes it off the list again */
export function onShutdown(close: () => void): () => void {
  open().add(close)
  return () => open().delete(close)
}

/** Open streams cannot hold up the end of a process that is asked to stop. */
export function closeOnSignals(): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, closeAll)
}

/** `next start` waits for open responses; a stream would hold it for ever. */
export function closeAll(): void {
  const closers = [...open()]
  open().clear()
  for (const close of closers) {
    try {
      close()
    } catch {
      // the process is going away in any case; the others must still be closed
    }
  }
}
