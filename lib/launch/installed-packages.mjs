import { existsSync, readFileSync } from "node:fs"
import path from "node:path"
import { root } from "./paths.mjs"

/** @typedef {{ packages: Record<string, { version?: string, optional?: boolean, link?: boolean }> }} LockFile */

/**
 * Whether what npm says it installed is what the lock file asks for. Optional packages of other platforms may be missing. Pure.
 * @param {LockFile} wanted
 * @param {LockFile} installed
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted.packages).every(([place, { version, optional }]) => {
    if (place === "") return true
    const found = installed.packages[place]
    return found ? found.version === version : optional === true
  })
}

/** Whether node_modules is complete. npm writes its own list last, so an install that was killed has none. */
export function arePackagesInstalled() {
  const list = path.join(root, "node_modules", ".package-lock.json")
  if (!existsSync(list)) return false
  const read = (/** @type {string} */ file) => JSON.parse(readFileSync(file, "utf8"))
  return isInstalled(read(path.join(root, "package-lock.json")), read(list))
}
