import { randomBytes } from "node:crypto"
import { connected } from "./database/connect.mjs"
import { ensureDatabase, prepareDatabase } from "./database/prepare.mjs"
import { asRole, inDatabase, testPassword } from "./postgres/address.mjs"

const TEMPLATE = "ifmatch_template"

/**
 * Makes sure that a test server has the roles and the migrated database that test databases are copies of.
 * @param {string} adminUrl any database of the server, as its owner
 */
export async function prepareTemplate(adminUrl) {
  await ensureDatabase(adminUrl, TEMPLATE)
  await prepareDatabase(inDatabase(adminUrl, TEMPLATE), {
    ifmatch_app: testPassword(adminUrl, "ifmatch_app"),
    ifmatch_sandbox: testPassword(adminUrl, "ifmatch_sandbox"),
  })
}

/**
 * A migrated database of its own for one test file or trial (about 40 ms).
 * @param {string} adminUrl of a server with a template
 */
export async function copyTemplate(adminUrl) {
  const name = `test_${randomBytes(8).toString("hex")}`
  await connected(adminUrl, (client) => client.query(`create database ${name} template ${TEMPLATE}`))
  const ownerUrl = inDatabase(adminUrl, name)
  return {
    ownerUrl,
    appUrl: asRole(ownerUrl, "ifmatch_app", testPassword(adminUrl, "ifmatch_app")),
    sandboxUrl: asRole(ownerUrl, "ifmatch_sandbox", testPassword(adminUrl, "ifmatch_sandbox")),
    drop: async () => {
      await connected(adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}
