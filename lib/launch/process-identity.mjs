import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"

const LINUX = process.platform === "linux"

/** @param {string} file */
function textOf(file) {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}

/**
 * What tells a process from a later one with the same number: when it started. Null when none runs (a zombie counts as none).
 * @param {number} pid
 * @returns {string | null}
 */
export function identify(pid) {
  if (LINUX) {
    const stat = textOf(`/proc/${pid}/stat`)
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    if (!state || state === "Z" || state === "X") return null
    return `${textOf("/proc/sys/kernel/random/boot_id").trim()}:${rest[18]}`
  }
  if (process.platform === "win32") return exists(pid) ? "running" : null
  return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim() || null
}

/** @param {number} pid */
function exists(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** The command line of a process, empty when it is not to be had. @param {number} pid */
export function commandLine(pid) {
  if (LINUX) return textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ")
  if (process.platform === "win32") return ""
  return spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim()
}
