import { randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import path from "node:path"
import { stopLeftovers } from "./leftovers.mjs"
import { isRunning, readHolder, sign, withLock } from "./lock.mjs"
import { nameOf, throwawayFolder } from "./paths.mjs"
import { addressOf } from "./postgres/address.mjs"
import { databaseFolder } from "./postgres/binaries.mjs"
import { findServer, OWNER, openCluster, stopServer } from "./postgres/cluster.mjs"

/** Removes a throw-away installation with everything that runs for it. @param {string} folder */
async function remove(folder) {
  await stopLeftovers(nameOf(folder))
  const server = await findServer(folder)
  if (server) await stopServer(server)
  const data = databaseFolder(folder)
  rmSync(data, { recursive: true, force: true })
  if (!data.startsWith(folder)) rmSync(path.dirname(data), { recursive: true, force: true })
  rmSync(folder, { recursive: true, force: true })
}

/** Removes what killed runs left behind. */
async function removeAbandoned() {
  if (!existsSync(throwawayFolder)) return
  for (const name of readdirSync(throwawayFolder)) {
    const folder = path.join(throwawayFolder, name)
    const owner = readHolder(path.join(folder, "owner"))
    if (!isRunning(owner)) await remove(folder)
  }
}

/**
 * A PostgreSQL server for one run of one program, with nothing on it; several can run side by side.
 * @param {{ durable?: boolean, clock?: Record<string, string> }} [options] durable: it waits for the disk as an installation's does, for those who measure; clock: another one than ours (fake-time.mjs)
 * @returns {Promise<{ folder: string, ownerUrl: string, close: () => Promise<void> }>} ownerUrl of its `postgres` database
 */
export async function openThrowaway({ durable = false, clock } = {}) {
  const folder = path.join(throwawayFolder, `${process.pid}-${randomBytes(3).toString("hex")}`)
  await withLock(path.join(path.dirname(throwawayFolder), "throwaway.lock"), async () => {
    await removeAbandoned()
    mkdirSync(folder, { recursive: true })
    sign(path.join(folder, "owner"))
  })
  const password = randomBytes(24).toString("hex")
  const { port } = await openCluster({ folder, password, durable, clock })
  return {
    folder,
    ownerUrl: addressOf({ port, database: "postgres", role: OWNER, password }),
    close: () => remove(folder),
  }
}
