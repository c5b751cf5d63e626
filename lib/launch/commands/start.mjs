import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { MARK, stopSteps } from "../children.mjs"
import { claimDataFolder } from "../data-folder.mjs"
import { needsSandbox, sandboxAddress } from "../environment.mjs"
import { stopLeftovers } from "../leftovers.mjs"
import { tryLock } from "../lock.mjs"
import { dataFolder, nameOf } from "../paths.mjs"
import { isFree, portFrom } from "../ports.mjs"
import { identify } from "../process-identity.mjs"
import { Refusal, say } from "../progress.mjs"
import { serveApp, serveSandbox } from "../servers.mjs"
import { build, generate, install } from "../steps.mjs"
import { untilStopped } from "../until-stopped.mjs"

const dev = process.argv.includes("--dev")
const mark = { [MARK]: nameOf(dataFolder) }

/** @param {number} port @param {string} variable */
async function requireFree(port, variable) {
  if (!(await isFree(port)) || !(await isFree(port, "127.0.0.1")))
    throw new Refusal(`Port ${port} is in use by another program; stop it, or set ${variable} to a free port.`)
}

/** Resolves when a server that is not our child has ended. @param {number} pid */
async function gone(pid) {
  for (const identity = identify(pid); identify(pid) === identity; ) await sleep(500, undefined, { ref: false })
  return "gone"
}

/** @param {Parameters<Parameters<typeof untilStopped>[0]>[0]} life */
async function start({ signal, whenStopped, atEnd }) {
  const port = portFrom("PORT", 3000)
  const sandboxPort = portFrom("SANDBOX_PORT", 4710)
  const url = `http://localhost:${port}`
  claimDataFolder(dataFolder)
  const lock = tryLock(path.join(dataFolder, "launcher.lock"), url)
  if (lock.kind === "taken")
    return say(`Ifmatch is already running at ${lock.holder.note} (process ${lock.holder.pid}); Ctrl-C there stops it.`)
  atEnd(async () => lock.release())

  const leftovers = await stopLeftovers(nameOf(dataFolder))
  if (leftovers)
    say(`Stopped ${leftovers === 1 ? "a process" : `${leftovers} processes`} that an earlier run had left behind.`)
  await requireFree(port, "PORT")
  if (needsSandbox(process.env)) await requireFree(sandboxPort, "SANDBOX_PORT")

  Object.assign(process.env, mark)
  await install()
  await generate()
  signal.throwIfAborted()

  const { openInstallation } = await import("../installation.mjs")
  const installation = await openInstallation(dataFolder)
  const { server, close } = installation.database
  atEnd(async () => {
    const remaining = await close()
    if (remaining.length) say(`PostgreSQL stays up for process ${remaining.join(", ")}, which stops it.`)
    say("Everything is stopped.")
  })
  say(
    server
      ? `PostgreSQL ${server.adopted ? "was running already" : "is up"} (port ${server.port}).`
      : "Using the PostgreSQL server of the environment.",
  )
  if (installation.applied.length) say(`Applied ${installation.applied.length} migrations.`)
  signal.throwIfAborted()

  /** @type {(serving: import("../servers.mjs").Serving) => import("../servers.mjs").Serving} */
  const noted = (serving) => {
    atEnd(
      async () => (await serving.stop()) === "killed" && say(`${serving.label} did not stop by itself and was killed.`),
    )
    return serving
  }
  const startSandbox = async () => {
    try {
      return noted(await serveSandbox(installation, { port: sandboxPort, signal }))
    } catch (reason) {
      stopSteps() // no use in building on
      throw reason
    }
  }
  const startApp = async () => {
    if (!dev) await build()
    signal.throwIfAborted()
    return noted(
      await serveApp(installation, { port, sandboxUrl: sandboxAddress(process.env, sandboxPort), dev, signal }),
    )
  }
  const settled = await Promise.allSettled([...(needsSandbox(process.env) ? [startSandbox()] : []), startApp()])
  const serving = settled.map((result) => {
    if (result.status === "rejected") throw result.reason
    return result.value
  })

  for (const { label, url: at } of serving) say(`${label} is at ${at}`)
  say(`Ready: open ${url} - Ctrl-C stops everything. Logs are in ${path.join(dataFolder, "logs")}.`)
  const accident = await Promise.race([
    whenStopped,
    ...serving.map(({ label, ended }) => ended.then((how) => `${label} ended unexpectedly (${how ?? "exit code 0"})`)),
    ...(server ? [gone(server.pid).then(() => "PostgreSQL ended unexpectedly")] : []),
  ])
  if (accident) throw new Refusal(`${accident}; stopping the rest. Start again to recover.`)
  say("Stopping ...")
}

untilStopped(start)
