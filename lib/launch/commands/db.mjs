import { exitWith, runInForeground } from "../foreground.mjs"
import { dataFolder } from "../paths.mjs"
import { Refusal } from "../progress.mjs"
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
    const { ownerUrl, appUrl, sandboxUrl } = database
    return await runInForeground(command, args, {
      OWNER_DATABASE_URL: ownerUrl,
      DATABASE_URL: appUrl,
      SANDBOX_DATABASE_URL: sandboxUrl,
    })
  } finally {
    await database.close()
  }
}

exitWith(async ([command, ...args]) => {
  if (!command) throw new Refusal(USAGE)
  await install()
  if (command === "migrate:new") return (await import("../schema/author-migration.mjs")).authorMigration(args[0])
  if (command === "snapshot") return (await import("../schema/snapshot.mjs")).writeSnapshot()
  return withDatabase(command, args)
})
