import { spawnSync } from "node:child_process"
import { databaseFolder, findPrograms, programIn } from "./binaries.mjs"
import { OWNER } from "./cluster.mjs"
import { unprivileged } from "./unprivileged.mjs"

/**
 * Gives the owner of a stopped server another password: whoever can read its files needs none.
 * @param {string} folder
 * @param {string} password hexadecimal
 */
export function resetOwnerPassword(folder, password) {
  const native = findPrograms()
  const { status, stderr } = spawnSync(
    programIn(native, "postgres"),
    ["--single", "-D", databaseFolder(folder), "postgres"],
    {
      ...unprivileged,
      cwd: native,
      input: `alter role ${OWNER} password '${password}'\n`,
      encoding: "utf8",
    },
  )
  if (status !== 0) throw new Error(`PostgreSQL could not reset its owner's password (${status}): ${stderr}`)
}
