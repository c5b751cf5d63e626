import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { forkProgram } from "../fork-program"
import type { Order } from "./sender"

const PROGRAM = fileURLToPath(new URL("./sender.ts", import.meta.url))

export interface Sender {
  /** Resolves when it begins to apply. */
  begin(order: Order): Promise<void>
  kill(signal: "SIGKILL" | "SIGCONT"): void
  /** How it ended: a signal's name, or its exit code. */
  readonly ended: Promise<string>
}

/** Starts a process that waits for an order (about half a second): what is measured and killed is not its start. */
export async function startSender(): Promise<Sender> {
  const child = await forkProgram(PROGRAM)
  const ended = new Promise<string>((resolve) =>
    child.once("exit", (code, signal) => resolve(signal ?? `exit ${code}`)),
  )
  await once(child, "message")
  return {
    ended,
    kill: (signal) => child.kill(signal),
    async begin(order) {
      child.send(order)
      await Promise.race([once(child, "message"), ended])
    },
  }
}
