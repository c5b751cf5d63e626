import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync } from "node:fs"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { begin, ending, runToEnd, stopChild } from "./children.mjs"
import { appEnvironment, sandboxEnvironment } from "./environment.mjs"
import { packageFile } from "./paths.mjs"
import { Refusal } from "./progress.mjs"

const PATIENCE_MS = 120_000

/** Serves the app that was built, at the port it is given. */
export const APP_SERVER = "lib/launch/app-server.mjs"

/**
 * A server that answers.
 * @typedef {object} Serving
 * @property {string} label
 * @property {string} url
 * @property {Promise<string | null>} ended resolves when it ends, for whatever reason
 * @property {() => Promise<"ended" | "killed">} stop
 */

/** @param {string} file @returns {number} the log, new; the one before is kept beside it */
function openLog(file) {
  mkdirSync(path.dirname(file), { recursive: true })
  if (existsSync(file)) renameSync(file, `${file}.1`)
  return openSync(file, "w", 0o600)
}

/** @param {string} url @returns {Promise<{ ready: boolean, said: string }>} a server without such a page counts as ready */
async function ask(url) {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(20_000) })
    return {
      ready: response.ok || response.status === 404,
      said: `${response.status} ${(await response.text()).slice(0, 500)}`,
    }
  } catch (error) {
    return { ready: false, said: String(error instanceof Error ? (error.cause ?? error) : error) }
  }
}

/**
 * Starts a server and waits until it answers.
 * @param {{ label: string, args: string[], env: NodeJS.ProcessEnv, url: string, health: string, logFile: string | null, signal?: AbortSignal }} server
 * logFile null: its output is shown
 * @returns {Promise<Serving>}
 */
async function serve({ label, args, env, url, health, logFile, signal }) {
  // A file and no pipe: it must not stumble over its own output when this program is killed.
  const log = logFile ? openLog(logFile) : null
  const child = begin(process.execPath, args, env, ["ignore", log ?? "inherit", log ?? "inherit"])
  if (log !== null) closeSync(log)
  const ended = ending(child)
  let failure = /** @type {string | null | undefined} */ (undefined)
  ended.then((how) => {
    failure = how ?? "exit code 0"
  })
  const shown = () => (logFile ? `; its log is ${logFile}:\n${readFileSync(logFile, "utf8").slice(-3000)}` : "")
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    if (failure !== undefined) throw new Refusal(`${label} ended while starting (${failure})${shown()}`)
    const { ready, said } = await ask(url + health)
    if (ready && failure === undefined) return { label, url, ended, stop: () => stopChild(child) }
    if (signal?.aborted || Date.now() > deadline) {
      await stopChild(child)
      throw new Refusal(`${label} was not ready in time: ${said}${shown()}`)
    }
  }
}

/**
 * @param {import("./environment.mjs").Settled} installation
 * @param {{ port: number, shown?: boolean, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} options env: added, e.g. a mark
 */
export const serveSandbox = (installation, { port, shown, env, signal }) =>
  serve({
    label: "The sandbox",
    args: ["--import", "tsx", "lib/sandbox/main.ts"],
    env: { ...sandboxEnvironment(installation, port, process.env), ...env },
    url: `http://localhost:${port}`,
    health: "/google/.well-known/openid-configuration",
    logFile: shown ? null : path.join(installation.folder, "logs", "sandbox.log"),
    signal,
  })

/**
 * The app, with the sandbox's people as its members where the sandbox stands in for the providers.
 * @param {import("./environment.mjs").Settled} installation
 * @param {{ port: number, sandboxUrl: string | undefined, dev?: boolean, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} options env: added
 */
export async function serveApp(installation, { port, sandboxUrl, dev, env, signal }) {
  const environment = {
    ...appEnvironment(installation, { port, sandboxUrl }, process.env),
    NODE_ENV: dev ? "development" : "production",
    ...env,
  }
  if (sandboxUrl) await runToEnd(process.execPath, ["--import", "tsx", "prisma/seed.ts"], environment)
  return serve({
    label: "The app",
    args: dev ? [packageFile("next/dist/bin/next"), "dev", "-p", String(port)] : [APP_SERVER, String(port)],
    env: environment,
    url: `http://localhost:${port}`,
    health: "/readyz",
    logFile: dev ? null : path.join(installation.folder, "logs", "app.log"),
    signal,
  })
}
