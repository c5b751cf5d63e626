import { mkdirSync, readdirSync, rmSync } from "node:fs"
import path from "node:path"
import { isRunning, readHolder, sign, withLock } from "../lock.mjs"
import { openCluster, stopServer } from "./cluster.mjs"

/**
 * The server of an installation, shared by the programs that need it at the same time: the first starts it, the last to give it back stops it.
 * A killed program does not count as one that needs it.
 * @param {string} folder
 * @param {string} password of the owner, for the first start ever
 */
export async function borrowServer(folder, password) {
  const lock = path.join(folder, "postgres.lock")
  const borrowers = path.join(folder, "borrowers")
  const own = path.join(borrowers, String(process.pid))
  const others = () =>
    readdirSync(borrowers).filter(
      (name) => name !== String(process.pid) && isRunning(readHolder(path.join(borrowers, name))),
    )
  const server = await withLock(lock, async () => {
    mkdirSync(borrowers, { recursive: true })
    sign(own)
    return openCluster({ folder, password, durable: true })
  })
  return {
    ...server,
    /** @returns {Promise<string[]>} the processes that go on using it; none: it has been stopped */
    giveBack: () =>
      withLock(lock, async () => {
        rmSync(own, { force: true })
        const remaining = others()
        if (remaining.length === 0) await stopServer(server)
        return remaining
      }),
  }
}
