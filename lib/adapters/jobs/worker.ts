import "server-only"
import { Logger, run } from "graphile-worker"
import type { Work } from "../../ports/jobs"
import type { Log } from "../../ports/log"

export type Workers = { readonly [Name in keyof Work]: (what: Work[Name]) => Promise<void> }

const CONCURRENCY = 4
/**
 * graphile-worker 0.17 looks for the next order while the one before is still being put away, does not find the next of its queue then, and comes again with its poll, up to a second later. So it is
 * told to look again, after so many milliseconds each.
 */
const LOOK_AGAIN_MS = [10, 40, 160]

/**
 * Does what is ordered, in this process. An order whose doing throws is tried again, later each time (graphile-worker: exp(attempts) seconds). Signals are left to the process.
 * @param url a direct connection: orders are heard of by LISTEN
 * @returns stops it: what is being done ends first
 */
export async function startWorker(url: string, workers: Partial<Workers>, log: Log): Promise<() => Promise<void>> {
  let stopping = false
  const runner = await run({
    connectionString: url,
    concurrency: CONCURRENCY,
    maxPoolSize: CONCURRENCY + 1,
    pollInterval: 1_000,
    noHandleSignals: true,
    logger: new Logger(() => (level, message, meta) => {
      if (level === "error" || level === "warning") log.warn({ ...meta, from: "graphile-worker" }, message)
    }),
    taskList: Object.fromEntries(
      Object.entries(workers).map(([name, work]) => [name, (payload: unknown) => work(payload as never)]),
    ),
  })
  runner.events.on("job:complete", ({ worker, job }) => {
    if (job.job_queue_id === null) return
    const lookAgain = () => {
      try {
        if (!stopping) worker.nudge()
      } catch {
        // it has ended of itself, and the runner has put another in its place
      }
    }
    for (const ms of LOOK_AGAIN_MS) setTimeout(lookAgain, ms).unref()
  })
  runner.promise.catch((err: unknown) => log.error({ err }, "the worker has stopped"))
  return () => {
    stopping = true
    return runner.stop()
  }
}
