import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { identify } from "./process-identity.mjs"
import { Refusal } from "./progress.mjs"

/** @typedef {{ pid: number, identity: string | null, note: string }} Holder */

/** @param {string} file @returns {Holder | null} null when there is no such file or it is not one of ours */
export function readHolder(file) {
  try {
    const { pid, identity, note } = JSON.parse(readFileSync(file, "utf8"))
    return { pid, identity, note }
  } catch {
    return null
  }
}

/** @param {Holder | null} holder */
export const isRunning = (holder) =>
  holder !== null && holder.identity !== null && identify(holder.pid) === holder.identity

/** Records this process in a file, for `readHolder` and `isRunning`. @param {string} file */
export function sign(file, note = "") {
  writeFileSync(file, JSON.stringify({ pid: process.pid, identity: identify(process.pid), note }), { mode: 0o600 })
}

/** @param {() => void} act @returns {boolean} false when the file system answered `code` */
function unless(/** @type {string} */ code, act) {
  try {
    act()
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === code) return false
    throw error
  }
}

/**
 * Takes a lock that dies with its holder: at most one running process has it. A lock of a dead process is taken over.
 * @param {string} file
 * @param {string} [note] read by whoever finds it taken
 * @returns {{ kind: "held", release: () => void } | { kind: "taken", holder: Holder }}
 */
export function tryLock(file, note) {
  mkdirSync(path.dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.draft`
  const stale = `${file}.${process.pid}.stale`
  sign(draft, note)
  try {
    for (;;) {
      if (unless("EEXIST", () => linkSync(draft, file)))
        return { kind: "held", release: () => rmSync(file, { force: true }) }
      const holder = readHolder(file)
      if (holder && isRunning(holder)) return { kind: "taken", holder }
      if (!unless("ENOENT", () => renameSync(file, stale))) continue
      // Between the look and the move another process may have taken it over: then it is put back.
      if (isRunning(readHolder(stale))) unless("EEXIST", () => linkSync(stale, file))
      rmSync(stale, { force: true })
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/**
 * Runs `work` while holding a lock, waiting for it at most `patienceMs`.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 */
export async function withLock(file, work, patienceMs = 120_000) {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const lock = tryLock(file)
    if (lock.kind === "held") {
      try {
        return await work()
      } finally {
        lock.release()
      }
    }
    if (Date.now() > deadline)
      throw new Refusal(`Process ${lock.holder.pid} has held ${file} for too long; stop it and try again.`)
    await sleep(50)
  }
}
