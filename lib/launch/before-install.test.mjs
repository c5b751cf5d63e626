import { readFileSync } from "node:fs"
import path from "node:path"
import { expect, it } from "vitest"

const COMMANDS = ["start", "test", "sandbox", "db", "run", "harness"]
const IMPORT = /^(?:import|export)\s(?:[^"']*?\sfrom\s)?["']([^"']+)["']/gm

/** Everything that loading a file loads, as long as nothing is imported later on. @param {string} file @param {Set<string>} [seen] */
function loadedWith(file, seen = new Set()) {
  for (const [, name = ""] of readFileSync(file, "utf8").matchAll(IMPORT)) {
    const found = name.startsWith(".") ? path.resolve(path.dirname(file), name) : name
    if (seen.has(found)) continue
    seen.add(found)
    if (name.startsWith(".")) loadedWith(found, seen)
  }
  return seen
}

const packages = (/** @type {Set<string>} */ names) =>
  [...names].filter((name) => !name.startsWith("node:") && !path.isAbsolute(name))

it.each(COMMANDS)("npm %s loads without a single package installed", (command) => {
  const loaded = loadedWith(path.join(import.meta.dirname, "commands", `${command}.mjs`))
  expect(loaded.size).toBeGreaterThan(5)
  expect(packages(loaded)).toEqual([])
})

it.each(COMMANDS)("npm %s asks for the Node version before an old Node could stumble over anything", (command) => {
  const loaded = loadedWith(path.join(import.meta.dirname, `${command}.mjs`))
  expect([...loaded]).toEqual([path.join(import.meta.dirname, "node-floor.mjs")])
})

it("sees a package where there is one", () => {
  expect(packages(loadedWith(path.join(import.meta.dirname, "installation.mjs")))).toContain("pg")
})
