import { spawn } from "node:child_process"
import { ending } from "../children.mjs"
import { dataFolder, root } from "../paths.mjs"
import { explain, Refusal } from "../progress.mjs"
import { install } from "../steps.mjs"

const USAGE = `npm run db -- COMMAND ...        runs a command with the database up; it finds OWNER_DATABASE_URL, DATABASE_URL, SANDBOX_DATABASE_URL
npm run db -- migrate:new NAME   writes the migration that leads from prisma/migrations to prisma/schema.prisma
npm run db -- snapshot           writes prisma/schema.snapshot.sql, which npm test compares with`

/**
 * @param {string} command
 * @param {string[]} args
 */
async function withDatabase(command, args) {
  const { openInstallation } = await import("../installation.mjs")
  const { database } = await openInstallation(dataFolder)
  try {
    const env = {
      OWNER_DATABASE_URL: database.ownerUrl,
      DATABASE_URL: database.appUrl,
      SANDBOX_DATABASE_URL: database.sandboxUrl,
    }
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: "inherit" })
    // The terminal sends Ctrl-C to the command as well; it decides, and the database goes after it.
    process.on("SIGINT", () => {})
    process.on("SIGTERM", () => child.kill("SIGTERM"))
    const failure = await ending(child)
    if (failure) throw new Refusal(`${command}: ${failure}`)
  } finally {
    await database.close()
  }
}

/** @param {string[]} args */
async function main([command, ...args]) {
  if (!command) throw new Refusal(USAGE)
  await install()
  if (command === "migrate:new") return (await import("../schema/author-migration.mjs")).authorMigration(args[0])
  if (command === "snapshot") return (await import("../schema/snapshot.mjs")).writeSnapshot()
  return withDatabase(command, args)
}

main(process.argv.slice(2)).catch((reason) => {
  explain(reason)
  process.exitCode = 1
})
