import { existsSync, readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { connected } from "../database/connect.mjs"
import { root } from "../paths.mjs"
import { Refusal, say } from "../progress.mjs"
import { SECTIONS } from "./sections.mjs"
import { withFreshSchema } from "./with-fresh-schema.mjs"

const file = path.join(root, "prisma", "schema.snapshot.sql")

/**
 * The schema a database has, as text that changes only when the schema does.
 * @param {string} ownerUrl
 */
export const describeSchema = (ownerUrl) =>
  connected(ownerUrl, async (client) => {
    const parts = []
    for (const [title, text] of SECTIONS) {
      const { rows } = await client.query({ text, rowMode: "array" })
      parts.push(`-- ${title}\n`, ...rows.map((/** @type {string[]} */ [line]) => `${line};\n`), "\n")
    }
    return `-- What the migrations make, read back from PostgreSQL. Written by: npm run db -- snapshot\n\n${parts.join("").trimEnd()}\n`
  })

/** Brings the snapshot up to date with the migrations. */
export async function writeSnapshot() {
  writeFileSync(file, await withFreshSchema(describeSchema))
  say(`Wrote ${path.relative(root, file)}.`)
}

/**
 * The first line in which two texts differ. Pure.
 * @param {string} expected
 * @param {string} actual
 */
export function firstDifference(expected, actual) {
  const wanted = expected.split("\n")
  const found = actual.split("\n")
  const at = wanted.findIndex((line, index) => line !== found[index])
  const line = at === -1 ? wanted.length : at
  return { line: line + 1, expected: wanted[line] ?? "(end)", actual: found[line] ?? "(end)" }
}

/**
 * Checks that the snapshot is what the migrations of a database made.
 * @param {string} ownerUrl
 * @throws {Refusal} naming the first difference
 */
export async function checkSnapshot(ownerUrl) {
  const kept = existsSync(file) ? readFileSync(file, "utf8") : ""
  const actual = await describeSchema(ownerUrl)
  if (kept === actual) return
  const { line, expected, actual: found } = firstDifference(kept, actual)
  throw new Refusal(
    `prisma/schema.snapshot.sql differs from what the migrations make, first in line ${line}:\n  kept: ${expected}\n  made: ${found}\nIf that is meant: npm run db -- snapshot`,
  )
}
