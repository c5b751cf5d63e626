import { parseArgs } from "node:util"
import { MARK } from "../children.mjs"
import { nameOf } from "../paths.mjs"
import { explain, Refusal, say } from "../progress.mjs"
import { generate, install } from "../steps.mjs"
import { installServers } from "../tests/caldav.mjs"
import { summaryOf } from "../tests/tally.mjs"
import { untilStopped } from "../until-stopped.mjs"

/** @typedef {import("../tests/tally.mjs").Phase} Phase */

const secondsSince = (/** @type {number} */ since) => (performance.now() - since) / 1000

/**
 * @param {string} name
 * @param {() => Promise<void | { failure: string | null, tally: import("../tests/tally.mjs").Tally | null }>} work
 * @returns {Promise<Phase>}
 */
async function phase(name, work) {
  const since = performance.now()
  say(`--- ${name}`)
  const result = await work().catch((reason) => {
    explain(reason)
    return { failure: String(reason), tally: null }
  })
  const { failure = null, tally = null } = result ?? {}
  say(`--- ${name}: ${failure ? "FAILED" : "ok"} in ${secondsSince(since).toFixed(1)} s`)
  return { name, seconds: secondsSince(since), failure, tally }
}

untilStopped(async ({ signal, atEnd }) => {
  const { values, positionals: filters } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: "string" },
      without: { type: "string", multiple: true, default: [] }, // patterns of test files
      "install-servers": { type: "boolean" },
    },
  })
  /** @type {Phase[]} */
  const phases = []
  atEnd(async () => console.log(summaryOf(phases, secondsSince(0))))
  signal.addEventListener("abort", () => {
    process.exitCode = 1 // stopped half-way is not passed
  })
  const run = async (/** @type {string} */ name, /** @type {Parameters<typeof phase>[1]} */ work) => {
    signal.throwIfAborted()
    phases.push(await phase(name, work))
    if (phases.at(-1)?.failure) process.exitCode = 1
  }
  await run("install", async () => {
    await install()
    await generate()
  })
  if (process.exitCode) return

  if (values["install-servers"]) await run("caldav servers", installServers)
  const { PHASES } = await import("../tests/phases.mjs")
  const { openThrowaway } = await import("../throwaway.mjs")
  const { prepareTemplate } = await import("../test-database.mjs")
  const names = values.only?.split(",") ?? Object.keys(PHASES)
  const unknown = names.filter((name) => !Object.hasOwn(PHASES, name))
  if (unknown.length)
    throw new Refusal(`There is no phase ${unknown.join(", ")}; there is ${Object.keys(PHASES).join(", ")}.`)

  const server = await openThrowaway()
  atEnd(server.close)
  process.env[MARK] = nameOf(server.folder)
  await run("database", () => prepareTemplate(server.ownerUrl))
  for (const name of names)
    await run(name, async () => PHASES[name]?.({ server, filters, without: values.without, signal }))
})
