import { addressOf, asRole } from "../postgres/address.mjs"
import { borrowServer } from "../postgres/borrowed.mjs"
import { OWNER } from "../postgres/cluster.mjs"
import { resetOwnerPassword } from "../postgres/forgotten-password.mjs"
import { connected } from "./connect.mjs"

const DATABASE = "ifmatch"

/**
 * @typedef {object} OpenDatabase
 * @property {string} ownerUrl
 * @property {string} appUrl
 * @property {string} sandboxUrl
 * @property {{ pid: number, port: number, adopted: boolean } | null} server null for a server that is not ours
 * @property {() => Promise<string[]>} close
 */

/**
 * Addresses on a server of the person's own. OWNER_DATABASE_URL migrates; DATABASE_URL alone does both, and the app still gets a role without ownership.
 * Null when the environment names no server. Pure.
 * @param {NodeJS.ProcessEnv} env
 * @param {import("../secrets.mjs").Secrets} secrets
 */
export function externalAddresses(env, secrets) {
  const ownerUrl = env.OWNER_DATABASE_URL || env.DATABASE_URL
  if (!ownerUrl) return null
  const separate = env.OWNER_DATABASE_URL && env.DATABASE_URL && env.OWNER_DATABASE_URL !== env.DATABASE_URL
  return {
    ownerUrl,
    appUrl: (separate && env.DATABASE_URL) || asRole(ownerUrl, "ifmatch_app", secrets.appPassword),
    sandboxUrl: asRole(ownerUrl, "ifmatch_sandbox", secrets.sandboxPassword),
  }
}

/** Whether a server takes the password in an address. @param {string} url */
const letsIn = (url) =>
  connected(url, async () => true).catch((error) => {
    if (error.code === "28P01") return false
    throw error
  })

/**
 * @param {string} folder
 * @param {import("../secrets.mjs").Secrets} secrets
 * @returns {Promise<OpenDatabase>}
 */
async function openEmbedded(folder, secrets) {
  const { pid, port, adopted, giveBack } = await borrowServer(folder, secrets.ownerPassword)
  /** @param {import("../postgres/address.mjs").Role} role @param {string} password */
  const address = (role, password, database = DATABASE) => addressOf({ port, database, role, password })
  if (!(await letsIn(address(OWNER, secrets.ownerPassword, "postgres")))) {
    // The file with the secrets was lost and made anew.
    await giveBack()
    resetOwnerPassword(folder, secrets.ownerPassword)
    return openEmbedded(folder, secrets)
  }
  return {
    ownerUrl: address(OWNER, secrets.ownerPassword),
    appUrl: address("ifmatch_app", secrets.appPassword),
    sandboxUrl: address("ifmatch_sandbox", secrets.sandboxPassword),
    server: { pid, port, adopted },
    close: giveBack,
  }
}

/**
 * The database of an installation: the environment's server, or the embedded one of its data folder.
 * @param {string} folder
 * @param {import("../secrets.mjs").Secrets} secrets
 * @returns {Promise<OpenDatabase>}
 */
export async function openDatabase(folder, secrets) {
  const external = externalAddresses(process.env, secrets)
  return external ? { ...external, server: null, close: async () => [] } : openEmbedded(folder, secrets)
}
