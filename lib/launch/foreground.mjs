import { spawn } from "node:child_process"
import { constants } from "node:os"
import { root } from "./paths.mjs"
import { Refusal } from "./progress.mjs"

/**
 * Runs a program in the foreground, the terminal its own, to its end.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env added to ours
 * @returns {Promise<number>} its exit code; 128 + the signal if it was ended by one
 */
export function runInForeground(program, args, env) {
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: "inherit" })
  // The terminal sends Ctrl-C to the program as well: it decides, and what we set up for it goes after it.
  process.on("SIGINT", () => {})
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Refusal(`${program} cannot be run: ${error.message}`)))
    child.once("exit", (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)))
  })
}

/** How node runs a TypeScript program of this checkout, with the exports that server code gets. */
export const TYPESCRIPT = ["--conditions=react-server", "--import", "tsx"]

/**
 * Runs a command line to its end and exits with its code.
 * @param {(args: string[]) => Promise<number | void>} command
 */
export function exitWith(command) {
  command(process.argv.slice(2)).then(
    (code) => process.exit(code ?? 0),
    (reason) => {
      console.error(reason instanceof Refusal ? reason.message : reason)
      process.exit(1)
    },
  )
}
