import { Logger, runMigrations } from "graphile-worker"
import { escapeIdentifier } from "pg"
import { connected } from "./connect.mjs"
import { migrate } from "./migrate.mjs"
import { ensureRoles, grantRights } from "./roles.mjs"

/**
 * @param {string} adminUrl any database of the server, as the owner
 * @param {string} name
 */
export const ensureDatabase = (adminUrl, name) =>
  connected(adminUrl, async (client) => {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [name])
    if (!rowCount) await client.query(`create database ${escapeIdentifier(name)}`)
  })

/**
 * Brings a database to what this checkout needs: roles, migrations, the job queue's tables, rights. Changes nothing when it is there already.
 * @param {string} ownerUrl
 * @param {import("./roles.mjs").Passwords} passwords
 * @returns {Promise<string[]>} the migrations applied now
 */
export const prepareDatabase = (ownerUrl, passwords) =>
  connected(ownerUrl, async (client) => {
    await ensureRoles(client, passwords)
    const applied = await migrate(client)
    await runMigrations({ connectionString: ownerUrl, logger: new Logger(() => () => {}) })
    await grantRights(client)
    return applied
  })
