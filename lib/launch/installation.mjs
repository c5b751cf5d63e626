import { claimDataFolder } from "./data-folder.mjs"
import { openDatabase } from "./database/open.mjs"
import { ensureDatabase, prepareDatabase } from "./database/prepare.mjs"
import { databaseOf, inDatabase } from "./postgres/address.mjs"
import { Refusal } from "./progress.mjs"
import { readSecrets } from "./secrets.mjs"

/** Sentences for what a server of the person's own may answer. @param {unknown} error @param {string} url @returns {unknown} */
function translated(error, url) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
  const { host, username } = new URL(url)
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "ETIMEDOUT")
    return new Refusal(`No PostgreSQL server answers at ${host} (${code}).`)
  if (code === "28P01" || code === "28000")
    return new Refusal(`PostgreSQL at ${host} does not let ${username} in: ${message}.`)
  if (code === "42501")
    return new Refusal(
      `${username} may not prepare the database at ${host}: ${message}. Give OWNER_DATABASE_URL a role that may.`,
    )
  return error
}

/**
 * The installation of a data folder with its database up and migrated. Needs the packages.
 * @param {string} folder
 */
export async function openInstallation(folder) {
  claimDataFolder(folder)
  const secrets = readSecrets(folder)
  const database = await openDatabase(folder, secrets)
  const passwords = { ifmatch_app: secrets.appPassword, ifmatch_sandbox: secrets.sandboxPassword }
  try {
    if (database.server) await ensureDatabase(inDatabase(database.ownerUrl, "postgres"), databaseOf(database.ownerUrl))
    const applied = await prepareDatabase(database.ownerUrl, passwords)
    return { folder, secrets, database, applied }
  } catch (error) {
    await database.close()
    throw translated(error, database.ownerUrl)
  }
}

/** @typedef {Awaited<ReturnType<typeof openInstallation>>} Installation */
