import { createHmac } from "node:crypto"

/** @typedef {"ifmatch_owner" | "ifmatch_app" | "ifmatch_sandbox"} Role */

/**
 * The address of a database as a role.
 * @param {{ port: number, database: string, role: Role, password: string }} at
 */
export const addressOf = ({ port, database, role, password }) =>
  `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`

/**
 * The same server, another database.
 * @param {string} url
 * @param {string} database
 */
export function inDatabase(url, database) {
  const address = new URL(url)
  address.pathname = `/${database}`
  return address.href
}

/**
 * The same database, as another role.
 * @param {string} url
 * @param {Role} role
 * @param {string} password
 */
export function asRole(url, role, password) {
  const address = new URL(url)
  address.username = role
  address.password = password
  return address.href
}

/** @param {string} url */
export const databaseOf = (url) => decodeURIComponent(new URL(url).pathname.slice(1))

/**
 * A role's password on a test server: follows from the owner's, so that the owner's address is all a test needs to know.
 * @param {string} ownerUrl
 * @param {Role} role
 */
export const testPassword = (ownerUrl, role) =>
  createHmac("sha256", decodeURIComponent(new URL(ownerUrl).password))
    .update(role)
    .digest("hex")
