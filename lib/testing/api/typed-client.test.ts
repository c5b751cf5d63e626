import { readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { expect, test } from "vitest"
import { clientSchema } from "./make-client"

test("D28 the typed client's schema is what the document says", async () => {
  const file = path.join(import.meta.dirname, "../../api-client/schema.d.ts")
  const made = await clientSchema()
  if (process.env.UPDATE_CLIENT) writeFileSync(file, made)
  expect(readFileSync(file, "utf8") === made).toBe(true)
})
