import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { migrationsFolder } from "../database/migrate.mjs"
import { root } from "../paths.mjs"
import { Refusal, say } from "../progress.mjs"
import { scriptFrom } from "./engine.mjs"
import { withFreshSchema } from "./with-fresh-schema.mjs"

const NAME = /^[a-z][a-z0-9_]*$/

/** @param {Date} at @returns {string} Prisma's order of migrations: the second they were written in, UTC */
export const stampOf = (at) => at.toISOString().replace(/\D/g, "").slice(0, 14)

/** Whether a script does anything, comments aside. @param {string} script */
export const isEmpty = (script) => script.replace(/^\s*--.*$/gm, "").trim() === ""

/**
 * Writes the migration that leads from the migrations there are to schema.prisma.
 * @param {string | undefined} name
 * @throws {Refusal} when the schema asks for nothing new
 */
export async function authorMigration(name) {
  if (!name || !NAME.test(name))
    throw new Refusal("Name the migration in lower case, such as: npm run db -- migrate:new add_invitations")
  const schema = readFileSync(path.join(root, "prisma", "schema.prisma"), "utf8")
  const script = await withFreshSchema((url) => scriptFrom(url, schema))
  if (isEmpty(script))
    throw new Refusal(
      "prisma/schema.prisma asks for nothing that the migrations do not make already; nothing was written.",
    )
  const folder = path.join(migrationsFolder, `${stampOf(new Date())}_${name}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, "migration.sql"), script)
  say(`Wrote ${path.relative(root, folder)}/migration.sql; read it, and add by hand what a Prisma schema cannot say.`)
}
