import { setTimeout as sleep } from "node:timers/promises"
import { begin, ending, runToEnd, signalGroup } from "./children.mjs"
import { freePort } from "./ports.mjs"
import { APP_SERVER } from "./servers.mjs"
import { build } from "./steps.mjs"

const PATIENCE_MS = 60_000

/**
 * The app as it is served in production, for programs that kill it: built if need be, in the environment of a trial, with the sandbox's people as members.
 * @param {NodeJS.ProcessEnv} over settings that differ
 * @returns {Promise<import("./killable-app.mjs").KillableApp>} not started yet
 */
export async function killableApp(over = {}) {
  await build()
  const port = await freePort()
  const url = `http://localhost:${port}`
  const env = { NODE_ENV: "production", PORT: String(port), NEXTAUTH_URL: url, LOG_LEVEL: "error", ...over }
  await runToEnd(process.execPath, ["--import", "tsx", "prisma/seed.ts"], env)
  /** @type {{ child: import("node:child_process").ChildProcess, ended: Promise<unknown> } | null} */
  let running = null
  process.once("exit", () => signalGroup(running?.child.pid, "SIGKILL"))

  async function untilReady(patienceMs = PATIENCE_MS) {
    for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await sleep(25)) {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
      if (answer?.ok) return
    }
    throw new Error(`the app does not take requests after ${patienceMs} ms`)
  }

  return {
    url,
    untilReady,
    async start() {
      const child = begin(process.execPath, [APP_SERVER, String(port)], env, ["ignore", "ignore", "inherit"])
      running = { child, ended: ending(child) }
      await untilReady()
    },
    async kill() {
      signalGroup(running?.child.pid, "SIGKILL")
      await running?.ended
      running = null
    },
  }
}
