import "server-only"
import { randomBytes } from "node:crypto"
import { readFile, readlink } from "node:fs/promises"
import { hostname } from "node:os"
import { unless } from "./disk"

/** A process, told apart from every other that ever had its number, and one of its holds. */
export interface LockOwner {
  readonly pid: number
  /** Clock ticks since the machine started; "alive" where the system does not say. */
  readonly started: string
  readonly boot: string
  /** Host and space of process numbers: of what runs elsewhere nothing can be said. */
  readonly place: string
  readonly token: string
}

const unread = unless("", "ENOENT", "EACCES", "EINVAL")
const bootOf = () => readFile("/proc/sys/kernel/random/boot_id", "utf8").then((text) => text.trim(), unread)
const placeOf = async () => `${hostname()} ${await readlink("/proc/self/ns/pid").catch(unread)}`

/** When that process began; null: there is none, or it has ended and only waits for its parent. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(unless(null, "ENOENT", "ESRCH"))
  if (stat === null) return process.platform === "linux" ? null : aliveBySignal(pid)
  // proc(5): the name is in parentheses and may hold any; the state is field 3, the start field 22
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return fields[0] === "Z" || fields[0] === "X" ? null : (fields[19] ?? null)
}

function aliveBySignal(pid: number): string | null {
  try {
    process.kill(pid, 0)
    return "alive"
  } catch (error) {
    return unless(null, "ESRCH")(error)
  }
}

export async function thisProcess(): Promise<LockOwner> {
  const [started, boot, place] = await Promise.all([startOf(process.pid), bootOf(), placeOf()])
  if (started === null) throw new Error("this process cannot see itself")
  return { pid: process.pid, started, boot, place, token: randomBytes(8).toString("hex") }
}

/** Certain that it can do nothing more. False also where that cannot be known: another host, another container. */
export async function hasEnded(owner: LockOwner, seenBy: LockOwner): Promise<boolean> {
  if (owner.place !== seenBy.place) return false
  return owner.boot !== seenBy.boot || (await startOf(owner.pid)) !== owner.started
}
