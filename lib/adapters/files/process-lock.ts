import "server-only"
import { readlink, symlink, unlink } from "node:fs/promises"
import { setTimeout as delay } from "node:timers/promises"
import { unless } from "./disk"
import { hasEnded, type LockOwner, thisProcess } from "./lock-owner"

/** Runs the work while nobody else, in this or another process, does any under the same path. */
export type Exclusively = <T>(lock: string, work: () => Promise<T>) => Promise<T>

/** Somebody alive, or somebody of whom that cannot be known, holds it. Nothing was done. */
export class LockHeld extends Error {
  override readonly name = "LockHeld"
  constructor(lock: string, owner: LockOwner | null) {
    super(`${lock} is held${owner ? ` by process ${owner.pid} of ${owner.place}` : ""}`)
  }
}

/**
 * A lock between processes of one machine. It is a symbolic link whose target names its owner: made exclusively by one call, never seen half-made, and nothing is left
 * lying about. No time ends it. Only an owner that has certainly ended loses it, so a process that was stopped for an hour and goes on still holds it.
 *
 * @param waitMs how long somebody alive is waited for
 */
export function processLock(waitMs = 30_000): Exclusively {
  return async (lock, work) => {
    const own = await thisProcess()
    const until = performance.now() + waitMs
    while (!(await tryTake(lock, own))) {
      if (performance.now() > until) throw new LockHeld(lock, await ownerOf(lock))
      await delay(1 + Math.random() * 4)
    }
    try {
      return await work()
    } finally {
      if ((await ownerOf(lock))?.token === own.token) await unlink(lock)
    }
  }
}

async function tryTake(lock: string, own: LockOwner): Promise<boolean> {
  const taken = await symlink(JSON.stringify(own), lock).then(() => true, unless(false, "EEXIST"))
  if (taken) return true
  const owner = await ownerOf(lock)
  if (owner && (await hasEnded(owner, own))) await takeAway(lock, owner, own)
  return false
}

/**
 * Of all who find the owner dead, one may remove its lock: the holder of the right named after that very hold. Without it, the second to find out would remove the lock
 * of the first to take over. Whoever dies with the right in hand loses it in the same way.
 */
async function takeAway(lock: string, dead: LockOwner, own: LockOwner): Promise<void> {
  const right = `${lock}-after-${dead.token}`
  if (!(await tryTake(right, own))) return
  try {
    if ((await ownerOf(lock))?.token === dead.token) await unlink(lock)
  } finally {
    await unlink(right)
  }
}

/** Null: nobody, by now. */
async function ownerOf(lock: string): Promise<LockOwner | null> {
  const target = await readlink(lock).catch(unless(null, "ENOENT"))
  return target === null ? null : (JSON.parse(target) as LockOwner)
}
