import { stopSteps } from "./children.mjs"
import { explain } from "./progress.mjs"

/**
 * Runs a command that lasts until Ctrl-C. What it sets up is undone in reverse, however it ends; the exit code is 0 if it ended because it was asked to.
 * @param {(life: { signal: AbortSignal, whenStopped: Promise<void>, atEnd: (undo: () => Promise<unknown>) => void }) => Promise<void>} live
 */
export async function untilStopped(live) {
  const stop = new AbortController()
  /** @type {(() => Promise<unknown>)[]} */
  const undoing = []
  const whenStopped = new Promise((/** @type {(value: void) => void} */ resolve) =>
    stop.signal.addEventListener("abort", () => resolve()),
  )
  // npm passes on what the terminal has sent us already: a second signal means nothing new.
  for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.on(name, () => {
      stop.abort()
      stopSteps()
    })
  // The terminal may be gone by the time we report that everything has been stopped.
  process.stdout.on("error", () => {})
  process.stderr.on("error", () => {})
  try {
    await live({ signal: stop.signal, whenStopped, atEnd: (undo) => undoing.unshift(undo) })
  } catch (reason) {
    if (!stop.signal.aborted) {
      explain(reason)
      process.exitCode = 1
    }
  }
  for (const undo of undoing) {
    try {
      await undo()
    } catch (reason) {
      explain(reason)
      process.exitCode = 1
    }
  }
  process.exit()
}
