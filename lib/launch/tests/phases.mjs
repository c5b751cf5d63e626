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

/**
 * @param {string} project
 * @param {number} workers side by side. One where a file starts servers that another one's would meet.
 * @returns {(context: Context) => ReturnType<typeof tallied>}
 */
const vitest = (project, workers) => (context) =>
  tallied(
    context,
    [
      packageFile("vitest/vitest.mjs"),
      "run",
      "--project",
      project,
      `--maxWorkers=${workers}`,
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
  if (missing.length === SERVER_NAMES.length) return { failure: null, tally: { passed: 0, failed: 0, skipped: told } }
  const { failure, tally } = await vitest("caldav", 1)(context)
  return { failure, tally: tally && { ...tally, skipped: [...tally.skipped, ...told] } }
}

/** @param {Context} context */
async function browser(context) {
  const found = await findBrowser()
  await build()
  const trial = await openTrial(context.server, context.signal)
  const { port, sandbox, installation, env } = trial
  try {
    // a CalDAV server of the tests is on this machine, and so are receivers of webhooks
    const open = { ...env, IFMATCH_CALDAV_PRIVATE_HOSTS: "1", IFMATCH_WEBHOOK_LOOPBACK: "1" }
    const app = await serveApp(installation, { port, sandboxUrl: sandbox.url, env: open, signal: context.signal })
    try {
      return await tallied(context, [packageFile("@playwright/test/cli.js"), "test"], {
        ...env,
        ...found,
        NO_COLOR: undefined, // Playwright sets FORCE_COLOR for its workers, and Node warns of both
        APP_URL: app.url,
        WITHOUT: JSON.stringify(context.without),
      })
    } finally {
      await app.stop()
    }
  } finally {
    await sandbox.stop()
  }
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
  units: vitest("units", AT_ONCE),
  pg: vitest("pg", AT_ONCE),
  caldav,
  browser,
}
