import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { stripVTControlCharacters } from "node:util"

/**
 * What a test program found: how many passed, which failed and with what words, why the others were skipped, and which ones passed, but not at their first try.
 * @typedef {{ passed: number, failed: string[], skipped: string[], again?: string[] }} Tally
 */

/** @typedef {{ name: string, seconds: number, failure: string | null, tally: Tally | null }} Phase */

/** Where a reporter leaves its tally. */
export const TALLY_FILE = "IFMATCH_TALLY_FILE"

/** @param {Tally} tally */
export function leaveTally(tally) {
  const file = process.env[TALLY_FILE]
  if (file) writeFileSync(file, JSON.stringify(tally))
}

/** @param {string} file @returns {Tally | null} null when the program ended before it could leave one */
export function takeTally(file) {
  if (!existsSync(file)) return null
  const tally = JSON.parse(readFileSync(file, "utf8"))
  rmSync(file)
  return tally
}

const MOST_WORDS = 300

/**
 * One line of a log for what failed: the last part of a long log is all that some people get to see.
 * @param {string} name
 * @param {string | undefined} message
 */
export const failureLine = (name, message) =>
  `${name}: ${stripVTControlCharacters(message ?? "no message").replace(/\s+/g, " ")}`.slice(0, MOST_WORDS)

/** @param {string[]} reasons */
function counted(reasons) {
  const counts = new Map()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].map(([reason, count]) => (count > 1 ? `${reason} (${count})` : reason)).join("; ")
}

const WORTH_NAMING_SECONDS = 10

/** Where the time went. @param {Phase[]} phases */
function slowest(phases) {
  const named = phases.filter(({ seconds }) => seconds >= WORTH_NAMING_SECONDS)
  return named.length ? ` (${named.map(({ name, seconds }) => `${name} ${Math.round(seconds)}`).join(", ")})` : ""
}

/**
 * A line each of what failed, and the one line at the end. Pure.
 * @param {Phase[]} phases
 * @param {number} seconds
 */
export function summaryOf(phases, seconds) {
  const tallies = phases.flatMap(({ tally }) => tally ?? [])
  const sum = (/** @type {(tally: Tally) => number} */ of) => tallies.reduce((total, tally) => total + of(tally), 0)
  const skipped = tallies.flatMap((tally) => tally.skipped)
  const again = tallies.flatMap((tally) => tally.again ?? [])
  const broken = phases.flatMap(({ name, failure }) => (failure ? [name] : []))
  const failed = phases.flatMap(({ name, tally }) =>
    (tally?.failed ?? []).map((line) => `failed in ${name}: ${line}\n`),
  )
  const summary = [
    `ifmatch tests: ${broken.length ? `FAILED in ${broken.join(", ")}` : "ok"}, ${phases.length} phases`,
    `${sum((tally) => tally.passed)} tests passed`,
    `${failed.length} failed`,
    `${skipped.length} skipped${skipped.length ? ` (${counted(skipped)})` : ""}`,
    ...(again.length ? [`${again.length} not at their first try (${counted(again)})`] : []),
    `${Math.round(seconds)} s${slowest(phases)}`,
  ].join(", ")
  return failed.join("") + summary
}
