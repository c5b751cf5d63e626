import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { forkProgram } from "../fork-program"
import type { RacerOrder, RacerStart } from "./racer"

const PROGRAM = fileURLToPath(new URL("./racer.ts", import.meta.url))

export interface Racer {
  /** Null: it was killed on the way. */
  order<R>(order: RacerOrder): Promise<R | null>
  kill(): void
}

/** A process of its own, connected and waiting for orders (about half a second). */
export async function startRacer(start: RacerStart): Promise<Racer> {
  const child = await forkProgram(PROGRAM)
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
