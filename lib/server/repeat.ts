import "server-only"
import type { Log } from "../ports/log"

/**
 * Does `work` now and again `pauseMs` after each end, until told to stop. A fault is logged and does not end the loop: the next round may find the
 * database back.
 */
export function repeat(name: string, pauseMs: number, work: () => Promise<unknown>, log: Log): () => void {
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  async function round(): Promise<void> {
    try {
      await work()
    } catch (err) {
      log.error({ err, loop: name }, "a background round failed")
    }
    // its timer must not keep a process alive that has nothing else to do
    if (!stopped) timer = setTimeout(round, pauseMs).unref()
  }

  void round()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
