import { spawn, spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { root } from "./paths.mjs"
import { Refusal } from "./progress.mjs"

const WINDOWS = process.platform === "win32"
const STOP_PATIENCE_MS = 10_000

/** Marks the processes that `npm start` of a data folder begins, so that the next one recognises them after a kill. */
export const MARK = "IFMATCH_STARTED_FOR"

/** Steps that run now, for `stopSteps`. @type {Set<import("node:child_process").ChildProcess>} */
const steps = new Set()

/**
 * Signals a process and everything it started.
 * @param {number | undefined} pid of a process that leads its own group
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(pid, signal) {
  if (pid === undefined) return
  try {
    process.kill(WINDOWS ? pid : -pid, signal)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error
  }
}

/** @param {import("node:child_process").ChildProcess} child @returns {Promise<string | null>} null for success, else how it ended */
export function ending(child) {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message))
    child.once("exit", (code, signal) => resolve(code === 0 ? null : signal ? `signal ${signal}` : `exit code ${code}`))
  })
}

/**
 * A child in a group of its own: Ctrl-C in the terminal reaches this program alone, which then stops the child in order.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env added to ours; undefined takes a variable away
 * @param {import("node:child_process").StdioOptions} stdio
 */
export const begin = (program, args, env, stdio) =>
  spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio,
    detached: !WINDOWS,
    shell: WINDOWS && program === "npm",
  })

/**
 * Runs a program to its end, its output in ours.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function runToEnd(program, args, env = {}) {
  const child = begin(program, args, env, ["ignore", "inherit", "inherit"])
  steps.add(child)
  const failure = await ending(child)
  steps.delete(child)
  // Its own output has said why.
  const shown = [path.basename(program), ...args.slice(0, 2)].join(" ").replaceAll(root + path.sep, "")
  if (failure) throw new Refusal(`"${shown}" failed (${failure}).`)
}

/** Ends the steps under way. */
export function stopSteps() {
  for (const child of steps) signalGroup(child.pid, "SIGTERM")
}

/**
 * Ends a child: asks, waits, then kills.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<"ended" | "killed">}
 */
export async function stopChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return "ended"
  const gone = ending(child)
  signalGroup(child.pid, "SIGTERM")
  const asked = await Promise.race([gone.then(() => true), sleep(STOP_PATIENCE_MS, false, { ref: false })])
  if (asked) return "ended"
  signalGroup(child.pid, "SIGKILL")
  await gone
  return "killed"
}

/** @param {string} value @returns {number[]} running processes whose environment has the mark with this value */
export function findMarked(value) {
  const entry = `${MARK}=${value}`
  const others = (/** @type {number} */ pid) => Number.isInteger(pid) && pid !== process.pid
  if (process.platform === "linux")
    return readdirSync("/proc")
      .map(Number)
      .filter(others)
      .filter((pid) => environmentOf(pid).includes(entry))
  if (WINDOWS) return []
  const { stdout } = spawnSync("ps", ["axeww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 64e6 })
  return stdout
    .split("\n")
    .filter((line) => line.includes(entry))
    .map((line) => Number.parseInt(line, 10))
    .filter(others)
}

/** @param {number} pid */
function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0")
  } catch {
    return []
  }
}
