import { existsSync } from "node:fs"
import { availableParallelism } from "node:os"
import path from "node:path"
import { runToEnd } from "../children.mjs"
import { packageFile, root } from "../paths.mjs"
import { checkSnapshot } from "../schema/snapshot.mjs"
import { serveApp } from "../servers.mjs"
import { build } from "../steps.mjs"
import { copyTemplate } from "../test-database.mjs"
import { openTrial } from "../trial.mjs"
import { findBrowser } from "./browser.mjs"
import { missingServers, notTested, SERVER_NAMES } from "./caldav.mjs"
import { TALLY_FILE, takeTally } from "./tally.mjs"

/**
 * What a phase works with.
 * @typedef {{ server: import("../throwaway.mjs").Throwaway, filters: string[], without: string[], signal: AbortSignal }} Context
 */

/** On two cores Vitest would take one worker; these tests wait for a server part of their time. */
const AT_ONCE = Math.max(2, availableParallelism() - 1)

/** Colours are for a terminal, not for a log. */
const PLAIN = process.stdout.isTTY ? {} : { NO_COLOR: "1", FORCE_COLOR: undefined }

const node = (/** @type {string[]} */ args, /** @type {NodeJS.ProcessEnv} */ env = {}) =>
  runToEnd(process.execPath, args, { CI: "1", NODE_ENV: undefined, ...PLAIN, ...env })

/**
 * Runs a program whose reporter leaves a tally.
 * @param {Context} context
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ failure: string | null, tally: import("./tally.mjs").Tally | null }>}
 */
async function tallied({ server, filters }, args, env) {
  const file = path.join(server.folder, "tally.json")
  const quiet = filters.length ? ["--pass-with-no-tests"] : []
  const failure = await node([...args, ...filters, ...quiet], { ...env, [TALLY_FILE]: file }).then(() => null, String)
  return { failure, tally: takeTally(file) }
}

/** @param {string} project @returns {(context: Context) => ReturnType<typeof tallied>} */
const vitest = (project) => (context) =>
  tallied(
    context,
    [
      packageFile("vitest/vitest.mjs"),
      "run",
      "--project",
      project,
      `--maxWorkers=${AT_ONCE}`,
      ...context.without.map((files) => `--exclude=${files}`),
      "--reporter=default",
      "--reporter=./lib/launch/tests/vitest-reporter.mjs",
    ],
    { TEST_ADMIN_DATABASE_URL: context.server.ownerUrl },
  )

/**
 * On the servers that are there; for the others one loud line.
 * @param {Context} context
 */
async function caldav(context) {
  const missing = missingServers()
  const told = missing.length ? [notTested(missing)] : []
  if (missing.length === SERVER_NAMES.length) return { failure: null, tally: { passed: 0, failed: [], skipped: told } }
  const { failure, tally } = await vitest("caldav")(context)
  return { failure, tally: tally && { ...tally, skipped: [...tally.skipped, ...told] } }
}

/** Each with an app, a sandbox and a database of its own: one browser keeps two cores busy for two thirds of the time. */
const BROWSERS = 2

/** @param {Context} context */
async function browser(context) {
  const found = await findBrowser()
  await build()
  /** @type {(() => Promise<unknown>)[]} */
  const close = []
  try {
    const trials = []
    for (let n = 1; n <= BROWSERS; n++) trials.push(await servedTrial(context, `trial-${n}`, close))
    return await tallied(context, [packageFile("@playwright/test/cli.js"), "test"], {
      ...found,
      NO_COLOR: undefined, // Playwright sets FORCE_COLOR for its workers, and Node warns of both
      TRIALS: JSON.stringify(trials),
      WITHOUT: JSON.stringify(context.without),
    })
  } finally {
    for (const each of close.reverse()) await each()
  }
}

/**
 * @param {Context} context
 * @param {string} name
 * @param {(() => Promise<unknown>)[]} close gets what has to be closed, also when something fails half-way
 * @returns {Promise<NodeJS.ProcessEnv>} what the tests of that app get
 */
async function servedTrial({ server, signal }, name, close) {
  const { port, sandbox, installation, env } = await openTrial(server, signal, name)
  close.push(sandbox.stop)
  // a CalDAV server of the tests is on this machine, and so are receivers of webhooks
  const open = { ...env, IFMATCH_CALDAV_PRIVATE_HOSTS: "1", IFMATCH_WEBHOOK_LOOPBACK: "1" }
  const app = await serveApp(installation, { port, sandboxUrl: sandbox.url, env: open, signal })
  close.push(app.stop)
  return { ...env, APP_URL: app.url }
}

async function types() {
  if (!existsSync(path.join(root, "next-env.d.ts"))) await node([packageFile("next/dist/bin/next"), "typegen"])
  for (const project of [".", "lib/launch"]) await node([packageFile("typescript7/bin/tsc"), "--noEmit", "-p", project])
}

/**
 * In this order; what later ones need is done by whichever comes first.
 * @type {Record<string, (context: Context) => Promise<void | { failure: string | null, tally: import("./tally.mjs").Tally | null }>>}
 */
export const PHASES = {
  build: () => build(),
  types,
  lint: () => node([packageFile("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."]),
  schema: async ({ server }) => checkSnapshot((await copyTemplate(server.ownerUrl)).ownerUrl),
  units: vitest("units"),
  pg: vitest("pg"),
  caldav,
  browser,
}
