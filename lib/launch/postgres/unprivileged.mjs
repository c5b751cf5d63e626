import { chownSync, statSync } from "node:fs"
import path from "node:path"

const NOBODY = 65534

/** PostgreSQL refuses to run as root: then it runs as nobody. Spawn options; empty for a normal user. */
export const unprivileged = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** Gives a folder to the user PostgreSQL runs as. @param {string} folder */
export function handOver(folder) {
  if (unprivileged.uid !== undefined) chownSync(folder, unprivileged.uid, unprivileged.gid)
}

/**
 * Whether the user PostgreSQL runs as can reach what lies in a folder: every folder on the way lets others through.
 * @param {string} folder need not exist yet
 */
export function isReachable(folder) {
  if (unprivileged.uid === undefined) return true
  for (let at = folder; ; at = path.dirname(at)) {
    const stat = statSync(at, { throwIfNoEntry: false })
    if (stat && stat.uid !== NOBODY && !(stat.mode & 0o001)) return false
    if (at === path.dirname(at)) return true
  }
}
