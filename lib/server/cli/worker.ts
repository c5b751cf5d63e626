import { startBackground } from "../background"
import { closeOnSignals, onShutdown } from "../shutdown"
import { closeWiring, wired } from "../wiring"
import { startWork } from "../work"

/** `npm run worker`: the background loops and the jobs, without the pages. Beside it, IFMATCH_WORKER=off keeps the app to its pages. */
async function main(): Promise<void> {
  startBackground(wired)
  await startWork(wired)
  closeOnSignals()
  wired.log.info({}, "working")
  onShutdown(() => void closeWiring().finally(() => process.exit(0)))
}

main().catch((error: unknown) => {
  console.error(error)
  process.exit(2)
})
