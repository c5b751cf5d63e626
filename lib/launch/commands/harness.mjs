import { existsSync, readdirSync } from "node:fs"
import path from "node:path"
import { begin, stopChild } from "../children.mjs"
import { TYPESCRIPT } from "../foreground.mjs"
import { root } from "../paths.mjs"
import { Refusal } from "../progress.mjs"
import { generate, install } from "../steps.mjs"
import { untilStopped } from "../until-stopped.mjs"

const [kind = "", name, ...args] = process.argv.slice(2)

/** @returns {string[]} the programs there are of this kind */
function programs() {
  const folder = path.join(root, "e2e", kind)
  if (!/^(faults|bench)$/.test(kind)) throw new Refusal("node lib/launch/harness.mjs faults|bench [NAME ...]")
  const files = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []
  return files.flatMap((file) => (file.isFile() && /^[^.]+\.ts$/.test(file.name) ? [file.name.slice(0, -3)] : []))
}

untilStopped(async ({ signal, whenStopped, atEnd }) => {
  const known = programs()
  if (!name)
    return console.log(
      known.map((program) => `npm run ${kind} -- ${program}`).join("\n") || `There is none in e2e/${kind}.`,
    )
  if (!known.includes(name))
    throw new Refusal(`There is no e2e/${kind}/${name}.ts; there is: ${known.join(", ") || "none"}.`)
  await install()
  await generate()
  signal.throwIfAborted()
  const { openThrowaway } = await import("../throwaway.mjs")
  const { prepareTemplate } = await import("../test-database.mjs")
  const { openTrial } = await import("../trial.mjs")
  const server = await openThrowaway()
  atEnd(server.close)
  await prepareTemplate(server.ownerUrl)
  const trial = await openTrial(server, signal)
  atEnd(trial.sandbox.stop)
  const child = begin(process.execPath, [...TYPESCRIPT, path.join("e2e", kind, `${name}.ts`), ...args], trial.env, [
    "ignore",
    "inherit",
    "inherit",
  ])
  atEnd(() => stopChild(child))
  const code = new Promise((/** @type {(code: number) => void} */ resolve) =>
    child.once("exit", (status) => resolve(status ?? 1)),
  )
  process.exitCode = (await Promise.race([whenStopped, code])) ?? 1
})
