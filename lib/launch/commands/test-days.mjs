import { spawn } from "node:child_process"
import path from "node:path"
import { parseArgs } from "node:util"
import { fakeTime } from "../fake-time.mjs"
import { exitWith } from "../foreground.mjs"
import { root } from "../paths.mjs"

const DAY_MS = 86_400_000

/**
 * The moments that the clock is set to: the mornings of the next seven days, and both nights of the next year in which Berlin changes its clocks (at 01:00 UTC), two minutes before it does. None lies behind
 * (fake-time.mjs).
 * @param {number} nowMs
 */
function moments(nowMs) {
  const midnight = Math.floor(nowMs / DAY_MS) * DAY_MS
  const mornings = Array.from({ length: 7 }, (_, i) => midnight + (i + 1) * DAY_MS + 9 * 3_600_000)
  const nextYear = new Date(nowMs).getUTCFullYear() + 1
  return [...mornings, lastSunday(nextYear, 3), lastSunday(nextYear, 10)]
}

/** @param {number} year @param {number} month 1 to 12, of 31 days; 00:58 UTC */
function lastSunday(year, month) {
  const last = Date.UTC(year, month - 1, 31, 0, 58)
  return last - new Date(last).getUTCDay() * DAY_MS
}

/**
 * Left out: what is no matter of the date and takes more than half of the time (rules without a clock, kills, interleavings, replays of models, lost answers, the table of
 * routes, what axe finds on pictures), and the harnesses that set clocks themselves.
 */
const WITHOUT = [
  "lib/domain/**",
  "lib/http/authorization.pg.test.ts",
  "e2e/{bench,faults}/**",
  "lib/testing/{models,interleavings,files,corpus}/**",
  "lib/server/{*crash*,clock-jump,interleavings,outage,rotate-keys}.pg.test.ts",
  "**/{looks,picture}.spec.ts",
]

/**
 * The suite once for each moment, the clock of every process set off by the same time and running on (libfaketime; the database's and the browser's too). Durations are not touched.
 * `--from` is the first moment to go on from, `--whole` leaves nothing out.
 *
 *   npm run test:days [-- --only units,pg,browser] [-- --from INSTANT] [-- --whole] [-- FILTER ...]
 */
exitWith(async (args) => {
  const { values, positionals: filters } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { type: "string", default: "units,pg,browser" },
      from: { type: "string" },
      whole: { type: "boolean" },
    },
  })
  const without = values.whole ? [] : WITHOUT.flatMap((files) => ["--without", files])
  const results = []
  for (const moment of moments(Date.now()).filter((each) => each >= Date.parse(values.from ?? "1970-01-01"))) {
    const shown = new Date(moment).toUTCString()
    const summary = await suite(moment, ["--only", values.only, ...without, "--", ...filters])
    console.log(`${shown}  ${summary}`)
    results.push({ at: new Date(moment).toISOString(), ok: summary.includes("tests: ok"), summary })
  }
  const failed = results.filter(({ ok }) => !ok).length
  console.log(JSON.stringify({ harness: "days", results, missed: failed ? [`${failed} days failed`] : [] }))
  return failed ? 1 : 0
})

/** @param {number} moment @param {string[]} args @returns {Promise<string>} the suite's last line */
async function suite(moment, args) {
  const shift = `+${Math.round((moment - Date.now()) / 1_000)}`
  // it is about the days, not about how quickly
  const env = { PATIENCE: "4", ...process.env, ...(await fakeTime({ FAKETIME: shift })) }
  const child = spawn(process.execPath, [path.join(root, "lib/launch/test.mjs"), ...args], {
    env,
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  })
  let tail = ""
  child.stdout.on("data", (/** @type {Buffer} */ text) => {
    process.stderr.write(text)
    tail = (tail + text).slice(-2_000)
  })
  return new Promise((resolve) => child.once("close", () => resolve(tail.trimEnd().split("\n").at(-1) ?? "")))
}
