import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { PublishAnswer } from "../../ports/record-store"
import { forkProgram } from "../fork-program"
import type { RacerOrder } from "./racer"

const PROGRAM = fileURLToPath(new URL("./racer.ts", import.meta.url))

export type Kinds = readonly PublishAnswer["kind"][]

/** A process that waits for its order. Run: what it answered, or null when it was killed on the way. */
export async function startRacer(): Promise<(order: RacerOrder) => Promise<Kinds | null>> {
  const child = await forkProgram(PROGRAM)
  await once(child, "message")
  return async (order) => {
    let answer: Kinds | null = null
    child.once("message", (kinds: Kinds) => {
      answer = kinds
    })
    const ended = once(child, "exit")
    child.send(order)
    const [code, signal] = await ended
    if (answer === null && signal !== "SIGKILL") throw new Error(`the racer ended with ${code}`)
    return answer
  }
}
