import "server-only"
import { oncePerProcess } from "./once"

/** What has to be closed before the process can end: open streams, loops, listeners. One set a process, whatever bundles load this module. */
const open = oncePerProcess("shutdown", () => new Set<() => void>())

/** @returns takes it off the list again */
export function onShutdown(close: () => void): () => void {
  open().add(close)
  return () => open().delete(close)
}

/** `next start` waits for open responses; a stream would hold it for ever. */
export function closeAll(): void {
  for (const close of [...open()]) close()
  open().clear()
}
