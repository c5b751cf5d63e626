import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { TYPESCRIPT_PROGRAM } from "../typescript-program"
import type { RacerOrder, RacerStart } from "./racer"

const PROGRAM = fileURLToPath(new URL("./racer.ts", import.meta.url))

export interface Racer {
  /** Null: it was killed on the way. */
  order<R>(order: RacerOrder): Promise<R | null>
  kill(): void
}

/** A process of its own, connected and waiting for orders (about a second). */
export async function startRacer(start: RacerStart): Promise<Racer> {
  const child: ChildProcess = fork(PROGRAM, [], {
    execArgv: [...TYPESCRIPT_PROGRAM],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  })
  const ended = new Promise<null>((resolve) => child.once("exit", () => resolve(null)))
  await once(child, "message")
  child.send(start)
  await once(child, "message")
  return {
    order<R>(order: RacerOrder) {
      const reported = once(child, "message").then(([report]) => report as R)
      child.send(order)
      return Promise.race([reported, ended])
    },
    kill: () => child.kill("SIGKILL"),
  }
}
