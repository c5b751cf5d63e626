import { type ChildProcess, spawn } from "node:child_process"
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"

const NOBODY = 65534
const PATIENCE_MS = 15_000
export const isRoot = process.getuid?.() === 0

/** As a plain user, and ended with the process that started it, even when that one is killed. */
const PLAIN_USER = [
  "--pdeathsig",
  "TERM",
  ...(isRoot ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : []),
]

/** A folder for one server; removed by `stop` of whatever ran in it. */
export const throwawayFolder = (name: string): string => mkdtempSync(path.join(tmpdir(), `ifmatch-${name}-`))

/** Gives a folder and all in it to the user the servers run as. */
export function handOver(folder: string): void {
  if (!isRoot) return
  chownSync(folder, NOBODY, NOBODY)
  for (const entry of readdirSync(folder, { recursive: true }))
    chownSync(path.join(folder, String(entry)), NOBODY, NOBODY)
}

/** Runs a program of a server to its end. @throws with what it said when it fails */
export async function runOnce(folder: string, command: readonly string[], input = ""): Promise<void> {
  const child = asPlainUser(folder, command)
  child.stdin?.end(input)
  const said = outputOf(child)
  const code = await new Promise((resolve) => child.once("close", resolve))
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${said()}`)
}

/** Starts a server and waits until it accepts connections. @returns how to end it and remove its folder */
export async function startServer(
  folder: string,
  command: readonly string[],
  port: number,
): Promise<() => Promise<void>> {
  const child = asPlainUser(folder, command)
  child.stdin?.end()
  const said = outputOf(child)
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()))
  const stop = async () => {
    child.kill("SIGTERM")
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS)
    await ended
    clearTimeout(timer)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  for (const until = Date.now() + PATIENCE_MS; !(await answers(port)); ) {
    if (child.exitCode === null && Date.now() < until) continue
    await stop()
    throw new Error(`${command[0]} did not listen on ${port}: ${said()}`)
  }
  return stop
}

/** In a process group of its own: Cyrus, when it ends, ends everything in its group that its user may end, and that would be other files' servers. */
const asPlainUser = (folder: string, command: readonly string[]): ChildProcess =>
  spawn("/usr/bin/setpriv", [...PLAIN_USER, ...command], {
    cwd: folder,
    env: { ...process.env, HOME: folder },
    detached: true,
  })

function outputOf(child: ChildProcess): () => string {
  let text = ""
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      text = `${text}${chunk}`.slice(-4_000)
    })
  return () => text.trim()
}

async function answers(port: number): Promise<boolean> {
  const up = await fetch(`http://127.0.0.1:${port}/`, { redirect: "manual" }).then(
    () => true,
    () => false,
  )
  if (!up) await new Promise((resolve) => setTimeout(resolve, 50))
  return up
}
