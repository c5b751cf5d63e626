import { spawn, spawnSync } from "node:child_process"
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { answers, freePort } from "../ports.mjs"
import { commandLine, identify } from "../process-identity.mjs"
import { Refusal } from "../progress.mjs"
import { whoAmI } from "../who-am-i.mjs"
import { databaseFolder, findPrograms, programIn } from "./binaries.mjs"
import { handOver, unprivileged } from "./unprivileged.mjs"

export const OWNER = "ifmatch_owner"
const PATIENCE_MS = 30_000

/** A throw-away database may lose everything with the machine, so it need not wait for the disk. */
const THROWAWAY = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "timezone=UTC",
  "log_timezone=UTC",
  "max_connections=200",
]

/** @typedef {{ port: number, pid: number }} Server */

/** What PostgreSQL wrote about itself: pid, folder, epoch, port, sockets, address, memory key, state. @param {string} data */
function readPidFile(data) {
  const file = path.join(data, "postmaster.pid")
  if (!existsSync(file)) return null
  const lines = readFileSync(file, "utf8").split("\n")
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === "ready" }
}

/** The server that runs on a data folder already, if any. @param {string} folder @returns {Promise<Server | null>} */
export async function findServer(folder) {
  const data = databaseFolder(folder)
  const noted = readPidFile(data)
  if (!noted?.ready || !identify(noted.pid) || !commandLine(noted.pid).includes(data)) return null
  return (await answers(noted.port)) ? { port: noted.port, pid: noted.pid } : null
}

/**
 * Made beside its place and moved there when complete, so that a kill leaves no half of it.
 * @param {string} native
 * @param {string} data
 * @param {string} password
 * @param {string[]} options
 */
function createCluster(native, data, password, options) {
  const draft = `${data}.draft`
  const passwordFile = `${data}.password`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true, mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  handOver(draft)
  handOver(passwordFile)
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
  const { status, stdout, stderr } = spawnSync(
    programIn(native, "initdb"),
    ["-D", draft, "-U", OWNER, `--pwfile=${passwordFile}`, "--auth=scram-sha-256", ...locale, ...options],
    { ...unprivileged, cwd: native, encoding: "utf8" },
  )
  rmSync(passwordFile, { force: true })
  if (/could not look up effective user ID/.test(stderr))
    throw new Refusal(
      `PostgreSQL runs only as a user that has a name, and ${whoAmI()} has none; add one, or set DATABASE_URL to a server of your own.`,
    )
  if (status !== 0) throw new Error(`initdb failed (${status}): ${stdout}${stderr}`)
  renameSync(draft, data)
}

/** The server's clock is the app's: where that one is set off (fake-time.mjs), so is this. */
const ownClock = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => process.env.FAKETIME_DONT_FAKE_MONOTONIC && /^(LD_PRELOAD$|FAKETIME)/.test(name),
    ),
  )

/**
 * @param {string} native @param {string} data @param {string} logFile @param {boolean} durable @param {NodeJS.ProcessEnv} clock
 * @returns {Promise<Server | null>} null when it ended at once
 */
async function launch(native, data, logFile, durable, clock) {
  const port = await freePort()
  const log = openSync(logFile, "w", 0o600)
  const settings = [...SETTINGS, ...(durable ? [] : THROWAWAY)].flatMap((setting) => ["-c", setting])
  // Its own session and a log file, no pipe: it must outlive a killed launcher in good health.
  const child = spawn(programIn(native, "postgres"), ["-D", data, "-p", String(port), ...settings], {
    ...unprivileged,
    cwd: native,
    detached: true,
    stdio: ["ignore", log, log],
    env: { PATH: process.env.PATH, TZ: "UTC", ...clock },
  })
  closeSync(log)
  let ended = false
  child.once("exit", () => (ended = true)).once("error", () => (ended = true))
  child.unref()
  while (!ended) {
    const noted = readPidFile(data)
    if (noted?.ready && noted.pid === child.pid) return { port, pid: noted.pid }
    await sleep(10)
  }
  return null
}

/**
 * The PostgreSQL server of a data folder: found running and adopted, or created and started.
 * The caller holds the folder's lock. Right after a kill the old server's children may still be leaving: it waits for them up to 30 s.
 * @param {{ folder: string, password: string, durable: boolean, clock?: NodeJS.ProcessEnv }} options
 * @returns {Promise<Server & { adopted: boolean }>}
 */
export async function openCluster({ folder, password, durable, clock = ownClock() }) {
  const data = databaseFolder(folder)
  const logFile = path.join(folder, "logs", "postgres.log")
  const deadline = Date.now() + PATIENCE_MS
  mkdirSync(path.dirname(logFile), { recursive: true })
  for (;;) {
    const running = await findServer(folder)
    if (running) return { ...running, adopted: true }
    const native = findPrograms()
    if (!existsSync(path.join(data, "PG_VERSION"))) {
      mkdirSync(path.dirname(data), { recursive: true })
      if (unprivileged.uid !== undefined) chmodSync(path.dirname(data), 0o711)
      createCluster(native, data, password, durable ? [] : ["--no-sync"])
    }
    const started = await launch(native, data, logFile, durable, clock)
    if (started) return { ...started, adopted: false }
    if (Date.now() > deadline)
      throw new Refusal(
        `PostgreSQL does not start on ${data}; its log is ${logFile}:\n${readFileSync(logFile, "utf8").slice(-2000)}`,
      )
    await sleep(500)
  }
}

/** Stops a server the fast way: clients are cut off, everything committed is kept. @param {Server} server */
export async function stopServer({ pid }) {
  const identity = identify(pid)
  /** @type {["SIGINT" | "SIGQUIT", number][]} */
  const signals = [
    ["SIGINT", 20_000],
    ["SIGQUIT", 5_000],
  ]
  for (const [signal, patienceMs] of signals) {
    if (!identity || identify(pid) !== identity) return
    process.kill(pid, signal)
    for (const deadline = Date.now() + patienceMs; identify(pid) === identity && Date.now() < deadline; )
      await sleep(20)
  }
}
